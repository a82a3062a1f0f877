"""Reads that may be refused: a diagnosis goes on with what it may see, and says what it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from provision.aws.refusals import explained, is_missing, not_implemented
from provision.doctor.picture import Unseen
from provision.errors import Denied

if TYPE_CHECKING:
    from provision.engine.run import Run

T = TypeVar("T")


class Reader:
    """One run's reads, and what was refused to them."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.aws = run.aws
        self.unseen: list[Unseen] = []

    def ask(self, what: str, fetch: Callable[[], T]) -> T | None:
        """The answer; None where there is no such thing, where this identity may not ask, or where an emulator does
        not know the question."""
        try:
            return fetch()
        except Exception as error:
            if is_missing(error) or not_implemented(error):
                return None
            refusal = explained(error)
            if isinstance(refusal, Denied):
                self.unseen.append(Unseen(what=what, why=refusal.what, hint=refusal.hint))
                return None
            raise refusal or error from error

    def listed(self, what: str, fetch: Callable[[], Iterable[T]]) -> list[T]:
        """As `ask`, for a list, which is empty then."""
        return list(self.ask(what, fetch) or ())

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        """Several at once; none of them may do the same, because they share a few threads."""
        return self.run.overlap(lambda read: read(), reads)
