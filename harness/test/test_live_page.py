"""Tests of the page of a trace in a real browser, with real clicks and keys."""

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, save_page
from harness.test.browser import MISSING, shared_browser
from harness.test.traces import greeting, many_events

#: How many times as long as that of a short trace a frame of a long one may take.
SLOWER = 4

#: Scrolls a hundred times as far as one turn of a wheel does, a turn in each frame, and
#: returns how long the frames took, in milliseconds, ascending.
SCROLL = """
    const done = arguments[0], frames = [];
    const timeline = document.getElementById("timeline");
    let before = performance.now();
    function step(now) {
        frames.push(now - before);
        before = now;
        timeline.scrollTop += 80;
        if (frames.length < 100) requestAnimationFrame(step);
        else done(frames.sort((one, other) => one - other));
    }
    requestAnimationFrame(step);
"""

#: How long a page may take to be ready, in milliseconds.
PATIENCE = 5_000


class PageTestCase(SynchronousTestCase):
    """A browser that shows a page."""

    skip = MISSING

    def show(self, trace: Trace) -> None:
        """Write the page of a trace, and open it as a reader does."""
        path = Path(f"{self.mktemp()}.html").absolute()
        save_page(trace, path)
        self.window = shared_browser()
        self.window.prefer("light")
        self.window.open(path.as_uri())
        self.window.logs()  # forget those of another page

    def chosen(self) -> str:
        """Return the text of the selected row, or "" if there is none."""
        texts = self.window.texts(".row.chosen .say")
        return texts[0] if texts else ""

    def row(self, text: str) -> str:
        """Return the selector of the first row that says just this."""
        script = "return [...document.querySelectorAll('.row')]"
        find = ".find(e => e.querySelector('.say')?.textContent === arguments[0]).id"
        return f"#{self.window.run(script + find, text)}"

    def says(self) -> list[str]:
        """Return what all rows say that are drawn."""
        return list(self.window.texts(".row .say"))


