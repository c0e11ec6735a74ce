# -*- test-case-name: harness.test.test_imports -*-
"""Be told when a module has been imported, before anybody uses it."""

import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

Told = Callable[[ModuleType], object]


@contextmanager
def told_of_imports(names: Container[str], tell: Told) -> Iterator[None]:
    """Let ``tell`` be called with each module of these names that is imported."""
    finder = _Finder(names, tell)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Lets the others find a module, and looks on as it is loaded."""

    def __init__(self, names: Container[str], tell: Told) -> None:
        self._names = names
        self._tell = tell

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader, self._tell)
                return spec
        return None


class _Loader(Loader):
    """Loads with another loader, which is the module's as soon as there is one."""

    def __init__(self, loader: Loader, tell: Told) -> None:
        self._loader = loader
        self._tell = tell

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell(module)
