# -*- test-case-name: harness.test.test_benchmark_report -*-
"""A result as a person reads it, and as a program does."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import twisted

from harness.benchmark.entries import Result
from harness.benchmark.figures import Figure
from harness.benchmark.measuring import Cost, Spread

_VERDICTS = {True: "met", False: "missed"}


def as_text(result: Result) -> str:
    """Lay out one entry's result for a terminal."""
    lines = [f"{result.name}: {result.summary}"]
    if result.costs:
        lines.append(f"  {'microseconds per operation':<36}{'CPU':>12}{'wall':>12}")
    lines += [_cost_line(name, costs) for name, costs in result.costs.items()]
    lines += [_figure_line(figure) for figure in result.figures]
    return "\n".join(lines)


def _cost_line(contender: str, costs: Sequence[Cost]) -> str:
    cpu = Spread.of([cost.cpu for cost in costs]).median
    wall = Spread.of([cost.wall for cost in costs]).median
    return f"    {contender:<34}{cpu * 1e6:>12,.3f}{wall * 1e6:>12,.3f}"


def _figure_line(figure: Figure) -> str:
    value = figure.value
    line = f"    {figure.label:<34}{_number(value.median):>12} {figure.unit}"
    if value.low != value.high:
        line += f" ({_number(value.low)} to {_number(value.high)})"
    if figure.goal is not None:
        goal = f"{figure.goal.relation} {_number(figure.goal.bound)}"
        line += f", goal {goal}: {_VERDICTS[bool(figure.met)]}"
    return line


def _number(value: float) -> str:
    """Write three digits or so."""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.2f}"


def as_json(results: Sequence[Result], rounds: int) -> str:
    """Write all results, every single measurement included, as a JSON document.

    Costs are seconds per operation.
    """
    document = {
        "python": platform.python_version(),
        "twisted": twisted.__version__,
        "platform": platform.platform(),
        "rounds": rounds,
        "results": [_result(result) for result in results],
    }
    return json.dumps(document, indent=2)


def _result(result: Result) -> dict[str, Any]:
    figures = [{**asdict(figure), "met": figure.met} for figure in result.figures]
    costs = {
        name: [asdict(cost) for cost in costs] for name, costs in result.costs.items()
    }
    return {
        "name": result.name,
        "summary": result.summary,
        "costs": costs,
        "figures": figures,
    }
