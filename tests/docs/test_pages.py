"""Every command that a page shows with its answer is run, in the page's order, and answers as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import Shell, matches, retold, same, typed
from tests.shape.sources import ROOT, text, tracked

PAGES = {str(path): list(typed(text(path))) for path in tracked() if path.suffix == ".md"}
STORIES = [page for page, commands in PAGES.items() if commands]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """In an empty folder."""
    shell = Shell(tmp_path)
    yield shell
    shell.end()


def test_a_page_that_is_retold_keeps_what_still_holds() -> None:
    page = "```console\n$ one\n1 ms\n$ two\nold\n...\n```\n"
    printed = {"one": "2 ms\n", "two": "new\nthing\n"}
    assert retold(page, printed.__getitem__) == "```console\n$ one\n1 ms\n$ two\nnew\nthing\n```\n"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text(Path(page)))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_the_pages_tell_stories() -> None:
    assert {"README.md", "docs/first-hour.md", "docs/survival.md"} <= set(STORIES)


@pytest.mark.timeout(1200)  # some pages tell of several stacks
@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=() if page == "README.md" else pytest.mark.long) for page in STORIES]
)
def test_a_page_shows_what_is_printed(page: str, shell: Shell) -> None:
    for command in PAGES[page]:
        printed = shell.run(command.command)
        assert matches(command.said, printed), (
            f"{page}: $ {command.command}\n{same(printed)}\n\nand not\n\n{same(command.said)}"
        )


@pytest.mark.parametrize(
    ("said", "printed", "equal"),
    [
        ("vpc  vpc-1234567890abcdef0  40s", "vpc        vpc-0fedcba9876543210  5s", True),
        ("first\n...\nlast", "first\nsecond\nthird\nlast", True),
        ("first\n...\nlast", "first\nsecond", False),
        ("Nothing is left.", "Nothing is left", False),
        ("65.48 USD", "65.49 USD", False),
        ("time  connect 1.5 ms", "time  connect 30 ms", True),
        ("2 created.", "3 created.", False),
    ],
)
def test_only_what_differs_from_run_to_run_is_overlooked(said: str, printed: str, equal: bool) -> None:  # noqa: FBT001 - a case
    assert matches(said, printed) is equal
