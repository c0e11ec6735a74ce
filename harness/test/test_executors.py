"""Tests for the places where seeds are tried."""

import os
from concurrent.futures import Executor, ProcessPoolExecutor
from types import ModuleType

from twisted.trial.unittest import SynchronousTestCase

from harness._executors import Here, cluster, processes
from harness.test.settings import installed


class HereTests(SynchronousTestCase):
    """What `Here` promises."""

    def test_result(self) -> None:
        """It is there at once."""
        self.assertEqual(Here().submit(divmod, 7, 2).result(0), (3, 1))

    def test_error(self) -> None:
        """So is an error."""
        future = Here().submit(divmod, 7, 0)

        self.assertIsInstance(future.exception(0), ZeroDivisionError)

    def test_interrupted(self) -> None:
        """Ctrl-C is for whoever has called, and not the result."""

        def interrupt() -> None:
            raise KeyboardInterrupt

        self.assertRaises(KeyboardInterrupt, Here().submit, interrupt)


class ProcessesTests(SynchronousTestCase):
    """What `processes` promises."""

    def test_one(self) -> None:
        """One process is this one."""
        with processes(1) as executor:
            self.assertEqual(executor.submit(os.getpid).result(), os.getpid())

    def test_several(self) -> None:
        """More are others."""
        with processes(2) as executor:
            self.assertIsInstance(executor, ProcessPoolExecutor)


class Scheduler:
    """Stands for a connection to a cluster."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get_executor(self) -> Executor:
        """Return what works there."""
        executor = Here()
        executor.address = self.address  # type: ignore[attr-defined]
        return executor


class ClusterTests(SynchronousTestCase):
    """What `cluster` promises."""

    def test_address(self) -> None:
        """It is where the executor of Dask works."""
        distributed = ModuleType("distributed")
        distributed.Client = Scheduler  # type: ignore[attr-defined]
        with installed("distributed", distributed):
            executor = cluster("tcp://192.0.2.1:8786")

        self.assertEqual(vars(executor), {"address": "tcp://192.0.2.1:8786"})

    def test_not_installed(self) -> None:
        """Without Dask there is an error that names what is missing."""
        with installed("distributed", None):
            error = self.assertRaises(ImportError, cluster, "tcp://192.0.2.1:8786")

        self.assertIn("distributed", str(error))
