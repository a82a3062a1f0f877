"""Aligned columns, without lines or tabs."""

from __future__ import annotations

from collections.abc import Sequence

from provision.ui.words import clean, shorten

_GAP = 2
_LEAST = 10


def table(
    rows: Sequence[Sequence[str]], *, width: int | None, shrink: Sequence[int] = (), right: Sequence[int] = ()
) -> str:
    """Rows of equal length as columns two spaces apart, the first row being the heading.

    If that is wider than `width`, the columns in `shrink` are shortened in turn, each to ten characters at the least;
    `None` keeps everything whole. The columns in `right` are numbers and stand at the right.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for index in shrink if width is not None else ():
        excess = sum(widths) + _GAP * (len(widths) - 1) - (width or 0)
        widths[index] -= max(0, min(excess, widths[index] - _LEAST))
    signs = [">" if index in right else "<" for index in range(len(widths))]
    return "\n".join(
        (" " * _GAP)
        .join(f"{shorten(cell, size):{sign}{size}}" for cell, sign, size in zip(row, signs, widths, strict=True))
        .rstrip()
        for row in cells
    )


def pairs(rows: Sequence[tuple[str, str]], *, indent: str = "") -> str:
    """Names and values, the values in one column and always whole."""
    cells = [(clean(name), clean(value)) for name, value in rows]
    size = max((len(name) for name, _ in cells), default=0)
    return "\n".join(f"{indent}{name:<{size}}  {value}".rstrip() for name, value in cells)
