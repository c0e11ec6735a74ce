"""What importing the programs does to a process that has done nothing else."""

import sys

from twisted_examples.test.live import LiveTestCase

IMPORT_ALL = """
import pkgutil, sys, threading
import twisted_examples
for module in pkgutil.walk_packages(twisted_examples.__path__, "twisted_examples."):
    if ".test" not in module.name:
        __import__(module.name)
        assert "twisted.internet.reactor" not in sys.modules, module.name
        assert threading.active_count() == 1, module.name
print("twisted_examples.ch02_clients_servers.runreactor" in sys.modules)
"""


class ImportLiveTests(LiveTestCase):
    """All modules in one fresh interpreter."""

    def test_nothing_happens_on_import(self) -> None:
        """Nothing is written, no thread is started and no reactor installed."""
        finished = self.run_to_end(sys.executable, "-c", IMPORT_ALL)

        self.assertEqual(finished.stderr, b"")
        self.assertEqual(finished.stdout, b"True\n")
