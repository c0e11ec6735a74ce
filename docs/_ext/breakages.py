"""The directive ``.. breakages::``, a table of faults and of the tests that notice.

The table is made from the list that the tests themselves go through, so that what the
page says has been tried.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from harness.test.breakages import BREAKAGES, Breakage

HEAD = """\
.. list-table::
   :header-rows: 1

   * - what is broken
     - the tests that notice
"""


class BreakagesTable(SphinxDirective):
    """Lays out `harness.test.breakages.BREAKAGES`."""

    def run(self) -> list[nodes.Node]:
        """Make the table, out of the lines in which one would write it by hand."""
        rows = "".join(row(breakage) for breakage in BREAKAGES)
        return self.parse_text_to_nodes(HEAD + rows)


def row(breakage: Breakage) -> str:
    """Write the row of one fault."""
    tests = "\n\n       ".join(f"``{name}``" for name in breakage.noticed_by)
    return f"   * - {breakage.name}\n     - {tests}\n"


def setup(app: Sphinx) -> dict[str, bool]:
    """Let pages use the directive."""
    app.add_directive("breakages", BreakagesTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