class GreetingTests(PageTestCase):
    """A short trace."""

    def setUp(self) -> None:
        trace = greeting()
        trace.title = "test_greeting"
        self.show(trace)

    def test_what_is_shown(self) -> None:
        """A title, a summary, a lane for each machine, and a row for each event."""
        self.assertEqual(self.window.text("h1"), "test_greeting")
        self.assertRegex(
            self.window.text("#summary"),
            rf"^{len(greeting())} events · 2 machines · 1.2 s of virtual time · seed 1"
            r" · digest \w+$",
        )
        self.assertEqual(self.window.texts(".lanes .machine"), ["one", "two"])
        self.assertEqual(self.window.texts(".lanes .service"), ["", ":80"])
        self.assertEqual(
            self.says(),
            [
                "two:80 listens",
                "timer: _BaseBaseClient.resolveAddress",
                "one:32768 connects",
                "SYN arrives",
                "two:80 SYN+ACK",
                "SYN+ACK arrives",
                "one:32768 ACK",
                "hello  5 bytes",
                "ACK arrives",
                "arrives: hello",
                "two:80 accepts",
                "hello  5 bytes",
                "arrives: hello",
                "one:32768 closes its side",
                "FIN arrives",
                "two:80 closes its side",
                "FIN arrives",
            ],
        )

    def test_arrows(self) -> None:
        """One for each packet, with how long it took where there is room."""
        self.assertEqual(len(self.window.texts(".mark .head")), 7)
        self.assertIn("50 ms", self.window.texts("svg text"))
        self.assertEqual(len(self.window.texts(".row .fate")), 17)

    def test_nothing_is_wrong(self) -> None:
        """No error was logged, and nothing was asked for from outside."""
        loaded = self.window.run(
            "return performance.getEntriesByType('resource').length"
        )

        self.assertEqual(loaded, 0)
        self.assertEqual(self.window.logs(), [])

    def test_click(self) -> None:
        """It selects an event, and shows all of it."""
        self.window.click(self.row("hello  5 bytes"))
        details = self.window.text("#details")

        self.assertEqual(self.chosen(), "hello  5 bytes")
        for text in (
            "one:32768 → two:80",
            "Streams",
            "0.100000000 s",
            "50 ms",
            "hello",
        ):
            self.assertIn(text, details)
        row = self.row("hello  5 bytes")
        self.assertEqual(self.window.run("return location.hash"), row)
        self.assertEqual(
            self.window.attribute("#timeline", "aria-activedescendant"), row[1:]
        )

    def test_bytes(self) -> None:
        """As text and in hexadecimal, which stays chosen."""
        self.window.click(self.row("hello  5 bytes"))
        self.window.click(".tabs button:nth-child(2)")
        self.assertIn("68 65 6c 6c 6f", self.window.text("#details pre"))
        self.window.press("ArrowUp")
        self.window.click(self.row("arrives: hello"))
        self.assertIn("68 65 6c 6c 6f", self.window.text("#details pre"))
        self.window.click(".tabs button:nth-child(1)")

        self.assertEqual(self.window.text("#details pre"), "hello")

    def test_arrow_keys(self) -> None:
        """Up and down from row to row; sideways along the connection."""
        self.window.press("ArrowDown", "ArrowDown", "j")
        self.assertEqual(self.chosen(), "one:32768 connects")
        self.window.press("ArrowRight", "ArrowRight")
        self.assertEqual(self.chosen(), "two:80 SYN+ACK")
        self.window.press("ArrowLeft")
        self.assertEqual(self.chosen(), "SYN arrives")
        self.window.press("k", "ArrowUp")
        self.assertEqual(self.chosen(), "timer: _BaseBaseClient.resolveAddress")
        self.window.press("ArrowRight")

        self.assertEqual(self.chosen(), "timer: _BaseBaseClient.resolveAddress")

    def test_first_and_last(self) -> None:
        """Home and End; there is nothing beyond them."""
        self.window.press("End", "ArrowDown")
        self.assertEqual(self.chosen(), "FIN arrives")
        self.window.press("Home", "ArrowUp")

        self.assertEqual(self.chosen(), "two:80 listens")

    def test_from_one_end_to_the_other(self) -> None:
        """Enter goes to where a packet arrives, and back; so does a button."""
        self.window.click(self.row("hello  5 bytes"))
        self.window.press("Enter")
        self.assertEqual(self.chosen(), "arrives: hello")
        self.window.press("Enter")
        self.assertEqual(self.chosen(), "hello  5 bytes")
        self.window.click(".ways button")

        self.assertEqual(self.chosen(), "arrives: hello")

    def test_search(self) -> None:
        """It marks what it finds, counts it, and goes through it, round the end."""
        self.window.press("/")
        self.window.type("hello")
        self.assertEqual(self.window.text("#count"), "2")
        self.assertEqual(self.window.texts("mark"), ["hello"] * 4)
        self.window.press("Enter")
        self.assertEqual(self.window.text("#count"), "1 of 2")
        self.window.press("Enter", "Enter")
        self.assertEqual(self.window.text("#count"), "1 of 2")
        self.window.click("#earlier")
        self.assertEqual(self.window.text("#count"), "2 of 2")
        self.window.click("#later")
        self.window.click(self.row("two:80 listens"))
        self.window.press("n")
        self.assertEqual(self.window.text("#count"), "1 of 2")
        self.window.press("/", "Escape")

        self.assertEqual(self.window.text("#count"), "")
        self.assertEqual(self.window.texts("mark"), [])

    def test_search_for_what_is_not_there(self) -> None:
        """There is nothing to go to."""
        self.window.press("/")
        self.window.type("nothing")
        self.window.press("Enter")

        self.assertEqual(self.window.text("#count"), "0")
        self.assertEqual(self.chosen(), "")

    def test_what_is_shown_can_be_chosen(self) -> None:
        """A button for each kind of event, by mouse or keyboard."""
        self.assertNotIn("Deferreds", self.window.texts(".lanes .machine"))
        self.window.click("[data-category=deferred]")
        self.assertIn("Deferreds", self.window.texts(".lanes .machine"))
        self.assertTrue(any("Deferred 1 is made at" in text for text in self.says()))
        self.window.click("[data-category=deferred]")
        self.window.click("[data-category=connection]")
        self.assertEqual(len(self.says()), 5)
        for name in ("data", "timer"):
            self.window.click(f"[data-category={name}]")

        self.assertEqual(self.says(), [])
        self.assertIn("Nothing to show", self.window.text("#none"))
        self.window.press("End", "x", "ArrowRight")
        self.assertEqual(self.chosen(), "")

    def test_zoom(self) -> None:
        """By button, by key, and back; text goes when there is no room for it."""

        def height() -> float:
            script = (
                "return document.querySelector('.row').getBoundingClientRect().height"
            )
            return float(self.window.run(script))

        self.assertEqual(height(), 22)
        self.window.click("#in")
        self.assertEqual(height(), 28)
        self.window.press("0")
        self.assertEqual(height(), 22)
        self.window.press(*"-----")
        self.assertEqual(height(), 2)
        self.assertEqual(self.says(), [])
        self.assertEqual(self.window.attribute("#out", "disabled"), "true")
        self.window.press("+", "+", "+")

        self.assertEqual(height(), 11)
        self.assertEqual(len(self.says()), 17)

    def test_theme(self) -> None:
        """That of the reader's system, until another is chosen."""

        def ground() -> str:
            script = "return getComputedStyle(document.body).backgroundColor"
            return str(self.window.run(script))

        light, dark = "rgb(255, 255, 255)", "rgb(14, 19, 27)"
        self.addCleanup(self.window.run, "localStorage.clear()")
        self.window.prefer("dark")
        self.assertEqual(ground(), dark)
        self.window.prefer("light")
        self.assertEqual(ground(), light)
        self.window.press("t", "t")
        self.assertEqual(ground(), dark)
        self.assertEqual(self.window.text("#theme"), "● Dark")
        self.window.run("location.reload()")
        self.assertEqual(ground(), dark)
        self.window.click("#theme")

        self.assertEqual(ground(), light)

    def test_keys_are_listed(self) -> None:
        """And the list can be closed by one."""
        self.window.press("?")
        self.assertIn("next event", self.window.text("dialog"))
        self.window.press("ArrowDown")
        self.assertEqual(self.chosen(), "")
        self.window.press("Escape", "ArrowDown")

        self.assertEqual(self.chosen(), "two:80 listens")

    def test_a_link_to_an_event(self) -> None:
        """Its address leads back to it."""
        address = self.row("two:80 SYN+ACK")
        self.window.run("location.hash = arguments[0]", address)
        self.window.run("location.reload()")

        self.assertEqual(self.chosen(), "two:80 SYN+ACK")

    def test_a_link_to_what_is_hidden(self) -> None:
        """It is shown then."""
        script = (
            "return [...document.querySelectorAll('.row.about-deferred')].at(-1).id"
        )
        self.window.click("[data-category=deferred]")
        address = self.window.run(script)
        self.window.run("location.hash = arguments[0]", address)
        self.window.run("location.reload()")

        self.assertIn("Deferred", self.chosen())

    def test_a_narrow_window(self) -> None:
        """The details go below, and can still be read."""
        self.window.resize(600, 800)
        self.addCleanup(self.window.resize, 1400, 900)
        self.window.click(self.row("hello  5 bytes"))

        self.assertIn("hello", self.window.text("#details"))
        self.assertEqual(self.chosen(), "hello  5 bytes")

    def test_print(self) -> None:
        """All rows are printed, and nothing is left of it on the screen."""
        before = self.says()

        self.assertTrue(self.window.print().startswith(b"%PDF"))
        self.assertEqual(self.says(), before)
        self.assertEqual(self.window.texts("#printed"), [])

    def test_for_those_who_hear_it(self) -> None:
        """A row is an option of a list, with its place in it and all that it says."""
        self.window.click(self.row("hello  5 bytes"))

        row = self.row("hello  5 bytes")
        told = ("role", "aria-posinset", "aria-setsize", "aria-selected", "aria-label")
        self.assertEqual(
            [self.window.attribute(row, name) for name in told],
            [
                "option",
                "8",
                "17",
                "true",
                "0.100000 seconds, one:32768 to two:80, data, hello, 50 ms",
            ],
        )


