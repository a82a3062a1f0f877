"""How every refusal looks: nothing on stdout, one error on stderr, the exit code of the README's table."""

from __future__ import annotations

from typing import Any


def refused(told: Any, code: int, *said: str) -> None:
    assert told.code == code, told
    assert told.out == ""
    assert "Traceback" not in told.err
    assert told.err.count("Error: ") == 1
    assert [words for words in said if words not in told.err] == [], told.err
