"""What a command that changes things leaves for `timeline`, and for the next run's guesses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from provision.engine.events import Emit, Event
from provision.timeline import store
from provision.timeline.record import Recorder


class Recording:
    """An `Emit` in front of another one. `close` writes what was heard."""

    def __init__(self, path: Path, emit: Emit, stamp: Callable[[], float]) -> None:
        self._path = path
        self._emit = emit
        self._recorder = Recorder(stamp)

    def __call__(self, event: Event) -> None:
        self._emit(event)
        self._recorder(event)

    @property
    def earlier(self) -> dict[tuple[str, str], float]:
        """How long each step took before, by (key, verb)."""
        return store.earlier(store.load(self._path))

    def close(self, *, forget: bool) -> None:
        """Keep this run, or with `forget` none at all."""
        run = self._recorder.run
        if forget:
            store.forget(self._path)
        elif run is not None and run.steps:
            store.add(self._path, run)
