"""Tests of a program that looks at an installation which is not this one."""

import json
import os
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from harness import RunningProgram, run_program
from twisted_examples.ch01_getting_started.check_install import (
    SCRIPTS,
    Environment,
    Finding,
    Part,
    Section,
    check_part,
    check_script,
    main,
)

VERSIONS = {
    "Twisted": "26.10.0",
    "pyOpenSSL": "26.4.0",
    "service-identity": "26.1.0",
    "cryptography": "50.0.2",
    "bcrypt": "5.0.0",
}


def environment(
    failures: dict[str, BaseException] | None = None, path: str = ""
) -> Environment:
    """Describe an installation in which the import of some modules fails."""

    def importer(module: str) -> None:
        if failures and module in failures:
            raise failures[module]

    return Environment(importer, VERSIONS.__getitem__, "3.12.1", path)


class PanicException(BaseException):
    """What an extension module in Rust raises: no Exception."""


class CheckPartTests(SynchronousTestCase):
    """One import."""

    part = Part("bcrypt", "bcrypt", "bcrypt")

    def test_finds_the_version(self) -> None:
        """What can be imported has the version of its distribution."""
        finding = check_part(self.part, environment())

        self.assertEqual(finding, Finding("bcrypt", "5.0.0"))

    def test_knows_no_version_outside_a_distribution(self) -> None:
        """A module that pip did not install works without a version."""

        def version(distribution: str) -> str:
            raise PackageNotFoundError(distribution)

        finding = check_part(self.part, Environment(environment().importer, version))

        self.assertEqual(finding, Finding("bcrypt", "unknown version"))

    def test_says_what_is_missing(self) -> None:
        """A module that is not there is missing, or what it imports itself is."""
        missing = ModuleNotFoundError("No module named '_cffi_backend'")
        finding = check_part(self.part, environment({"bcrypt": missing}))

        self.assertEqual(
            finding,
            Finding("bcrypt", problem="missing: No module named '_cffi_backend'"),
        )

    def test_says_what_is_broken(self) -> None:
        """Whatever else an import raises comes back as one line."""
        for error, problem in [
            (ImportError("libssl.so.3:\n  no such file"), "libssl.so.3: no such file"),
            (AttributeError("no attribute 'X'"), "no attribute 'X'"),
            (SystemExit(3), "3"),
            (PanicException("oh no"), "oh no"),
        ]:
            finding = check_part(self.part, environment({"bcrypt": error}))

            self.assertEqual(
                finding.problem, f"broken: {type(error).__name__}: {problem}"
            )
            self.assertTrue(finding.reinstall)

    def test_can_be_interrupted(self) -> None:
        """Ctrl-C during an import is no fault of the module."""
        pressed = environment({"bcrypt": KeyboardInterrupt()})

        with self.assertRaises(KeyboardInterrupt):
            check_part(self.part, pressed)


class CheckScriptTests(SynchronousTestCase):
    """One console script."""

    def test_finds_the_first_on_the_path(self) -> None:
        """The script that a shell would start is found."""
        folders = [self.mktemp() for _ in range(3)]
        for folder in folders:
            os.mkdir(folder)
        for folder in folders[1:]:
            add_script(folder, "trial")

        finding = check_script("trial", environment(path=os.pathsep.join(folders)))

        self.assertEqual(finding, Finding("trial", f"{folders[1]}/trial"))

    def test_must_be_executable(self) -> None:
        """A file of that name is not enough."""
        folder = self.mktemp()
        os.mkdir(folder)
        add_script(folder, "trial", mode=0o644)

        finding = check_script("trial", environment(path=folder))

        self.assertEqual(
            finding, Finding("trial", problem="not on PATH", reinstall=True)
        )


