"""Scenes for the policies: what a command begins with, so that each of its actions is needed in one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.policy import by_hand
from tests.stage import UP, Stage

PROXIED = ("up", "--proxy", "--no-preflight")
PRODUCTION = 'profile = "production"\n[database]\nmulti_az = false\ndeletion_protection = false\n'
OLDER = '[database]\nengine_version = "16"\n'
BOUNDED = '[iam]\npermissions_boundary = "arn:aws:iam::123456789012:policy/limit"\n'
ENDPOINT = '[network]\negress = "endpoint"\n'
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")
Meddle = Callable[[Stage], object]


@dataclass(frozen=True)
class Scene:
    """`words` is typed, with `settings`, after the command `after` (with `after_settings`) and what `meddle` does."""

    words: tuple[str, ...]
    after: tuple[str, ...] = ()
    meddle: Meddle = by_hand.nothing
    settings: str = ""
    after_settings: str = ""
    code: int = 0

    def begin(self, stage: Stage) -> None:
        stage.after(*self.after, settings=self.after_settings)
        self.meddle(stage)


ENABLE, DISABLE = ("enable-proxy",), ("disable-proxy",)
SCENES: dict[str, list[Scene]] = {
    "up": [
        Scene(("up",), UP, by_hand.no_logs),
        Scene(("up",), UP, by_hand.secret_on_its_way_out),
        Scene(("up",), UP, by_hand.stopped),
        Scene(("up",), UP, by_hand.rules),
        Scene(("up",), PROXIED, by_hand.proxy),
        Scene(("up",), PROXIED, by_hand.proxy_rules),
        Scene(("up",), UP, by_hand.no_function),
        Scene(("up",), UP, by_hand.no_role),
        Scene(("up",), UP, by_hand.untagged_rule),
        Scene(("up",), (), by_hand.two_networks),
        Scene(("up",), PROXIED, by_hand.other_target),
        Scene(("up",), UP, by_hand.no_database, settings=OLDER),
        Scene(("up",), UP, by_hand.database),
        Scene(("up",), UP, by_hand.function),
        Scene(("up",), UP, by_hand.secret),
        Scene(("up",), UP, by_hand.network),
        Scene(("up",), UP, by_hand.roles, BOUNDED),
        Scene(("up",), UP, by_hand.endpoint, ENDPOINT, ENDPOINT),
        Scene(("up",), PROXIED, by_hand.not_wanted),
        Scene(("up",), UP, settings=ENDPOINT),
        Scene(("up",), UP, by_hand.broken, code=5),
        Scene(("up",), PROXIED, by_hand.held_and_not_wanted, code=5),
        Scene(("up", "--proxy"), UP),
        Scene(("up",), UP, by_hand.attached, after_settings=PRODUCTION),
        Scene(("up",), UP, settings=PRODUCTION),
        Scene(("up",), UP, after_settings=ENDPOINT),
        Scene(("up",)),
        Scene(("up",), settings=PRODUCTION),
    ],
    "enable-proxy": [
        Scene(ENABLE, PROXIED, by_hand.proxy),
        Scene(ENABLE, PROXIED, by_hand.proxy_rules),
        Scene(ENABLE, PROXIED, by_hand.roles, BOUNDED),
        Scene(ENABLE, PROXIED, by_hand.untagged_proxy_group),
        Scene(ENABLE, PROXIED, by_hand.other_target),
        Scene(ENABLE, UP),
        Scene(ENABLE, UP, by_hand.without_state),
        Scene(ENABLE, UP, by_hand.broken, code=5),
    ],
    "disable-proxy": [
        Scene(DISABLE, PROXIED),
        Scene(DISABLE, PROXIED, by_hand.attached),
        Scene(DISABLE, PROXIED, by_hand.without_state),
        Scene(DISABLE, PROXIED, by_hand.held, code=5),
        Scene(DISABLE, PROXIED, by_hand.broken, code=5),
    ],
    "plan": [
        Scene(("plan",), UP, settings=PRODUCTION, after_settings=PRODUCTION),
        Scene(("plan",), PROXIED, by_hand.without_state),
        Scene(("plan",)),
        Scene(("plan",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
        Scene(("plan",), UP, by_hand.broken, code=5),
    ],
    "status": [
        Scene(("status",), UP, settings=PRODUCTION, after_settings=PRODUCTION),
        Scene(("status",), PROXIED, by_hand.without_state),
        Scene(("status",)),
        Scene(("status",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
        Scene(("status",), UP, by_hand.broken),
    ],
    "outputs": [Scene(("outputs",), PROXIED, by_hand.without_state), Scene(("outputs",), UP, by_hand.broken)],
    "invoke": [Scene(("invoke",), UP)],
    "logs": [Scene(("logs",), UP)],
    "doctor": [
        Scene(("doctor",), PROXIED, by_hand.without_state),
        Scene(("doctor",), UP, by_hand.attached),
        Scene(("doctor",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
    ],
    "doctor-fix": [
        Scene(("doctor", "--fix"), UP, by_hand.stopped),
        Scene(("doctor", "--fix"), UP, by_hand.no_concurrency),
        Scene(("doctor", "--fix"), UP, by_hand.all_by_hand),
        Scene(("doctor", "--fix"), PROXIED, by_hand.proxy),
    ],
    "bench": [Scene(("bench", "--calls", "2", "--burst", "2"), PROXIED, by_hand.function_that_answers)],
    "teardown": [
        Scene(TEARDOWN, UP, by_hand.leftover),
        Scene((*TEARDOWN[:2], "--final-snapshot", "last"), UP, by_hand.stopped),
        Scene(TEARDOWN, PROXIED),
        Scene(TEARDOWN, UP, by_hand.attached),
        Scene(TEARDOWN, UP, by_hand.neighbours),
        Scene(TEARDOWN, UP, by_hand.broken),
        Scene(TEARDOWN, UP, by_hand.somebodys_group, code=5),
        Scene(TEARDOWN, UP, after_settings=ENDPOINT),
        Scene(TEARDOWN, UP, after_settings=PRODUCTION),
    ],
}  # fmt: skip
"""By the policy's name; the cheap ones first."""
