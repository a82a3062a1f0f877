"""Files that a picture is written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.errors import BadUsage


def check(file: Path) -> None:
    """Raises `BadUsage` where `file` could not be written; one that is there stays as it is."""
    with _writing(file):
        there = file.exists()
        file.open("a").close()
        if not there:
            file.resolve().unlink()  # of a link that led nowhere what has come of it, and not the link


def write(file: Path, svg: str) -> None:
    """Raises `BadUsage` where it cannot be written."""
    with _writing(file):
        file.write_text(svg, encoding="utf-8")


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadUsage(
            what=f"The picture {file} cannot be written.",
            why=f"{error.strerror or error}.",
            hint="Name a file in a folder that is there and yours.",
        ) from error
