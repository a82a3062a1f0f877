"""Answers shared between steps: four subnets cost one describe. Kept until something moves or time passes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Looks:
    """Remembers the answer to each question; a second asker waits for the first one's answer instead of asking."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def ask(self, question: Hashable, fetch: Callable[[], T]) -> T:
        with self._lock:
            answer = self._answers.get(question)
            first = answer is None
            if answer is None:
                answer = self._answers[question] = Future()
        if first:
            try:
                answer.set_result(fetch())
            except BaseException as error:  # every asker gets the same refusal
                answer.set_exception(error)
                raise
        return cast("T", answer.result())

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()
