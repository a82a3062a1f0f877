"""All manners of one account: what happens to a call on its way in and out."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException

from provision.aws.local.account import Account
from provision.aws.local.manners import gate, peers, states
from provision.aws.local.manners.consistency import Consistency
from provision.aws.local.manners.inside import Inside
from provision.aws.local.manners.kept import kept
from provision.aws.local.manners.log import Entry, Log
from provision.aws.local.manners.rules import Faults, Rule
from provision.aws.local.manners.settings import Settings
from provision.aws.local.manners.view import View, at
from provision.aws.local.wire import Answer, Call, Refusal

log = logging.getLogger("provision.local")

_NOBODY_HEARS = Answer(500, [], b"")

Next = Callable[[Call], Answer]


class Manners:
    """Put `around` every call. `answer` is what stands behind all manners; `wake` tells that something has ended."""

    def __init__(
        self, account: Account, *, answer: Next, wake: Callable[[], None], clock: Callable[[], float] = time.time
    ) -> None:
        self.log = Log()
        self.inside = Inside(account, self._seen_by(answer))
        self.settings = Settings()
        self._account = account
        self._wake = wake
        self._clock = clock
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._holding = 0
        own = kept(account)
        self._consistency = Consistency(own, self.inside)
        self._apply(self.settings.changed(own.get("settings", {})))

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change settings; those that are not among `changes` stay. Raises ValueError, and then nothing has changed."""
        changed = self.settings.changed(changes)
        unknown = changed.outcomes.keys() - set(states.KINDS)
        if unknown:
            raise ValueError(f"an outcome is for one of {', '.join(states.KINDS)}")
        self._apply(changed)
        with self._account.lock:
            kept(self._account)["settings"] = json.loads(json.dumps(changed.as_dict()))
            self._account.save()

    def release(self) -> None:
        """Let go on what is held by a fault, now."""
        self._released.set()
        self._released = threading.Event()

    @property
    def holding(self) -> int:
        """How many calls are held by a fault."""
        return self._holding

    def reset_calls(self) -> None:
        """Forget the calls, and count rules and numbers from the start."""
        with self._lock:
            self.log.reset()
            self._faults = Faults(self.settings.faults)

    def calls(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        with self._lock:
            return self.log.as_dicts()

    def view(self) -> View:
        """The present moment."""
        return View(now=self._now(), pace=self.settings.pace)

    def _now(self) -> float:
        return self._clock() + self.settings.ahead_seconds

    def around(self, call: Call, following: Next) -> Answer:
        """The way of one call."""
        entry, rules = self._begin(call, by_function=call.by_function)
        if self.settings.latency_ms:
            time.sleep(self.settings.latency_ms / 1000)
        answer = self._befall(call, entry, rules, "before")
        if answer is None:
            answer = self._carried_out(call, entry, following)
            answer = self._befall(call, entry, rules, "after") or answer
        self._end(call, entry, answer)
        return answer

    def _apply(self, settings: Settings) -> None:
        with self._lock:
            self.settings = settings
            self._faults = Faults(settings.faults)
            self._buckets = gate.Buckets(settings.calls_per_second)

    def _begin(self, call: Call, *, by_function: bool) -> tuple[Entry, list[Rule]]:
        about: dict[str, Any] = {"service": call.service, "action": call.action, "mutating": call.mutating}
        with self._lock:
            entry = self.log.begin(**about, t=self._now(), by_function=by_function)
            return entry, [] if by_function else self._faults.of(**about, number=entry.n)

    def _end(self, call: Call, entry: Entry, answer: Answer) -> None:
        if answer is _NOBODY_HEARS:
            return
        entry.status = answer.status
        if answer.failed:
            entry.code = str(call.result(answer).get("Error", {}).get("Code", ""))

    def _befall(self, call: Call, entry: Entry, rules: list[Rule], when: str) -> Answer | None:
        """What the rules do to the call; an answer, if that is what it comes to."""
        for rule in rules:
            if rule.when != when:
                continue
            entry.fault = f"{rule.do} {when}"
            if rule.do == "delay":
                time.sleep(rule.seconds)
            elif rule.do == "hold":
                self._hold(rule.seconds)
            elif rule.do == "refuse":
                return call.answer(Refusal(rule.code, rule.message, status=rule.status))
            else:
                if rule.do == "kill":
                    peers.kill(call.environ, rule.pid)
                peers.cut(call.environ)
                return _NOBODY_HEARS
        return None

    def _hold(self, seconds: float) -> None:
        with self._lock:
            self._holding += 1
            released = self._released
        released.wait(seconds)
        with self._lock:
            self._holding -= 1

    def _carried_out(self, call: Call, entry: Entry, following: Next) -> Answer:
        try:
            self._gate(call, entry)
        except ServiceException as refusal:
            return call.answer(refusal)
        moment = self.view()
        with at(moment):
            if call.name == "lambda:Invoke":  # takes long: not under the account's lock
                return following(call)
            with self._account.lock:
                if states.sweep(self._account):
                    self._account.save()
                    self._wake()
                answer = self._consistently(call, following, moment.now)
                allowed = None if entry.by_function else self.settings.allowed
                return answer if allowed is None or answer.failed else gate.withhold(call, answer, allowed)

    def _consistently(self, call: Call, following: Next, now: float) -> Answer:
        seconds = self.settings.consistency_seconds
        if not seconds:
            return following(call)
        try:
            self._consistency.check(call, now=now, seconds=seconds)
        except ServiceException as refusal:
            return call.answer(refusal)
        doomed = self._consistency.doomed(call)
        answer = following(call)
        if not answer.failed and call.mutating:
            self._consistency.learn(call, answer, doomed, now)
            self._account.save()
        return self._consistency.shown(call, answer, now=now, seconds=seconds)

    def _gate(self, call: Call, entry: Entry) -> None:
        settings = self.settings
        if not entry.by_function:
            if settings.expired_from is not None and entry.n >= settings.expired_from:
                raise gate.expired(call)
            gate.check_allowed(call, denied=settings.denied, by_organization=settings.denied_by_organization)
            if settings.allowed is not None:
                with self._account.lock:
                    gate.check_permitted(call, settings.allowed)
        with self._lock:
            if not self._buckets.take(call.service, self._now()):
                raise gate.throttled(call.service)

    def _seen_by(self, answer: Next) -> Next:
        def seen(call: Call) -> Answer:
            with at(self.view()):
                return answer(call)

        return seen
