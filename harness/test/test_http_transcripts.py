"""What Twisted's agent makes of every script in ``fixtures/http/``."""

from twisted.web.client import PartialDownloadError, ResponseFailed

from harness import Deadlock, VirtualTimeoutError, fixture_bytes, fixture_path
from harness.test.http_case import HTTPCase

#: What it was like in older versions of Twisted.
OLDER = {
    "chunk_extension_and_trailer": "ResponseFailed",
    "negative_length": "200 b''",
    "repeated_length": "ResponseFailed",
}


class TranscriptTests(HTTPCase):
    """Every script, played to ``Agent`` and ``readBody``."""

    def outcome(self, name: str) -> str:
        """Ask for a page that is a script, and say in a word what came of it."""
        self.fixture.transcript(f"/{name}", name)
        try:
            answer = self.ask(f"/{name}")
        except PartialDownloadError as error:
            return f"PartialDownloadError {error.response!r}"
        except (Deadlock, ResponseFailed, VirtualTimeoutError) as error:
            return type(error).__name__
        return f"{answer.status} {answer.body!r}"

    def test_outcomes(self) -> None:
        """What the documentation says of each is what happens."""
        told = fixture_bytes("messages", "agent_and_transcripts.txt").decode("ascii")
        expected = dict(line.split(maxsplit=1) for line in told.splitlines())
        names = sorted(path.stem for path in fixture_path("http").iterdir())
        outcomes = {name: self.outcome(name) for name in names}
        older = {**expected, **OLDER}

        self.assertEqual(list(outcomes), list(expected))
        for name, outcome in outcomes.items():
            self.assertIn(outcome, (expected[name], older[name]), name)