class OtherPageTests(PageTestCase):
    """Other traces."""

    def test_a_failure(self) -> None:
        """The page begins with it, and where it happened: at the end."""
        trace = greeting()
        trace.outcome, trace.failure = "failed", "Traceback ...\nFailTest: 1 != 2\n"
        self.show(trace)

        self.assertEqual(self.window.text("h1"), "failedTrace")
        self.assertEqual(self.window.text("#failure summary"), "FailTest: 1 != 2")
        self.assertEqual(self.chosen(), "FIN arrives")

    def test_a_telephone(self) -> None:
        """Most of the window is the timeline's; if it is too low, the page scrolls."""

        def measure() -> tuple[float, float, float]:
            script = """
                const timeline = document.getElementById("timeline");
                const say = document.querySelector(".row.chosen .say");
                return [timeline.clientHeight, say.getBoundingClientRect().left,
                        document.documentElement.scrollHeight - innerHeight];
            """
            height, left, beyond = self.window.run(script)
            return height, left, beyond

        trace = greeting()
        trace.title = "package.test.test_module.GreetingTests.test_greeting"
        trace.outcome, trace.failure = "failed", "Traceback ...\nFailTest: 1 != 2\n"
        self.window = shared_browser()
        self.window.resize(380, 700)
        self.addCleanup(self.window.resize, 1400, 900)
        self.show(trace)
        high = measure()
        self.window.resize(380, 400)
        low = measure()

        self.assertGreater(high[0], 250)
        self.assertLess(high[1], 300)
        self.assertEqual(high[2], 0)
        self.assertGreater(low[0], 250)
        self.assertGreater(low[2], 0)

    def test_trouble(self) -> None:
        """What is lost is struck through, and can be gone to."""
        self.show(many_events(2000))
        self.window.press("x")
        first = self.window.run("return document.querySelector('.row.chosen').id")
        self.assertIn("lost", self.window.texts(".row.chosen .fate"))
        self.assertEqual(len(self.window.texts(".mark.lost.chosen .cross")), 1)
        self.window.click("#trouble")
        self.assertNotEqual(
            self.window.run("return document.querySelector('.row.chosen').id"), first
        )
        self.window.press("X")

        self.assertEqual(
            self.window.run("return document.querySelector('.row.chosen').id"), first
        )

    def test_nothing(self) -> None:
        """A trace without an event is shown all the same."""
        self.show(Trace())
        self.window.press("ArrowDown", "x", "Enter", "ArrowRight", "+")

        self.assertRegex(self.window.text("#summary"), "^0 events · 0 machines · 0 s ")
        self.assertEqual(self.window.logs(), [])


