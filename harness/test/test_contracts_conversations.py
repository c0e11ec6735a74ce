"""Tests for `harness.contracts.conversations`."""

from contextlib import redirect_stdout
from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.contracts import conversations as module
from harness.contracts.conversations import (
    Conversation,
    Step,
    Transcript,
    conversations,
    describe,
    main,
    transcripts,
)


class ConversationsTests(SynchronousTestCase):
    """Tests for `conversations`."""

    def test_same_seed(self) -> None:
        """The same seed makes up the same conversations."""
        self.assertEqual(list(conversations(20, 1)), list(conversations(20, 1)))

    def test_other_seed(self) -> None:
        """Another seed makes up others."""
        self.assertNotEqual(list(conversations(20, 1)), list(conversations(20, 2)))

    def test_everything_occurs(self) -> None:
        """All actions are drawn, by both ends."""
        drawn = {
            (step.end, step.action)
            for talk in conversations(200)
            for step in talk.steps
        }

        actions = {
            "abortConnection",
            "loseConnection",
            "loseWriteConnection",
            "pauseProducing",
            "resumeProducing",
            "write",
        }
        self.assertEqual(drawn, {(end, action) for end in (0, 1) for action in actions})

    def test_last_words(self) -> None:
        """Both ends close, or abort, and nobody is left asleep."""
        for talk in conversations(200):
            for end in (0, 1):
                actions = [step.action for step in talk.steps if step.end == end]
                self.assertEqual(
                    actions.count("loseConnection") + actions.count("abortConnection"),
                    1,
                )
                self.assertEqual(
                    actions.count("pauseProducing"), actions.count("resumeProducing")
                )


class TranscriptsTests(SynchronousTestCase):
    """Tests for `transcripts`."""

    def test_transcript(self) -> None:
        """What each protocol was told is written down for each step."""
        talk = Conversation(
            (True, False),
            (
                Step(0, "write", b"hello"),
                Step(1, "pauseProducing"),
                Step(0, "write", b"again"),
                Step(1, "resumeProducing"),
                Step(0, "loseWriteConnection"),
                Step(0, "loseConnection"),
            ),
        )

        (transcript,) = transcripts(VirtualReactor, [talk])

        self.assertEqual(
            transcript,
            [
                ("", "5 bytes (3610a686)"),
                ("", ""),
                ("", ""),
                ("", "5 bytes (93a15bfc)"),
                (
                    "writeConnectionLost, readConnectionLost",
                    "connectionLost ConnectionDone",
                ),
                ("connectionLost ConnectionDone", ""),
            ],
        )

    def test_side_by_side(self) -> None:
        """Conversations do not disturb each other."""
        talks = list(conversations(60))
        last = transcripts(VirtualReactor, talks)[-1]

        (alone,) = transcripts(VirtualReactor, talks[-1:])

        self.assertEqual(last, alone)

    def test_each_end_loses_once(self) -> None:
        """Every conversation ends, for both ends, once."""
        for transcript in transcripts(VirtualReactor, list(conversations(100, 3))):
            for end in (0, 1):
                told = ", ".join(step[end] for step in transcript)
                self.assertEqual(told.count("connectionLost"), 1)


class DescribeTests(SynchronousTestCase):
    """Tests for `describe`."""

    def test_first_difference(self) -> None:
        """The first step that went differently is the last that is shown."""
        talk = Conversation(
            (True, False), (Step(0, "write", b"x"), Step(1, "pauseProducing"))
        )
        virtual = [("", ""), ("lost", "")]
        real = [("", "1 byte"), ("lost", "")]

        self.assertEqual(
            describe(7, talk, virtual, real),
            "conversation 7, half closeable: (True, False)\n"
            "  client: write 1 bytes\n"
            "    real: '' and '1 byte'\n"
            "    virtual: '' and ''",
        )

    def test_late_difference(self) -> None:
        """Steps that went the same are shown with what was told."""
        talk = Conversation(
            (True, False), (Step(0, "write", b"x"), Step(1, "pauseProducing"))
        )

        text = describe(0, talk, [("", "x"), ("a", "")], [("", "x"), ("b", "")])

        self.assertEqual(
            text.splitlines()[1:],
            [
                "  client: write 1 bytes",
                "    real: '' and 'x'",
                "  server: pauseProducing",
                "    real: 'b' and ''",
                "    virtual: 'a' and ''",
            ],
        )


class MainTests(SynchronousTestCase):
    """Tests for `main`, without the real network."""

    def test_same(self) -> None:
        """Where all went the same, the command says so and succeeds."""
        status, output = self.run_main(real=[("", "")])

        self.assertEqual(output, "2 conversations of 16 steps, seed 5: all the same\n")
        self.assertEqual(status, 0)

    def test_different(self) -> None:
        """Where something went differently, the command shows it and fails."""
        status, output = self.run_main(real=[("lost", "")])

        self.assertIn("    real: 'lost' and ''\n    virtual: '' and ''\n", output)
        self.assertTrue(output.endswith(" seed 5: 2 differ\n"))
        self.assertEqual(status, 1)

    def run_main(self, real: Transcript) -> tuple[int, str]:
        """Run the command with canned transcripts."""

        def canned(make_reactor: object, talks: list[Conversation]) -> list[Transcript]:
            told = [("", "")] if make_reactor is VirtualReactor else real
            return [told * len(talk.steps) for talk in talks]

        self.patch(module, "transcripts", canned)
        with redirect_stdout(StringIO()) as output:
            status = main("--count", "2", "--seed", "5")
        return status, output.getvalue()
