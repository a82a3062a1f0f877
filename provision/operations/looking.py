"""`plan`, `status` and `outputs`: what is, what would be done, and what a script needs of it. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from provision.engine.resource import Found, Resource, Steps
from provision.engine.survey import Look, survey
from provision.operations import preflight
from provision.operations.work import Work


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`looks` at what is wanted; `removals` are found resources that the settings do not want any more."""

    looks: Sequence[Look]
    proxy: bool
    """Whether one is wanted."""
    removals: Sequence[Look] = ()

    @property
    def to_do(self) -> bool:
        return bool(self.removals) or any(look.verb in ("create", "change") for look in self.looks)


def plan(work: Work, *, proxy: bool) -> Plan:
    """What `up` would create, change, remove or leave. Raises what `up` would refuse at once."""
    wants_proxy = proxy or work.has_proxy()
    steps = work.wanted(proxy=wants_proxy)
    looks = survey(work.run, list(steps))
    if work.falls_behind(steps):
        return plan(work, proxy=proxy)
    for look in looks:
        if look.trouble is not None:
            raise look.trouble
    missing = [look.step for look in looks if look.found is None]
    preflight.ask(work, missing, (preflight.RENAMED, preflight.ROTATED))
    return Plan(looks=looks, proxy=wants_proxy, removals=_left_over(work, steps))


def status(work: Work) -> tuple[Sequence[Look], Sequence[Look]]:
    """Every resource of the stack as it is, troubles included; and those that the settings do not want any more."""
    steps = work.wanted(proxy=work.has_proxy())
    looks = survey(work.run, list(steps))
    return status(work) if work.falls_behind(steps) else (looks, _left_over(work, steps))


def _left_over(work: Work, steps: Steps) -> Sequence[Look]:
    unwanted = [step for step in work.unwanted(steps) if not step.property_only]
    return [look for look in survey(work.run, unwanted) if look.found is not None]


@dataclass(frozen=True, kw_only=True)
class Output:
    """One thing a script may ask for: `attr` of the step `key`, or its id."""

    key: str
    attr: str = ""


OUTPUTS: Mapping[str, Output] = {
    "function_name": Output(key="function"),
    "function_arn": Output(key="function", attr="arn"),
    "endpoint": Output(key="function.endpoint", attr="endpoint"),
    "database_identifier": Output(key="database"),
    "database_arn": Output(key="database", attr="arn"),
    "database_endpoint": Output(key="database", attr="endpoint"),
    "database_port": Output(key="database", attr="port"),
    "database_version": Output(key="database", attr="engine_version"),
    "secret_name": Output(key="secret", attr="name"),
    "secret_arn": Output(key="secret", attr="arn"),
    "proxy_name": Output(key="proxy"),
    "proxy_arn": Output(key="proxy", attr="arn"),
    "proxy_endpoint": Output(key="proxy", attr="endpoint"),
    "vpc_id": Output(key="vpc"),
    "log_group": Output(key="function.logs"),
}


def outputs(work: Work) -> dict[str, str]:
    """The endpoints, ARNs and names that are there, looked up in the account."""
    steps = work.wanted(proxy=work.has_proxy())
    keys = {output.key for output in OUTPUTS.values()}
    survey(work.run, [step for step in steps if step.key in keys])
    return known_outputs(work)


def known_outputs(work: Work) -> dict[str, str]:
    """As `outputs`, of what this run has seen already."""
    steps = work.wanted(proxy=True)
    values = {}
    for name, output in OUTPUTS.items():
        step = steps[output.key]
        if work.run.knows(step):
            found = work.run.found(step)
            value = found.attrs.get(output.attr, "") if output.attr else found.id
            if value:
                values[name] = value
    return values


@dataclass(frozen=True, kw_only=True)
class Known:
    """One resource of the stack as this run saw it."""

    step: Resource[Any]
    found: Found[Any]


def known_resources(work: Work, *, proxy: bool) -> list[Known]:
    """What this run has seen of the stack, with `proxy` of RDS Proxy too; properties are no resources."""
    steps = work.wanted(proxy=proxy)
    return [
        Known(step=step, found=work.run.found(step))
        for step in steps
        if work.run.knows(step) and not step.property_only
    ]
