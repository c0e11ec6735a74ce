"""What the documentation shows of chapter 1's programs is what they print."""

from pathlib import Path

from twisted.internet.testing import MemoryReactorClock

from twisted_examples.ch01_getting_started import check_install
from twisted_examples.test.terminal import TranscriptTestCase

VERSIONS = {
    "Twisted": "26.10.0",
    "pyOpenSSL": "26.4.0",
    "service-identity": "26.1.0",
    "cryptography": "50.0.2",
}


def import_without_bcrypt(module: str) -> None:
    """Fail as importing bcrypt does where it is missing, and what imports it."""
    if module in ("bcrypt", "twisted.conch.ssh.keys"):
        raise ModuleNotFoundError("No module named 'bcrypt'")


class TranscriptTests(TranscriptTestCase):
    """The program of the chapter, as it is shown."""

    def test_check_install(self) -> None:
        """An installation that lacks bcrypt, and so SSH."""
        scripts = Path(self.mktemp())
        scripts.mkdir()
        for name in check_install.SCRIPTS:
            (scripts / name).touch(mode=0o755)
        environment = check_install.Environment(
            import_without_bcrypt, VERSIONS.__getitem__, "3.12.1", str(scripts)
        )
        with self.terminal.run(
            check_install, reactor=MemoryReactorClock(), environment=environment
        ):
            pass
        self.terminal.screen = self.terminal.screen.replace(
            str(scripts), "/usr/local/bin"
        )

        self.assert_shown("check_install")
