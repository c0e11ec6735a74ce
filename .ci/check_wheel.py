"""Install the built wheel and run its tests: as many as the checkout has, and all pass.

Those of the examples run a second time on the reactor that the wheel adds to Twisted.

Usage: check_wheel.py DIST
"""

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

CHECKOUT = Path(__file__).resolve().parent.parent
EXAMPLES = "twisted_examples"
PACKAGES = ("harness", EXAMPLES)


def run(folder: Path, *argv: object) -> str:
    """Run a command in a folder and return its output; fail if it fails."""
    words = [str(word) for word in argv]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def count_tests(python: Path, folder: Path, temporary: Path, *argv: str) -> int:
    """Run trial in a folder and return how many tests it ran, all of which passed."""
    option = f"--temp-directory={temporary / 'trial'}"
    output = run(folder, python, "-m", "twisted.trial", option, *argv)
    match = re.search(r"^Ran (\d+) tests", output, re.MULTILINE)
    assert match is not None, output
    return int(match.group(1))


def origin(python: Path, folder: Path) -> Path:
    """Return where the harness comes from, as seen from a folder."""
    return Path(run(folder, python, "-c", "import harness; print(harness.__file__)"))


def in_twisted(wheel: Path) -> list[str]:
    """Return what the wheel adds to Twisted's own folder."""
    with ZipFile(wheel) as archive:
        return [name for name in archive.namelist() if name.startswith("twisted/")]


def main(dist: str) -> None:
    """Compare the wheel in ``dist`` with the checkout."""
    (wheel,) = Path(dist).resolve().glob("*.whl")
    assert in_twisted(wheel) == ["twisted/plugins/harness_reactor.py"]
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        empty = temporary / "empty"
        empty.mkdir()
        venv.create(temporary / "venv", with_pip=True)
        python = temporary / "venv" / "bin" / "python"
        run(empty, python, "-m", "pip", "install", "--quiet", f"{wheel}[test]")
        assert origin(python, empty).is_relative_to(temporary)
        assert origin(python, CHECKOUT).is_relative_to(CHECKOUT)
        installed = count_tests(python, empty, temporary, "--jobs=2", *PACKAGES)
        here = count_tests(python, CHECKOUT, temporary, "--dry-run", *PACKAGES)
        examples = count_tests(python, empty, temporary, "--dry-run", EXAMPLES)
        virtual = count_tests(python, empty, temporary, "--reactor=virtual", EXAMPLES)
    print(f"tests in the wheel: {installed}, in the checkout: {here}")
    print(f"those of the examples: {examples}, on the virtual reactor: {virtual}")
    if installed != here or examples != virtual:
        sys.exit("the wheel does not hold all tests")


if __name__ == "__main__":
    main(*sys.argv[1:])
