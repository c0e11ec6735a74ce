"""Links to the documentation of other projects, without fetching their inventories.

An inventory lists names and the pages that explain them. Twisted's is made here from
the Twisted that is installed: its pages follow a rule, so only the names are needed.
Thus a link to something that Twisted does not have breaks the build.
What we link to in other projects is little, and listed by hand in
``docs/inventories/``.
"""

import ast
import inspect
import re
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sphinx.application import Sphinx
from zope.interface.interface import InterfaceClass

#: Where the documentation of each project is published.
PROJECTS = {
    "python": "https://docs.python.org/3",
    "twisted": "https://docs.twisted.org/en/stable/api",
    "zope.interface": "https://zopeinterface.readthedocs.io/en/latest",
}
SOURCES = ("harness", "twisted_examples", "docs")
DOTTED_NAME = re.compile(r"\btwisted(?:\.[A-Za-z_]\w*)+")


def setup(app: Sphinx) -> dict[str, bool]:
    """Give Sphinx and pydoctor an inventory of each project."""
    docs = Path(app.srcdir)
    for name, url in PROJECTS.items():
        by_hand = docs / "inventories" / f"{name}.txt"
        lines = by_hand.read_text() if by_hand.exists() else twisted_lines(docs.parent)
        inventory = Path(app.doctreedir) / f"{name}.inv"
        inventory.parent.mkdir(parents=True, exist_ok=True)
        inventory.write_bytes(compiled(name, lines))
        app.config.intersphinx_mapping[name] = (url, str(inventory))
        app.config.pydoctor_args.append(f"--intersphinx-file={inventory}::{url}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def compiled(project: str, lines: str) -> bytes:
    """Put the lines of an inventory in the form in which it is published."""
    header = (
        "# Sphinx inventory version 2\n"
        f"# Project: {project}\n"
        "# Version: \n"
        "# The rest of this file is compressed with zlib.\n"
    )
    return header.encode() + zlib.compress(lines.encode())


def twisted_lines(checkout: Path) -> str:
    """List the names of Twisted that the sources and pages of a checkout mention."""
    names: set[str] = set()
    for folder in SOURCES:
        for path in (checkout / folder).rglob("*.rst"):
            names.update(DOTTED_NAME.findall(path.read_text()))
        for path in (checkout / folder).rglob("*.py"):
            names.update(names_in_module(path.read_text()))
    return "".join(line for name in sorted(names) for line in twisted_line(name))


def names_in_module(source: str) -> Iterator[str]:
    """Find what a module writes out in full and what it imports."""
    yield from DOTTED_NAME.findall(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def twisted_line(name: str) -> Iterator[str]:
    """Make the line for a name, if it is one of Twisted's."""
    found = resolve(name) if name.startswith("twisted.") else None
    if inspect.ismodule(found):
        yield f"{name} py:module 1 {name}.html -\n"
    elif isinstance(found, type | InterfaceClass):
        yield f"{name} py:class 1 {name}.html -\n"
    elif found is not None:
        page, _, anchor = name.rpartition(".")
        kind = "function" if callable(found) else "attribute"
        yield f"{name} py:{kind} 1 {page}.html#{anchor} -\n"


def resolve(name: str) -> object | None:
    """Find the object of a dotted name, or None where there is none."""
    found: object | None = import_module("twisted")
    path = "twisted"
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        found = member(found, part) or submodule(path)
    return found


def member(owner: object, name: str) -> object | None:
    """Look into a module, a class or an interface."""
    if isinstance(owner, InterfaceClass):
        return owner.get(name)  # type: ignore[no-any-return]
    return getattr(owner, name, None)


def submodule(name: str) -> object | None:
    """Import a module, if there is one of that name and it works here."""
    try:
        return import_module(name)
    except ImportError:
        return None
