"""Scenes for the policies: what a command begins with, so that each of its actions is needed in one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.policy.by_hand import databases, functions, networks, nothing, rights, together, without_state
from tests.stage import UP, Stage

PROXIED = ("up", "--proxy", "--no-preflight")
PRODUCTION = 'profile = "production"\n[database]\nmulti_az = false\ndeletion_protection = false\n'
OLDER = '[database]\nengine_version = "16"\n'
BOUNDED = '[iam]\npermissions_boundary = "arn:aws:iam::123456789012:policy/limit"\n'
ROTATED = "[database]\nrotation_days = 7\n"
ENDPOINT = '[network]\negress = "endpoint"\n'
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")
Meddle = Callable[[Stage], object]


@dataclass(frozen=True)
class Scene:
    """`words` is typed, with `settings`, after the command `after` (with `after_settings`) and what `meddle` does."""

    words: tuple[str, ...]
    after: tuple[str, ...] = ()
    meddle: Meddle = nothing
    settings: str = ""
    after_settings: str = ""
    code: int = 0

    def begin(self, stage: Stage) -> None:
        stage.after(*self.after, settings=self.after_settings)
        self.meddle(stage)


ENABLE, DISABLE = ("enable-proxy",), ("disable-proxy",)
SCENES: dict[str, list[Scene]] = {
    "up": [
        Scene(("up",), UP, functions.no_logs),
        Scene(("up",), UP, rights.secret_on_its_way_out),
        Scene(("up",), UP, databases.stopped),
        Scene(("up",), UP, networks.rules),
        Scene(("up",), PROXIED, databases.proxy),
        Scene(("up",), PROXIED, networks.proxy_rules),
        Scene(("up",), UP, functions.no_function),
        Scene(("up",), UP, rights.no_role),
        Scene(("up",), UP, networks.untagged_rule),
        Scene(("up",), (), networks.two_networks),
        Scene(("up",), PROXIED, databases.other_target),
        Scene(("up",), UP, databases.no_database, settings=OLDER),
        Scene(("up",), UP, databases.database),
        Scene(("up",), UP, functions.function),
        Scene(("up",), UP, rights.secret),
        Scene(("up",), UP, networks.network),
        Scene(("up",), UP, rights.roles, BOUNDED),
        Scene(("up",), UP, networks.endpoint, ENDPOINT, ENDPOINT),
        Scene(("up",), UP, rights.permission, ROTATED, ROTATED),
        Scene(("up",), UP, functions.leftover_of_rotation, after_settings=ROTATED),
        Scene(("up",), PROXIED, databases.not_wanted),
        Scene(("up",), UP, settings=ENDPOINT),
        Scene(("up",), UP, databases.broken, code=5),
        Scene(("up",), PROXIED, together.held_and_not_wanted, code=5),
        Scene(("up", "--proxy"), UP),
        Scene(("up",), UP, rights.attached, after_settings=PRODUCTION),
        Scene(("up",), UP, settings=PRODUCTION),
        Scene(("up",), UP, after_settings=ENDPOINT),
        Scene(("up",)),
        Scene(("up",), settings=PRODUCTION),
    ],
    "enable-proxy": [
        Scene(ENABLE, PROXIED, databases.proxy),
        Scene(ENABLE, PROXIED, networks.proxy_rules),
        Scene(ENABLE, PROXIED, rights.roles, BOUNDED),
        Scene(ENABLE, PROXIED, networks.untagged_proxy_group),
        Scene(ENABLE, PROXIED, databases.other_target),
        Scene(ENABLE, UP),
        Scene(ENABLE, UP, without_state),
        Scene(ENABLE, UP, databases.broken, code=5),
    ],
    "disable-proxy": [
        Scene(DISABLE, PROXIED),
        Scene(DISABLE, PROXIED, rights.attached),
        Scene(DISABLE, PROXIED, without_state),
        Scene(DISABLE, PROXIED, networks.held, code=5),
        Scene(DISABLE, PROXIED, databases.broken, code=5),
    ],
    "plan": [
        Scene(("plan",), UP, settings=PRODUCTION, after_settings=PRODUCTION),
        Scene(("plan",), PROXIED, without_state),
        Scene(("plan",)),
        Scene(("plan",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
        Scene(("plan",), UP, databases.broken, code=5),
    ],
    "status": [
        Scene(("status",), UP, settings=PRODUCTION, after_settings=PRODUCTION),
        Scene(("status",), PROXIED, without_state),
        Scene(("status",)),
        Scene(("status",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
        Scene(("status",), UP, databases.broken),
    ],
    "outputs": [Scene(("outputs",), PROXIED, without_state), Scene(("outputs",), UP, databases.broken)],
    "invoke": [Scene(("invoke",), UP)],
    "logs": [Scene(("logs",), UP)],
    "doctor": [
        Scene(("doctor",), PROXIED, without_state),
        Scene(("doctor",), UP, rights.attached),
        Scene(("doctor",), UP, settings=ENDPOINT, after_settings=ENDPOINT),
    ],
    "doctor-fix": [
        Scene(("doctor", "--fix"), UP, databases.stopped),
        Scene(("doctor", "--fix"), UP, functions.no_concurrency),
        Scene(("doctor", "--fix"), UP, together.all_by_hand),
        Scene(("doctor", "--fix"), PROXIED, databases.proxy),
    ],
    "bench": [Scene(("bench", "--calls", "2", "--burst", "2"), PROXIED, functions.function_that_answers)],
    "teardown": [
        Scene(TEARDOWN, UP, functions.leftover),
        Scene((*TEARDOWN[:2], "--final-snapshot", "last"), UP, databases.stopped),
        Scene(TEARDOWN, PROXIED),
        Scene(TEARDOWN, UP, rights.attached),
        Scene(TEARDOWN, UP, functions.neighbours),
        Scene(TEARDOWN, UP, databases.broken),
        Scene(TEARDOWN, UP, networks.somebodys_group, code=5),
        Scene(TEARDOWN, UP, after_settings=ENDPOINT),
        Scene(TEARDOWN, UP, after_settings=PRODUCTION),
    ],
}  # fmt: skip
"""By the policy's name; the cheap ones first."""
