"""The longest chain of AWS's own waits for each command, out of the table that the local AWS takes its time from."""

from __future__ import annotations

from dataclasses import dataclass

from provision.aws.local.manners import durations as takes


@dataclass(frozen=True, kw_only=True)
class Chain:
    """`waits` in seconds at pace 1, one after the other; `calls` is how many calls cannot but follow one another on it,
    each of which takes one latency."""

    waits: dict[str, float]
    calls: tuple[str, ...]

    def seconds(self, pace: float) -> float:
        return pace * sum(self.waits.values())

    def with_calls(self, pace: float, latency_ms: float) -> float:
        return self.seconds(pace) + len(self.calls) * latency_ms / 1000


DATABASE = {"database until it takes connections": takes.DB_CREATE - takes.DB_BACKUP}
TARGET = {"proxy target": takes.TARGET_AVAILABLE}
SWITCH = {"function's update": takes.FUNCTION_UPDATE}
_UNTIL_DATABASE = ("CreateVpc", "CreateSubnet", "CreateDBSubnetGroup", "CreateDBInstance", "DescribeDBInstances")
_TARGET = ("RegisterDBProxyTargets", "DescribeDBProxyTargets")
_SWITCH = ("UpdateFunctionConfiguration", "GetFunction", "Invoke")
_FIRST = ("GetCallerIdentity", "Describe")


def _longer(*ways: dict[str, float]) -> dict[str, float]:
    return max(ways, key=lambda way: sum(way.values()))


_ROLE = {"role until Lambda knows it": takes.ROLE_GRANT, "function": takes.FUNCTION_CREATE_IN_VPC}
_PROXY = {"proxy": takes.PROXY_CREATE}
CHAINS = {
    "up": Chain(waits=_longer(DATABASE, _ROLE) | SWITCH, calls=(*_FIRST, *_UNTIL_DATABASE, *_SWITCH)),
    "up --proxy": Chain(
        waits=_longer(DATABASE, _PROXY, _ROLE) | TARGET | SWITCH,
        calls=(*_FIRST, *_UNTIL_DATABASE, *_TARGET, *_SWITCH),
    ),
    "enable-proxy": Chain(
        waits=_PROXY | TARGET | SWITCH,
        calls=(*_FIRST, "CreateRole", "PutRolePolicy", "CreateDBProxy", "DescribeDBProxies", *_TARGET, *_SWITCH),
    ),
    "teardown": Chain(
        waits=_longer(
            {"database": takes.DB_DELETE},
            {"Lambda's interfaces": takes.INTERFACE_RELEASE_AFTER_DETACH * takes.INTERFACE_AVAILABLE},
            {"NAT gateway": takes.NAT_GATEWAY_DELETE, "its address": takes.ADDRESS_RELEASE_LAG},
            {"proxy": takes.PROXY_DELETE},
        ),
        calls=(
            *_FIRST,
            "DeregisterDBProxyTargets",
            "DeleteDBInstance",
            "DescribeDBInstances",
            "DeleteDBSubnetGroup",
            "DeleteSubnet",
            "DeleteVpc",
            "DescribeVpcs",
        ),
    ),
}
