"""What every module looks like: short, with its purpose on top, and waiting in one place alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.shape.sources import python, text, tree

LONGEST = 250
SLEEPERS = {
    "provision/engine/clock.py": "the clock of the one loop, which tests replace",
    "provision/aws/rate_limits.py": "by the same clock: a call's turn, where AWS wants fewer",
    "provision/aws/local/engines/processes.py": "PostgreSQL and PgBouncer: nothing tells when a process has ended",
    "provision/aws/local/engines/database.py": "the same, for its connections",
    "provision/aws/local/background.py": "the same, for the local AWS's own process",
    "provision/aws/local/manners/manners.py": "the latency and the delays that a caller is meant to feel",
    "handler/bench.py": "the function's own work between two queries, when a pooler lends the backend to others",
}
"""The only modules that sleep, and why. The loop waits through its clock; a resource, a command or a listener never."""
UNEXPLAINED = re.compile(r"# (?:noqa(?!: [A-Z0-9, ]+ --? \S)|type: ignore(?!\[[a-z, -]+\]  # \S))")
"""An exception from ruff's or mypy's rules that does not give its reason after them."""
PATCHES = {"patch", "setattr", "MagicMock", "Mock"}


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def test_a_file_holds_one_idea() -> None:
    lengths = {str(path): len(text(path).splitlines()) for path in python("provision", "handler")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_a_module_says_what_it_is_for() -> None:
    """But for the empty `__init__.py` of a folder of tests."""
    modules = [path for path in python("provision", "handler", "tests", "benchmarks") if tree(path).body]
    assert [str(path) for path in modules if not ast.get_docstring(tree(path))] == []


def test_an_exception_carries_its_reason() -> None:
    found = [
        f"{path}:{number}"
        for path in python("provision", "handler", "tests", "benchmarks")
        for number, line in enumerate(text(path).splitlines(), start=1)
        if UNEXPLAINED.search(line)
    ]
    assert found == []


def test_only_clocks_sleep() -> None:
    sleepers = {
        str(path) for path in python("provision", "handler") for call in calls(path) if _name(call.func) == "sleep"
    }
    assert sleepers == set(SLEEPERS), "or an exception that is none any more"


def test_tests_patch_nothing() -> None:
    """A seam that needs patching is a missing argument. Variables of the environment are nobody's seam."""
    patches = [f"{path}:{call.lineno}" for path in python("tests") for call in calls(path) if _is_patch(call.func)]
    assert patches == []


def _is_patch(node: ast.expr) -> bool:
    """`monkeypatch.setattr(...)`, `mock.patch(...)`, `Mock()`; Python's own `setattr(...)` is none."""
    return _name(node) in PATCHES and not (isinstance(node, ast.Name) and node.id == "setattr")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
