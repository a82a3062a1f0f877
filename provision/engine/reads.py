"""Answers shared between steps: four subnets cost one describe. A step that moved or waits asks its questions anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Reads:
    """Remembers the answer to each question; a second asker waits for the first one's answer instead of asking.
    `stamp` tells the time, in seconds since 1970."""

    def __init__(self, stamp: Callable[[], float]) -> None:
        self._stamp = stamp
        self._answers: dict[Hashable, tuple[Future[Any], float]] = {}
        """With when it was asked for."""
        self._lasting: set[Hashable] = set()
        self._constant: set[Hashable] = set()
        self._lock = threading.Lock()
        self._asking = threading.local()

    def ask(self, question: Hashable, fetch: Callable[[], T], *, lasting: bool = False, constant: bool = False) -> T:
        """`lasting`: waiting does not change the answer, such as whose a thing is. `constant`: nothing that a run does
        changes it, such as which zones there are."""
        with self._lock:
            if lasting:
                self._lasting.add(question)
            if constant:
                self._constant.add(question)
            first = question not in self._answers
            answer, asked = self._answers.setdefault(question, (Future(), self._stamp()))
        if not constant:
            self._note(question, asked)
        if first:
            try:
                answer.set_result(fetch())
            except BaseException as error:  # every asker gets the same refusal
                answer.set_exception(error)
                if constant:  # a refusal is not
                    self.renew([question], lasting=True)
                raise
        return cast("T", answer.result())

    def _note(self, question: Hashable, asked: float) -> None:
        noted: dict[Hashable, float] | None = getattr(self._asking, "questions", None)
        if noted is not None:
            noted.setdefault(question, asked)

    def as_of(self) -> float:
        """When the oldest of the answers was asked for that the present `noted` block has had; now, without any."""
        noted: dict[Hashable, float] = getattr(self._asking, "questions", {})
        return min(noted.values(), default=self._stamp())

    @contextmanager
    def noted(self) -> Iterator[Mapping[Hashable, float]]:
        """The questions that are asked within the block, by this thread, and when their answers were asked for."""
        self._asking.questions = {}
        try:
            yield self._asking.questions
        finally:
            del self._asking.questions

    def renew(self, questions: Iterable[Hashable], *, lasting: bool) -> None:
        """Have these asked anew; those with a `lasting` answer too, or not."""
        with self._lock:
            for question in questions:
                if lasting or question not in self._lasting:
                    self._answers.pop(question, None)

    def forget(self) -> None:
        """All but the constant ones."""
        with self._lock:
            self._answers = {one: answer for one, answer in self._answers.items() if one in self._constant}
