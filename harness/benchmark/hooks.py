# -*- test-case-name: harness.test.test_benchmark_hooks -*-
"""The harness without the places where it asks whether there is a trace.

Tracing that is off still costs something: at each event it is asked whether it is on,
and what would be recorded is handed over in vain. To weigh that, the same code is
needed without it. So the source of each module is read again, all calls of
``host.record`` and ``host.remark`` are left out, with every ``if ... trace is not
None``, and what is left is compiled and put in the place of the functions' code for as
long as it is measured.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

#: The methods of a host that record, and the attributes that are None if nobody does.
CALLS = frozenset({"record", "remark"})
SWITCHES = frozenset({"trace", "packets", "on_fire"})

_LIKELY = re.compile(rf"\.({'|'.join(CALLS)})\(|\.({'|'.join(SWITCHES)}) is ")


class Remover(ast.NodeTransformer):
    """Leaves out hooks."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value
        if isinstance(call, ast.Call) and _attribute(call.func) in CALLS:
            return _nothing(node)
        return node

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        match node.test:
            case ast.Compare(left, [ast.Is() | ast.IsNot() as sense], [ast.Constant()]):
                if _attribute(left) in SWITCHES:
                    is_off = isinstance(sense, ast.Is)
                    kept = node.body if is_off else node.orelse
                    return [_nothing(node), *kept]
        return node


def _nothing(node: ast.stmt) -> ast.Pass:
    return ast.copy_location(ast.Pass(), node)


@contextmanager
def hooks_removed() -> Iterator[None]:
    """Let the harness be without hooks, as long as a ``with`` block lasts."""
    bare = bare_code()
    before = {function: function.__code__ for function in bare}
    try:
        for function, code in bare.items():
            function.__code__ = code
        yield
    finally:
        for function, code in before.items():
            function.__code__ = code


@cache
def bare_code() -> dict[FunctionType, CodeType]:
    """Return the functions that have hooks, and the code that they have without."""
    bare: dict[FunctionType, CodeType] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("harness._"):
            source = inspect.getsource(module)
            if _LIKELY.search(source):
                bare.update(_bare_code_of(module, source))
    return bare


def _bare_code_of(
    module: ModuleType, source: str
) -> Iterator[tuple[FunctionType, CodeType]]:
    tree = Remover().visit(ast.parse(source))
    compiled = compile(tree, str(module.__file__), "exec", dont_inherit=True)
    code_of = {(code.co_name, code.co_firstlineno): code for code in _codes(compiled)}
    for function in _functions(module):
        old = function.__code__
        new = code_of.get((old.co_name, old.co_firstlineno))
        if new is not None and new.co_code != old.co_code:
            yield function, new


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """List the functions of a module, and those of its classes."""
    for each in vars(module).values():
        if getattr(each, "__module__", None) != module.__name__:
            continue
        for function in vars(each).values() if isinstance(each, type) else [each]:
            if isinstance(function, FunctionType):
                yield function


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""
