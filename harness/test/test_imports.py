"""Tests of being told of imports."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from twisted.trial.unittest import SynchronousTestCase

from harness._imports import told_of_imports


class ImportTests(SynchronousTestCase):
    """A package that is imported for the first time."""

    def setUp(self) -> None:
        folder = Path(self.mktemp()).absolute()
        (folder / "told_of").mkdir(parents=True)
        (folder / "told_of" / "__init__.py").write_text("")
        (folder / "told_of" / "inner.py").write_text("value = 'imported'\n")
        self.patch(sys, "path", [str(folder), *sys.path])
        for name in "told_of", "told_of.inner":
            self.addCleanup(sys.modules.pop, name, None)
        self.told: list[ModuleType] = []

    def test_told_after_it_has_been_executed(self) -> None:
        """The module is there as its importer finds it."""
        values: list[object] = []
        with told_of_imports(
            {"told_of.inner"}, lambda module: values.append(vars(module)["value"])
        ):
            import_module("told_of.inner")

        self.assertEqual(values, ["imported"])

    def test_told_of_no_other(self) -> None:
        """Nor of one that is imported already."""
        with told_of_imports({"told_of.inner", "sys"}, self.told.append):
            import_module("told_of")
            import_module("sys")

        self.assertEqual(self.told, [])

    def test_the_module_keeps_its_loader(self) -> None:
        """Nothing shows that somebody has looked on."""
        import_module("told_of")
        with told_of_imports({"told_of.inner"}, self.told.append):
            inner = import_module("told_of.inner")

        assert inner.__spec__ is not None
        package = import_module("told_of")
        self.assertIs(type(inner.__loader__), type(package.__loader__))
        self.assertIs(inner.__spec__.loader, inner.__loader__)

    def test_what_is_not_there(self) -> None:
        """Fails as ever."""
        with told_of_imports({"told_of.no_such"}, self.told.append):
            self.assertRaises(ImportError, import_module, "told_of.no_such")

    def test_ends(self) -> None:
        """With the block."""
        before = list(sys.meta_path)
        with told_of_imports({"told_of.inner"}, self.told.append):
            self.assertNotEqual(sys.meta_path, before)

        self.assertEqual(sys.meta_path, before)
