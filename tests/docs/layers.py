"""The table of layers in CONTRIBUTING.md, from what tests/shape holds them to and from what each says of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.shape.sources import ROOT, text, tree
from tests.shape.test_imports import LAYERS

BLOCK = re.compile(
    r"(?<=<!-- The layers, drawn from the code by scripts/references. -->\n\n).*?(?=\n\n<!-- End of the layers. -->)",
    re.DOTALL,
)
NO_LAYER = {"provision", "provision.__main__"}


def contributing() -> str:
    """CONTRIBUTING.md with the table as it should be."""
    page = text(Path("CONTRIBUTING.md"))
    assert BLOCK.search(page), "the table's place is marked by comments"
    return BLOCK.sub(lambda _: _table(), page)


def _table() -> str:
    rows = [_row(layer, below) for layer, below in LAYERS.items() if layer not in NO_LAYER]
    return "\n".join(["| Layer | Holds | May import, of `provision` |", "|---|---|---|", *rows])


def _row(layer: str, below: tuple[str, ...]) -> str:
    place = layer.replace(".", "/")
    is_folder = (ROOT / place).is_dir()
    said = ast.get_docstring(tree(Path(f"{place}/__init__.py" if is_folder else f"{place}.py"))) or ""
    holds = " ".join(said.partition("\n\n")[0].split())
    others = [f"`{name}`" for name in below if f"provision.{name}" != layer]
    return f"| `{place}{'/' if is_folder else '.py'}` | {holds} | {', '.join(others) or 'nothing'} |"
