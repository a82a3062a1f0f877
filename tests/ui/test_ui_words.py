"""Durations read back as what was meant, text keeps within its width, and no control character gets through."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.ui.words import age, clean, duration, fit, say, shorten, terminal_width, wrap

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
LENGTHS = st.floats(min_value=1, max_value=86400 * 400)


def read_back(text: str) -> int:
    return sum(int(many) * UNITS[unit] for many, unit in re.findall(r"(\d+)([dhms])", text))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "under 1s"),
        (0.4, "under 1s"),
        (1, "1s"),
        (59.6, "1m"),
        (130, "2m10s"),
        (360, "6m"),
        (3599.9, "1h"),
        (3900, "1h5m"),
        (86390, "1d"),
        (90000, "1d1h"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(LENGTHS)
def test_duration_is_two_units_and_true_to_the_smaller(seconds: float) -> None:
    text = duration(seconds)
    assert re.fullmatch(r"(\d+[dhms]){1,2}", text)
    slack = 0.5 if seconds < 3599 else 30 if seconds < 86370 else 1800
    assert abs(read_back(text) - seconds) <= slack + 1e-6


@given(LENGTHS, LENGTHS)
def test_duration_never_shrinks(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert read_back(duration(shorter)) <= read_back(duration(longer))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (-5, "0s"), (59.9, "59s"), (60, "1m"), (3 * 3600 + 3599, "3h"), (86400 * 2, "2d")],
)
def test_age(seconds: float | None, text: str) -> None:
    assert age(seconds) == text


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_cut_text_is_never_wider_than_asked(text: str, width: int) -> None:
    assert len(fit(text, width)) <= width
    assert len(shorten(text, width)) <= width


def test_an_arn_keeps_both_ends() -> None:
    assert shorten("arn:aws:rds:eu-central-1:123456789012:db:lambda-rds", 21) == "arn:aws:rd…lambda-rds"


@given(st.text())
def test_cleaned_text_has_no_control_characters(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", clean(text))


def test_foreign_escape_codes_vanish_whole() -> None:
    assert clean("a\x1b[31mred\x1b[0m\r\nb") == "a red b"


def test_wrapping_keeps_line_breaks_and_whole_arns() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x"
    assert wrap(f"Two carry the tags:\n{arn}", width=22, first="> ", rest="  ") == (f"> Two carry the tags:\n  {arn}")


def test_a_file_has_no_width() -> None:
    assert terminal_width(io.StringIO()) is None


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "creating … 2m — Köln"), ("ascii", "creating ... 2m - K\\xf6ln")]
)
def test_a_stream_gets_what_it_can_show(encoding: str, shown: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    say(stream, "creating … 2m — Köln")
    assert raw.getvalue() == f"{shown}\n".encode(encoding)
