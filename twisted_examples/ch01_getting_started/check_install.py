# -*- test-case-name: twisted_examples.ch01_getting_started.test.test_check_install -*-
"""Say what of Twisted is installed here, and how to get what is missing.

Run it::

    $ python -m twisted_examples.ch01_getting_started.check_install
    core
      Python                3.12.1
      Twisted               26.10.0
      reactor               26.10.0
    TLS
      twisted.internet.ssl  26.10.0
      pyOpenSSL             26.4.0
      service-identity      26.1.0
    SSH
      twisted.conch         missing: No module named 'bcrypt'
      cryptography          50.0.2
      bcrypt                missing: No module named 'bcrypt'
      To mend it: python -m pip install "twisted[conch]"
    scripts
      trial                 /usr/local/bin/trial
      ...

What to notice:

- Only an import shows that a module works: what is on the disk may be half of it, or
  built for another machine, and then fails with any exception there is.
- ``main`` is a coroutine that waits for nothing, which is as good as any other.
- `twisted.internet.task.react` imports the reactor when it is called, not before.
  So a program that must work without Twisted can be written with it.

Left out: whether the versions suit each other, which ``python -m pip check`` knows.
"""

import argparse
import json
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module, metadata


@dataclass(frozen=True)
class Part:
    """Something that can be imported, and the distribution that it comes from."""

    name: str
    module: str
    distribution: str


CORE = (
    Part("Twisted", "twisted", "Twisted"),
    Part("reactor", "twisted.internet.reactor", "Twisted"),
)
TLS = (
    Part("twisted.internet.ssl", "twisted.internet.ssl", "Twisted"),
    Part("pyOpenSSL", "OpenSSL", "pyOpenSSL"),
    Part("service-identity", "service_identity", "service-identity"),
)
SSH = (
    # The package alone can be imported without what it needs.
    Part("twisted.conch", "twisted.conch.ssh.keys", "Twisted"),
    # ... and so can this one, without its extension module.
    Part("cryptography", "cryptography.hazmat.primitives.hashes", "cryptography"),
    Part("bcrypt", "bcrypt", "bcrypt"),
)
SCRIPTS = ("trial", "twist", "twistd", "conch", "cftp", "ckeygen")


@dataclass(frozen=True)
class Environment:
    """Where to look: in this interpreter and this shell, if nothing else is said.

    Attributes:
        importer: Imports the module of a name.
        version: Finds the version of an installed distribution.
        python: The version of Python.
        path: What is searched for scripts, in the form of ``PATH``, or None for that.
    """

    importer: Callable[[str], object] = import_module
    version: Callable[[str], str] = metadata.version
    python: str = platform.python_version()
    path: str | None = None


HERE = Environment()


@dataclass(frozen=True)
class Finding:
    """What became of one part.

    Attributes:
        found: The version, or for a script the path; None where there is a problem.
        problem: What is wrong, in one line, or None.
        reinstall: Whether pip takes it for installed all the same.
    """

    name: str
    found: str | None = None
    problem: str | None = None
    reinstall: bool = False


@dataclass(frozen=True)
class Section:
    """What became of parts that are of use together.

    Attributes:
        remedy: The command that mends it, or None where there is no problem.
    """

    name: str
    findings: tuple[Finding, ...]
    remedy: str | None

    @classmethod
    def of(cls, name: str, requirement: str, *findings: Finding) -> "Section":
        """Put findings together.

        Args:
            requirement: What pip is asked for to get all parts of the section.
        """
        remedy = None
        if any(finding.problem for finding in findings):
            reinstall = any(finding.reinstall for finding in findings)
            option = "--force-reinstall " if reinstall else ""
            remedy = f'python -m pip install {option}"{requirement}"'
        return cls(name, findings, remedy)


def check_all(environment: Environment) -> list[Section]:
    """Look for all that Twisted can use. The first section is what it cannot lack."""
    python = Finding("Python", environment.python)
    return [
        Section.of("core", "twisted", python, *check_parts(CORE, environment)),
        Section.of("TLS", "twisted[tls]", *check_parts(TLS, environment)),
        Section.of("SSH", "twisted[conch]", *check_parts(SSH, environment)),
        Section.of("scripts", "twisted", *check_scripts(environment)),
    ]


def check_parts(parts: tuple[Part, ...], environment: Environment) -> list[Finding]:
    """Try to import each of the parts."""
    return [check_part(part, environment) for part in parts]


def check_part(part: Part, environment: Environment) -> Finding:
    """Try to import one part."""
    try:
        environment.importer(part.module)
    except ModuleNotFoundError as error:
        return Finding(part.name, problem=f"missing: {error}")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an extension module in Rust panics with one
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Finding(part.name, problem=f"broken: {reason}", reinstall=True)
    return Finding(part.name, find_version(part, environment))


def find_version(part: Part, environment: Environment) -> str:
    """Ask for the version of what could be imported."""
    try:
        return environment.version(part.distribution)
    except metadata.PackageNotFoundError:
        return "unknown version"


def check_scripts(environment: Environment) -> list[Finding]:
    """Look for each of Twisted's console scripts."""
    return [check_script(name, environment) for name in SCRIPTS]


def check_script(name: str, environment: Environment) -> Finding:
    """Look for a console script, as a shell does."""
    path = shutil.which(name, path=environment.path)
    if path is None:
        # While it installs them, pip says which folder is missing from PATH.
        return Finding(name, problem="not on PATH", reinstall=True)
    return Finding(name, path)


def as_text(sections: list[Section]) -> str:
    """Format what was found for a person."""
    return "\n".join(line for section in sections for line in section_lines(section))


def section_lines(section: Section) -> Iterator[str]:
    """Format one section."""
    yield section.name
    for finding in section.findings:
        yield f"  {finding.name:<20}  {finding.found or finding.problem}"
    if section.remedy:
        yield f"  To mend it: {section.remedy}"


def as_json(sections: list[Section]) -> str:
    """Format what was found for a program."""
    return json.dumps({"sections": [asdict(each) for each in sections]}, indent=2)


def check(argv: Sequence[str], environment: Environment = HERE) -> None:
    """Print what was found.

    Raises:
        SystemExit: Twisted does not work here, or the usage was wrong.
    """
    options = parse(argv)
    sections = check_all(environment)
    print(as_json(sections) if options.json else as_text(sections))
    core = sections[0]
    if core.remedy:
        raise SystemExit("Error: Twisted does not work here.")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="check_install",
        description="Say what of Twisted is installed here, "
        "and how to get what is missing.",
        epilog="The exit status is 0 if Twisted itself works, and 1 if not.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(argv)


async def main(reactor: object, *argv: str, environment: Environment = HERE) -> None:
    """Check this installation."""
    check(argv, environment)


if __name__ == "__main__":
    try:
        from twisted.internet.task import react

        from twisted_examples.command import command

        react(command(main), sys.argv[1:])
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException:  # there is no reactor to be had, and check says why
        check(sys.argv[1:])
