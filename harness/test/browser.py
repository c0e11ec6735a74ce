"""A real browser for tests of pages: headless Chromium, by the protocol of WebDriver.

https://www.w3.org/TR/webdriver2/ is a dozen small requests, so no library is needed.
Where Chromium or its driver is not installed, tests skip.
"""

import atexit
import json
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

#: Why tests that need a browser are skipped, or None.
MISSING = None if CHROMIUM and DRIVER else "needs chromium and chromedriver"

#: Without network, and as whoever runs the tests: a sandbox does not let root in.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)

#: What WebDriver calls the keys that have no character.
KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "End": "\ue010",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Home": "\ue011",
    "PageDown": "\ue00f",
    "PageUp": "\ue00e",
}


class Browser:
    """One window of a browser."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        self._session = f"/session/{session}"

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self._ask("POST", "/url", url=url)

    def run(self, script: str, *args: object) -> Any:
        """Run JavaScript, which may ``return`` something."""
        return self._ask("POST", "/execute/sync", script=script, args=args)

    def run_async(self, script: str, *args: object) -> Any:
        """Run JavaScript that calls its last argument with the result."""
        return self._ask("POST", "/execute/async", script=script, args=args)

    def click(self, selector: str) -> None:
        """Click on an element as a person does: it must be there, and seen."""
        self._ask("POST", f"/element/{self._find(selector)}/click")

    def text(self, selector: str) -> str:
        """Return the text of an element, as far as it is seen."""
        return str(self._ask("GET", f"/element/{self._find(selector)}/text"))

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements of a kind, in order."""
        script = "return [...document.querySelectorAll(arguments[0])]"
        return list(self.run(f"{script}.map(e => e.textContent)", selector))

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute of an element, or "None" if it has none."""
        element = self._find(selector)
        return str(self._ask("GET", f"/element/{element}/attribute/{name}"))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, named as in JavaScript: ``ArrowDown``."""
        actions: list[dict[str, str]] = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [
                {"type": "keyDown", "value": value},
                {"type": "keyUp", "value": value},
            ]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def type(self, text: str) -> None:
        """Type text."""
        self.press(*text)

    def drag(self, selector: str, start: int, end: int) -> None:
        """Press the mouse on an element, and move it down or up.

        Args:
            selector: The element.
            start: Where it is pressed: pixels below the middle.
            end: Where it is let go.
        """
        origin = {"element-6066-11e4-a52e-4f735466cecf": self._find(selector)}
        move = {"type": "pointerMove", "origin": origin, "x": 0}
        actions = [
            {**move, "y": start},
            {"type": "pointerDown", "button": 0},
            {**move, "y": end},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in pixels."""
        metrics = {"width": width, "height": height, "mobile": False}
        self.command(
            "Emulation.setDeviceMetricsOverride", deviceScaleFactor=1, **metrics
        )
        self.settle()

    def prefer(self, scheme: str) -> None:
        """Let the reader prefer ``light`` or ``dark``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.command("Emulation.setEmulatedMedia", features=[feature])
        self.settle()

    def settle(self) -> None:
        """Wait until the page has heard of changes, and is drawn anew."""
        frame = "requestAnimationFrame(() => requestAnimationFrame(done))"
        self.run_async(f"const done = arguments[0]; {frame}")

    def command(self, command: str, **params: object) -> Any:
        """Send a command of Chromium's own protocol."""
        return self._ask("POST", "/goog/cdp/execute", cmd=command, params=params)

    def logs(self) -> list[str]:
        """Return what the page has logged since it was last asked, errors above all."""
        entries = self._ask("POST", "/se/log", type="browser")
        return [entry["message"] for entry in entries]

    def screenshot(self, path: Path) -> None:
        """Take a picture of the window, as a PNG file."""
        path.write_bytes(b64decode(self._ask("GET", "/screenshot")))

    def print(self) -> bytes:
        """Print the page, and return it as PDF."""
        return b64decode(self._ask("POST", "/print", background=True))

    def quit(self) -> None:
        """Close the window."""
        self._ask("DELETE", "")

    def _find(self, selector: str) -> str:
        found = self._ask("POST", "/element", using="css selector", value=selector)
        (element,) = found.values()
        return str(element)

    def _act(self, source: dict[str, object]) -> None:
        self._ask("POST", "/actions", actions=[source])

    def _ask(self, method: str, path: str, **body: object) -> Any:
        return ask(self._port, method, self._session + path, body)


def ask(port: int, method: str, path: str, body: dict[str, object]) -> Any:
    """Ask the driver for something, and return what it answers.

    Raises:
        AssertionError: It could not do it.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        content = None if method in ("GET", "DELETE") else json.dumps(body)
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer = json.load(connection.getresponse())["value"]
    finally:
        connection.close()
    if isinstance(answer, dict) and "error" in answer:
        raise AssertionError(f"{path}: {answer['error']}: {answer['message']}")
    return answer


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser, and end it in the end."""
    assert CHROMIUM is not None
    assert DRIVER is not None
    with (
        TemporaryDirectory(prefix="harness-browser-") as folder,
        subprocess.Popen(
            [DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True
        ) as driver,
    ):
        try:
            port = _port_of(driver)
            options = {
                "binary": CHROMIUM,
                "args": [*_FLAGS, f"--user-data-dir={folder}"],
            }
            wanted = {
                "alwaysMatch": {
                    "goog:chromeOptions": options,
                    "goog:loggingPrefs": {"browser": "ALL"},
                }
            }
            made = ask(port, "POST", "/session", {"capabilities": wanted})
            window = Browser(port, made["sessionId"])
            window.resize(1400, 900)
            yield window
            window.quit()
        finally:
            driver.terminate()


@cache
def shared_browser() -> Browser:
    """Start a browser when it is first asked for. It ends with the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(browser())


def _port_of(driver: "subprocess.Popen[str]") -> int:
    """Read on which port the driver listens."""
    assert driver.stdout is not None
    for line in driver.stdout:
        if "started successfully on port" in line:
            return int(line.split()[-1].rstrip("."))
    raise AssertionError("the driver did not start")
