"""What a function's connection on this machine stands for in the account, and whether the account lets it pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local import lookup, reachability
from provision.aws.local.account import Account
from provision.aws.local.functions import FunctionSpec
from provision.aws.local.reachability import End

PROXY_PORT = 5432


def passes(account: Account, spec: FunctionSpec, subnet_number: int, address: str, port: int, *, api: int) -> bool:
    """Whether the function gets to that address and port of this machine. `api` is the port of the local AWS, whose
    only service that functions of ours call is Secrets Manager. What stands for nothing in the account passes."""
    with account.lock:
        target = next(_targets(account, spec.region, address, port), None)
        if target is None and port != api:
            return True
        function = _function(account, spec)
        if function is None:
            return True
        ec2 = account.backend("ec2", spec.region)
        source = _source(ec2, function, subnet_number)
        if source is None:  # AWS: a function in no VPC has the internet, and no way into anybody's VPC
            return target is None
        if target is None:
            return reachability.to_secrets(ec2, source, spec.region)
        end, its_port = target
        return reachability.resolves(ec2, source) and reachability.within_vpc(ec2, source, end, its_port)


def _function(account: Account, spec: FunctionSpec) -> Any | None:
    functions = account.regions("lambda").get(spec.region)
    return lookup.function(functions, spec.name) if functions else None


def _source(ec2: Any, function: Any, subnet_number: int) -> End | None:
    config = function._vpc_config or {}  # noqa: SLF001 - moto's property makes a VpcId up
    subnets = config.get("SubnetIds", [])
    if not subnets:
        return None
    return reachability.end(ec2, config.get("SecurityGroupIds", []), [subnets[subnet_number % len(subnets)]])


def _targets(account: Account, region: str, address: str, port: int) -> Iterator[tuple[End, int]]:
    """The database or proxy that listens there, and the port that the account knows it by."""
    rds, ec2 = account.regions("rds").get(region), account.backend("ec2", region)
    for instance in rds.databases.values() if rds else ():
        if getattr(instance, "reachable", None) == (address, port):
            here = lookup.subnets_in_zone(instance)
            yield reachability.end(ec2, instance.vpc_security_group_ids, here), int(instance.port)
    for proxy in rds.db_proxies.values() if rds else ():
        if proxy.reachable == address:
            yield reachability.end(ec2, proxy.vpc_security_group_ids, proxy.vpc_subnet_ids), PROXY_PORT