class ManyEventsTests(PageTestCase):
    """A trace of ten thousand events."""

    def setUp(self) -> None:
        self.show(many_events(10_000))

    def test_opens_fast(self) -> None:
        """It is ready at once."""
        timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"

        self.assertLess(self.window.run(f"return {timing}"), PATIENCE)

    def test_draws_what_is_seen(self) -> None:
        """However many there are."""
        self.assertLess(len(self.window.texts(".row")), 400)
        self.window.press("End")
        self.assertLess(len(self.window.texts(".row")), 400)
        self.assertNotEqual(self.chosen(), "")
        self.window.press(*"------")

        self.assertLess(len(self.window.texts(".row")), 1500)

    def test_scrolls_without_a_stall(self) -> None:
        """It scrolls as a short trace does, on whatever machine."""
        frames = self.window.run_async(SCROLL)
        self.assertLess(len(self.window.texts(".row")), 400)
        self.show(many_events(1_000))
        short = self.window.run_async(SCROLL)

        self.assertLess(frames[50], SLOWER * short[50])
        self.assertLess(frames[90], SLOWER * short[90])

    def test_the_overview_leads_everywhere(self) -> None:
        """A drag in it moves the timeline."""
        self.window.drag("#overview", 0, 100)
        at = self.window.run("return document.getElementById('timeline').scrollTop")
        self.window.drag("#overview", 0, -100)
        above = self.window.run("return document.getElementById('timeline').scrollTop")

        self.assertGreater(at, above)
        self.assertGreater(above, 0)

    def test_search(self) -> None:
        """It finds what is far away, and goes there."""
        self.window.press("/")
        self.window.type("get /500 ")
        self.window.press("Enter")

        self.assertIn("GET /500 HTTP/1.1", self.chosen())

    def test_a_page_of_rows(self) -> None:
        """Page Down moves on by what can be seen, and Page Up back."""
        self.window.press("Home", "PageDown", "PageDown")
        script = "return Number(document.querySelector('.row.chosen').dataset.row)"
        below = self.window.run(script)
        self.window.press("PageUp", "PageUp")

        self.assertGreater(below, 20)
        self.assertEqual(self.window.run(script), 0)
