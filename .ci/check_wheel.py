"""Install the built wheel and run its tests: as many as the checkout's, and all pass.

Usage: check_wheel.py DIST
"""

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("harness", "twisted_examples")


def run(folder: Path, *argv: object) -> str:
    """Run a command in a folder and return its output; fail if it fails."""
    words = [str(word) for word in argv]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def count_tests(python: Path, folder: Path, temporary: Path) -> int:
    """Run the tests as seen from a folder and return how many there were."""
    option = f"--temp-directory={temporary / 'trial'}"
    output = run(folder, python, "-m", "twisted.trial", option, *PACKAGES)
    match = re.search(r"^Ran (\d+) tests", output, re.MULTILINE)
    assert match is not None, output
    return int(match.group(1))


def origin(python: Path, folder: Path) -> Path:
    """Return where the harness comes from, as seen from a folder."""
    return Path(run(folder, python, "-c", "import harness; print(harness.__file__)"))


def main(dist: str) -> None:
    """Compare the wheel in ``dist`` with the checkout."""
    (wheel,) = Path(dist).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        empty = temporary / "empty"
        empty.mkdir()
        venv.create(temporary / "venv", with_pip=True)
        python = temporary / "venv" / "bin" / "python"
        run(empty, python, "-m", "pip", "install", "--quiet", f"{wheel}[test]")
        assert origin(python, empty).is_relative_to(temporary)
        assert origin(python, CHECKOUT).is_relative_to(CHECKOUT)
        installed = count_tests(python, empty, temporary)
        here = count_tests(python, CHECKOUT, temporary)
    print(f"tests in the wheel: {installed}, in the checkout: {here}")
    if installed != here:
        sys.exit("the wheel does not hold all tests")


if __name__ == "__main__":
    main(*sys.argv[1:])
