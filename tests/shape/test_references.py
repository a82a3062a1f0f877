"""The pages that are drawn from the code are drawn from this code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.references import PAGES
from tests.shape.sources import text


@pytest.mark.parametrize(("path", "page"), PAGES.items(), ids=PAGES)
def test_a_reference_is_what_the_code_says(path: str, page: Callable[[], str]) -> None:
    assert text(Path(path)) == page(), "scripts/references draws it anew"


def test_a_setting_says_what_it_accepts_and_what_it_is() -> None:
    rows = [line.split("|") for line in PAGES["docs/settings.md"]().splitlines() if line.startswith("| `")]
    assert len(rows) > 20
    assert [row[1] for row in rows if row[4].strip() in ("", "any") or not row[5].strip()] == []