class SectionTests(SynchronousTestCase):
    """What the findings call for."""

    def test_nothing_to_do(self) -> None:
        """Where all is there nothing is to be mended."""
        section = Section.of("TLS", "twisted[tls]", Finding("pyOpenSSL", "26.4.0"))

        self.assertIsNone(section.remedy)

    def test_installs_what_is_missing(self) -> None:
        """One command brings all that the section is about."""
        section = Section.of(
            "TLS",
            "twisted[tls]",
            Finding("pyOpenSSL", problem="missing"),
            Finding("service-identity", "26.1.0"),
        )

        self.assertEqual(section.remedy, 'python -m pip install "twisted[tls]"')

    def test_installs_again_what_is_broken(self) -> None:
        """pip would leave alone what it takes for installed."""
        section = Section.of(
            "TLS",
            "twisted[tls]",
            Finding("pyOpenSSL", problem="broken", reinstall=True),
            Finding("service-identity", problem="missing"),
        )

        self.assertEqual(
            section.remedy, 'python -m pip install --force-reinstall "twisted[tls]"'
        )


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        """Install all scripts in a folder."""
        self.path = self.mktemp()
        os.mkdir(self.path)
        for name in SCRIPTS:
            add_script(self.path, name)

    def check(self, *argv: str, **failures: BaseException) -> RunningProgram:
        """Run the program where some modules cannot be imported."""
        somewhere = environment(failures, self.path)
        reactor = MemoryReactorClock()
        with run_program(
            partial(main, environment=somewhere), *argv, reactor=reactor
        ) as program:
            return program

    def test_shows_a_whole_installation(self) -> None:
        """Each part is shown with its version, each script with its path."""
        program = self.check()

        self.assertEqual(
            program.stdout,
            "core\n"
            "  Python                3.12.1\n"
            "  Twisted               26.10.0\n"
            "  reactor               26.10.0\n"
            "TLS\n"
            "  twisted.internet.ssl  26.10.0\n"
            "  pyOpenSSL             26.4.0\n"
            "  service-identity      26.1.0\n"
            "SSH\n"
            "  twisted.conch         26.10.0\n"
            "  cryptography          50.0.2\n"
            "  bcrypt                5.0.0\n"
            "scripts\n"
            f"  trial                 {self.path}/trial\n"
            f"  twist                 {self.path}/twist\n"
            f"  twistd                {self.path}/twistd\n"
            f"  conch                 {self.path}/conch\n"
            f"  cftp                  {self.path}/cftp\n"
            f"  ckeygen               {self.path}/ckeygen\n",
        )
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 0)

    def test_shows_how_to_mend_an_extra(self) -> None:
        """Twisted is of use without SSH; the command that brings it stands below."""
        program = self.check(bcrypt=ModuleNotFoundError("No module named 'bcrypt'"))

        self.assertIn(
            "  bcrypt                missing: No module named 'bcrypt'\n"
            '  To mend it: python -m pip install "twisted[conch]"\n'
            "scripts\n",
            program.stdout,
        )
        self.assertEqual(program.stdout.count("To mend it"), 1)
        self.assertEqual(program.exit_status, 0)

    def test_shows_how_to_get_the_scripts(self) -> None:
        """Twisted is of use without a script that is not found."""
        os.remove(f"{self.path}/cftp")
        program = self.check()

        self.assertIn("  cftp                  not on PATH\n", program.stdout)
        self.assertTrue(
            program.stdout.endswith(
                '  To mend it: python -m pip install --force-reinstall "twisted"\n'
            )
        )
        self.assertEqual(program.exit_status, 0)

    def test_fails_without_the_core(self) -> None:
        """Where Twisted itself does not work, the shell is told."""
        program = self.check(twisted=ModuleNotFoundError("No module named 'twisted'"))

        self.assertIn(
            "  Twisted               missing: No module named 'twisted'\n"
            "  reactor               26.10.0\n"
            '  To mend it: python -m pip install "twisted"\n',
            program.stdout,
        )
        self.assertEqual(program.stderr, "Error: Twisted does not work here.\n")
        self.assertEqual(program.exit_status, 1)

    def test_prints_json(self) -> None:
        """Everything can be had as JSON too, with the same exit status."""
        program = self.check("--json", OpenSSL=AttributeError("no X509"))

        sections = {
            section["name"]: section
            for section in json.loads(program.stdout)["sections"]
        }
        self.assertEqual(list(sections), ["core", "TLS", "SSH", "scripts"])
        self.assertEqual(
            sections["TLS"]["findings"][1],
            {
                "name": "pyOpenSSL",
                "found": None,
                "problem": "broken: AttributeError: no X509",
                "reinstall": True,
            },
        )
        self.assertEqual(
            sections["TLS"]["remedy"],
            'python -m pip install --force-reinstall "twisted[tls]"',
        )
        self.assertIsNone(sections["SSH"]["remedy"])
        self.assertEqual(program.exit_status, 0)

    def test_looks_at_this_installation(self) -> None:
        """Without a word about where, it is the one that runs the program."""
        with run_program(main, reactor=MemoryReactorClock()) as program:
            pass

        self.assertRegex(program.stdout, r"  Twisted  +\d+\.\S+\n")
        self.assertEqual(program.exit_status, 0)


def add_script(folder: str, name: str, mode: int = 0o755) -> None:
    """Put a file where the path leads."""
    script = Path(folder, name)
    script.touch()
    script.chmod(mode)
