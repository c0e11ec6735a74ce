"""What the documentation shows of a terminal is what the programs really print.

The chapters' own ``test_transcripts`` play each transcript again and compare. Here it
is seen to that none is left out, and that the "Run it" of each program's docstring
shows the same.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module

from twisted.trial.unittest import SynchronousTestCase

from harness import fixture_path
from twisted_examples.catalogue import PACKAGE, read_catalogue


class TranscriptsTests(SynchronousTestCase):
    """Nothing that looks like a transcript goes unchecked."""

    def test_every_program_has_one(self) -> None:
        """Each program is shown, and nothing else is."""
        programs = [program.name for program in read_catalogue().programs]

        self.assertEqual(sorted(transcripts()), sorted(programs))

    def test_every_transcript_is_played(self) -> None:
        """Each chapter has a test for each of its transcripts."""
        for chapter in read_catalogue().chapters:
            module = import_module(f"{PACKAGE}.{chapter.name}.test.test_transcripts")
            for program in chapter.programs:
                self.assertTrue(
                    hasattr(module.TranscriptTests, f"test_{program.name}"),
                    f"{module.__name__} does not play {program.name}",
                )

    def test_docstrings_show_the_same(self) -> None:
        """What a docstring shows is a transcript, some lines left out by "..."."""
        for program in read_catalogue().programs:
            blocks = list(terminals_in(program.source))
            self.assertTrue(blocks, f"{program.name} does not show how it is run")
            for name, block in blocks:
                self.assertRegex(transcripts()[name], pattern_of(block), program.name)


def transcripts() -> dict[str, str]:
    """Read all transcripts: their texts by their names."""
    return {
        path.stem: path.read_text("utf-8")
        for path in fixture_path("transcripts").glob("*.txt")
    }


def terminals_in(source: str) -> Iterator[tuple[str, str]]:
    """Find what a module's docstring shows of a terminal, and the program run there."""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    for block in re.findall(r"^    \$ .*\n(?:    .*\n|\n(?=    ))*", docstring, re.M):
        text = textwrap.dedent(block)
        name = re.match(r"\$ python -m [\w.]+\.(\w+)", text)
        if name:
            yield name[1], text


def pattern_of(shown: str) -> str:
    """Make a regular expression in which a line of "..." stands for any lines."""
    lines = (
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return rf"\A{''.join(lines)}\Z"
