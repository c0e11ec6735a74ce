"""Tests of finding the line of a program that something is due to."""

import sys
from heapq import nlargest
from threading import Thread
from traceback import format_stack

import twisted.internet.task as inside_twisted
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import _call_sites
from harness._call_sites import call_site, call_site_in, call_site_of


class CallSiteTests(SynchronousTestCase):
    """Among the frames of a stack."""

    def test_a_line_of_the_program(self) -> None:
        """A program's own line is the one."""
        self.assertRegex(call_site(sys._getframe()), r"^.*test_call_sites\.py:\d+$")

    def test_lines_of_twisted_are_passed_over(self) -> None:
        """And those of zope.interface, and of the harness."""
        sites: list[str] = []
        clock = Clock()
        clock.callLater(1, lambda: sites.append(call_site(sys._getframe(1))))
        clock.advance(1)

        self.assertRegex(sites[0], r"^.*test_call_sites\.py:\d+$")

    def test_lines_of_the_standard_library_are_passed_over(self) -> None:
        """Whoever has called it is the one."""
        sites: list[str] = []

        def note(_: str) -> int:
            sites.append(call_site(sys._getframe(1)))
            return 0

        nlargest(1, "ab", key=note)

        self.assertRegex(sites[0], r"^.*test_call_sites\.py:\d+$")

    def test_what_was_asked_for_earlier(self) -> None:
        """The line that has asked counts, if the code that calls can tell."""
        sites: list[str] = []
        clock = Clock()
        for known in "", "/home/ada/visit.py:12":
            advance = id(Clock.advance.__code__)
            self.patch(_call_sites, "due_to", {advance: lambda _, at=known: at})
            clock.callLater(1, lambda: sites.append(call_site(sys._getframe(1))))
            clock.advance(1)

        self.assertRegex(sites[0], r"^.*test_call_sites\.py:\d+$")
        self.assertEqual(sites[1], "/home/ada/visit.py:12")

    def test_a_stack_without_any(self) -> None:
        """Then its outermost line must do, which is where a thread begins."""
        sites: list[str] = []
        module = {"__name__": "twisted.x", "sites": sites, "find": self.find}
        thread = Thread(target=exec, args=("find(sites)", module))
        thread.start()
        thread.join()

        self.assertRegex(sites[0], r"threading\.py:\d+$")

    def test_a_stack_that_is_to_have_one(self) -> None:
        """Then none is told, and a line of the program as ever."""
        sites: list[str] = []
        module = {"__name__": "twisted.x", "sites": sites, "find": self.find_one}
        thread = Thread(target=exec, args=("find(sites)", module))
        thread.start()
        thread.join()
        self.find_one(sites)

        self.assertEqual(sites[0], "")
        self.assertRegex(sites[1], r"^.*test_call_sites\.py:\d+$")

    def test_what_is_run_as_the_main_module(self) -> None:
        """Its file says whose it is: the command may be one of Twisted's."""
        sites: list[str] = []
        module = {"__name__": "__main__", "sites": sites, "find": self.find}
        for file in f"{inside_twisted.__file__}", "/home/ada/visit.py":
            exec(compile("find(sites)", file, "exec"), module)

        self.assertRegex(sites[0], r"^.*test_call_sites\.py:\d+$")
        self.assertEqual(sites[1], "/home/ada/visit.py:1")

    def find(self, sites: list[str]) -> None:
        """Note whose line has called this."""
        sites.append(call_site(sys._getframe(1)))

    def find_one(self, sites: list[str]) -> None:
        """Note it only if it is one of a program."""
        sites.append(call_site(sys._getframe(1), or_outermost=False))


class CallSiteOfTests(SynchronousTestCase):
    """Among the lines that an exception has passed."""

    def test_a_line_of_the_program(self) -> None:
        """The innermost, though Twisted has raised it."""
        try:
            Clock().callLater(1, len).reset("soon")  # type: ignore[arg-type]
        except TypeError:
            failure = Failure()

        self.assertRegex(call_site_of(failure), r"^.*test_call_sites\.py:\d+$")

    def test_one_that_was_never_raised(self) -> None:
        """It has passed none."""
        self.assertEqual(call_site_of(Failure(ValueError())), "")


class CallSiteInTests(SynchronousTestCase):
    """Among the lines of a formatted stack."""

    def test_a_line_of_the_program(self) -> None:
        """The innermost, as a file and a number."""
        self.assertRegex(call_site_in(format_stack()), r"^.*test_call_sites\.py:\d+$")

    def test_lines_of_twisted_are_passed_over(self) -> None:
        """Those of its tests, and the harness's, are lines of a program."""
        entry = f'  File "{inside_twisted.__file__}", line 7, in deferLater\n    pass\n'
        program = '  File "/home/ada/visit.py", line 12, in visit\n    code()\n'

        self.assertEqual(call_site_in([program, entry]), "/home/ada/visit.py:12")

    def test_a_stack_without_any(self) -> None:
        """Then the innermost of all must do."""
        entry = f'  File "{inside_twisted.__file__}", line 7, in deferLater\n'

        self.assertEqual(call_site_in([entry]), f"{inside_twisted.__file__}:7")
