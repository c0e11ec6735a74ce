"""Tests of conversations as text."""

from twisted.trial.unittest import SynchronousTestCase

from harness._script_files import Said, parse_conversation

TEXT = r"""
# A visitor is asked for her name.
0.0   server  b'Who is there?\r\n'

1.5   client  b"Ada # not a remark\xff\n"
1.5   server  half_close
  2   client  abort
"""


class ParseConversationTests(SynchronousTestCase):
    """How a conversation is read."""

    def assert_refused(self, text: str, message: str) -> None:
        """Check that a text is no conversation."""
        error = self.assertRaises(ValueError, parse_conversation, text)
        self.assertEqual(str(error), message)

    def test_lines(self) -> None:
        """Each line is what one end did; remarks and empty lines are none."""
        self.assertEqual(
            parse_conversation(TEXT),
            [
                Said(0.0, "server", b"Who is there?\r\n"),
                Said(1.5, "client", b"Ada # not a remark\xff\n"),
                Said(1.5, "server", "half_close"),
                Said(2.0, "client", "abort"),
            ],
        )

    def test_other_lines(self) -> None:
        """What is written in another way is refused, and the line is told."""
        for line in (
            "0.0 server",
            "0.0 server Hello",
            "0.0 server 'Hello'",
            "0.0 server 'close'",
            "0.0 server {[]}",
            "0.0 server b'Hello",
            "now server b'Hello'",
            "nan server b'Hello'",
            "-1 server b'Hello'",
            "0.0 server b'Hello' close",
        ):
            self.assert_refused(
                f"# A remark.\n{line}\n",
                f"line 2 is no part of a conversation: {line!r}",
            )

    def test_time_runs_forwards(self) -> None:
        """Nothing is said earlier than what stands above it."""
        self.assert_refused(
            "1.0 client b'one'\n0.5 server b'two'\n",
            "the times of a conversation run backwards",
        )
