"""Who may talk to whom."""

from __future__ import annotations

from provision.engine.resource import Steps
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.security_group_rule import SecurityGroupRule


def allow(
    steps: Steps, source: SecurityGroup, target: SecurityGroup, *, port: int
) -> tuple[SecurityGroupRule, SecurityGroupRule]:
    """The two rules that let `source` reach `target`: out of the one group, into the other. Named after the groups, so
    that `group.function` and `group.database` make `rule.function-to-database`."""
    near, far = (group.key.removeprefix("group.") for group in (source, target))
    leaving = SecurityGroupRule(
        key=f"rule.{near}-to-{far}",
        group=source,
        direction="egress",
        port=port,
        peer=target,
        description=f"{near.capitalize()} to {far}",
    )
    entering = SecurityGroupRule(
        key=f"rule.{far}-from-{near}",
        group=target,
        direction="ingress",
        port=port,
        peer=source,
        description=f"{far.capitalize()} from {near}",
    )
    return steps.add(leaving), steps.add(entering)
