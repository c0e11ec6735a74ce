"""Take the pictures of the page of a trace that the documentation shows.

Usage: python docs/_screenshots.py (needs chromium and chromedriver)
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from twisted.trial.reporter import TestResult

from harness import Trace, save_page
from harness.test.browser import Browser, browser
from harness.test.samples.kitchen import Impatient
from harness.test.traces import many_events

IMAGES = Path(__file__).parent / "_images"


def page_of_kitchen(folder: Path) -> Path:
    """Run the test of the how-to, and return its page."""
    os.environ["HARNESS_TRACE"] = str(folder)
    Impatient().run(TestResult())
    (page,) = folder.glob("*Impatient*.html")
    return page


def page_of_many(folder: Path) -> Path:
    """Return the page of a long run."""
    trace: Trace = many_events(10_000)
    trace.title = "many_clients"
    page = folder / "many.html"
    save_page(trace, page)
    return page


def take(window: Browser, name: str) -> None:
    """Take a picture of what is shown."""
    window.settle()
    path = IMAGES / f"timeline_{name}.png"
    window.screenshot(path)
    print(f"{path}: {path.stat().st_size:,} bytes")


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name, browser() as window:
        folder = Path(name)
        kitchen, many = page_of_kitchen(folder), page_of_many(folder)
        window.resize(1200, 660)
        window.prefer("light")
        window.open(kitchen.as_uri())
        window.press("X", "X")
        take(window, "light")

        window.prefer("dark")
        window.click("[data-category=deferred]")
        window.click("[data-category=timer]")
        window.press("/", *"again", "Enter")
        take(window, "dark")

        window.prefer("light")
        window.open(many.as_uri())
        window.press("x", *"-----")
        take(window, "small")


if __name__ == "__main__":
    main()
