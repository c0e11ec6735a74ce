"""Tests of how programs are found."""

import zipfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.catalogue import (
    Catalogue,
    Chapter,
    Program,
    UnknownProgramError,
    read_catalogue,
)

PROGRAM = '''
"""Say hello.

And no more.
"""

async def main(reactor): ...

if __name__ == "__main__":
    raise RuntimeError
'''


class ReadCatalogueTests(SynchronousTestCase):
    """The sources, in folders that the tests have filled."""

    def write(self, **sources: str) -> Path:
        """Fill a folder: ``a__b`` stands for ``a/b.py``."""
        root = Path(self.mktemp())
        for name, source in sources.items():
            path = root.joinpath(*name.split("__")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
        return root

    def chapter(self, **sources: str) -> Chapter:
        """Read a single chapter."""
        root = self.write(**{f"ch01_one__{name}": it for name, it in sources.items()})
        (root / "ch01_one" / "__init__.py").write_text('"""One."""')
        (chapter,) = read_catalogue(root).chapters
        return chapter

    def test_reads_chapters_in_order(self) -> None:
        """A chapter is a folder with a number, and its page has the title."""
        root = self.write(
            ch10_ten__x="", ch02_two__x="", test__x="", ch3__x="", chapter=""
        )
        (root / "ch10_ten" / "__init__.py").write_text('"""Chapter 10: ten."""')
        (root / "ch02_two" / "__init__.py").write_text('"""Chapter 2: two.\n\nMore."""')

        self.assertEqual(
            read_catalogue(root).chapters,
            (
                Chapter("ch02_two", "Chapter 2: two.", ()),
                Chapter("ch10_ten", "Chapter 10: ten.", ()),
            ),
        )

    def test_reads_a_program(self) -> None:
        """All that is to be known about a program is read from its source."""
        chapter = self.chapter(hello=PROGRAM)

        self.assertEqual(
            chapter.programs,
            (
                Program(
                    name="hello",
                    module="twisted_examples.ch01_one.hello",
                    summary="Say hello.",
                    source=PROGRAM,
                    tests=(),
                ),
            ),
        )

    def test_reads_programs_in_order(self) -> None:
        """Programs are sorted by name, whatever order the folder has."""
        chapter = self.chapter(b=PROGRAM, c=PROGRAM, a=PROGRAM)

        self.assertEqual([program.name for program in chapter.programs], [*"abc"])

    def test_accepts_a_plain_main(self) -> None:
        """A program's main need not be a coroutine, nor its quotes be double."""
        chapter = self.chapter(
            plain="def main(): ...\nif __name__ == '__main__':\n    main()\n"
        )

        self.assertEqual([program.name for program in chapter.programs], ["plain"])
        self.assertEqual(chapter.programs[0].summary, "")

    def test_leaves_out_what_is_no_program(self) -> None:
        """A module that is not run, or that is private, is a part of others."""
        chapter = self.chapter(
            without_guard="def main(): ...",
            without_main='if __name__ == "__main__":\n    print()',
            other_guard='def main(): ...\nif "__main__":\n    print()',
            inner_main="def outer():\n    def main(): ...\n",
            _private=PROGRAM,
        )

        self.assertEqual(chapter.programs, ())

    def test_names_the_tests_of_a_program(self) -> None:
        """They are the module named after it, and the live ones that speak of it."""
        chapter = self.chapter(
            both=PROGRAM,
            one=PROGRAM,
            test__test_both="",
            test__test_live_b="'both', 'one_more'",
            test__test_live_a="x.both",
            test__test_one="",
            test__test_one_more="both",
        )

        self.assertEqual(
            [program.tests for program in chapter.programs],
            [
                (
                    "twisted_examples.ch01_one.test.test_both",
                    "twisted_examples.ch01_one.test.test_live_a",
                    "twisted_examples.ch01_one.test.test_live_b",
                ),
                ("twisted_examples.ch01_one.test.test_one",),
            ],
        )

    def test_needs_no_folders(self) -> None:
        """A package that is imported from an archive has programs too."""
        archive = self.mktemp()
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("ch01_one/__init__.py", '"""One."""')
            written.writestr("ch01_one/hello.py", PROGRAM)
            written.writestr("ch01_one/test/test_hello.py", "")
        with zipfile.ZipFile(archive) as opened:
            catalogue = read_catalogue(zipfile.Path(opened))

        self.assertEqual(
            catalogue.find("hello").tests,
            ("twisted_examples.ch01_one.test.test_hello",),
        )

    def test_reads_what_is_installed(self) -> None:
        """Without a folder given, the programs are the ones of this package."""
        program = read_catalogue().find("runreactor")

        self.assertEqual(
            program.module, "twisted_examples.ch02_clients_servers.runreactor"
        )
        self.assertEqual(
            program.summary, "Run the reactor, and nothing else, until Ctrl-C."
        )


def named(*names: str) -> Catalogue:
    """Make a catalogue of programs of which only the name matters."""
    programs = tuple(Program(name, name, "", "", ()) for name in names)
    return Catalogue(
        (Chapter("ch01", "", programs[:1]), Chapter("ch02", "", programs[1:]))
    )


class FindTests(SynchronousTestCase):
    """Looking a program up."""

    def test_finds_a_program_of_any_chapter(self) -> None:
        """A program goes by its own name, without the chapter."""
        catalogue = named("calllater", "portscan")

        self.assertEqual(catalogue.find("portscan").module, "portscan")
        self.assertEqual(catalogue.find("calllater").module, "calllater")

    def test_suggests_the_nearest_names(self) -> None:
        """A name that is nearly right is answered with the right ones."""
        catalogue = named("webcat", "portscan", "connection", "connectiontest")
        for name, message in [
            ("portscn", "there is no program 'portscn': did you mean portscan?"),
            ("PORTSCAN", "there is no program 'PORTSCAN': did you mean portscan?"),
            (
                "connections",
                "there is no program 'connections': "
                "did you mean connection or connectiontest?",
            ),
            ("zzz", "there is no program 'zzz': try 'twisted-examples list'"),
        ]:
            with self.assertRaises(UnknownProgramError) as raised:
                catalogue.find(name)

            self.assertEqual(str(raised.exception), message)
