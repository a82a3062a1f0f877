"""EC2 network interfaces that AWS's services make for themselves: Lambda's, RDS's and the proxy's. moto makes none.

They are looked after as the engines are: by what the account has, not by calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface

from provision.aws.local import lookup
from provision.aws.local.account import Account
from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call, Refusal

Key = tuple[str, str, str]
REQUESTERS = {"lambda": "AROALAMBDA:awslambda", "rds": "amazon-rds", "proxy": "amazon-rds"}


@dataclass(frozen=True)
class _Wanted:
    key: Key
    groups: tuple[str, ...]
    description: str


def _attachment(interface: Any) -> Any:
    # AWS: shows who holds an interface, so that its user sees why it cannot be detached.
    if getattr(interface, "serves", None) and interface.status == "in-use":
        return {
            "AttachmentId": f"ela-attach-{interface.id.removeprefix('eni-')}",
            "DeleteOnTermination": False,
            "DeviceIndex": 1,
            "InstanceOwnerId": "amazon-aws" if interface.serves[0] == "lambda" else "amazon-rds",
            "Status": "attached",
        }
    return _of_instance.fget(interface)  # type: ignore[misc]  # a property has one


_of_instance: property = NetworkInterface.attachment  # type: ignore[assignment]  # on the class it is the property
NetworkInterface.attachment = property(_attachment)  # type: ignore[assignment,method-assign]  # see `_attachment`


def reconcile(account: Account) -> None:
    """Make and remove interfaces as the account's functions, instances and proxies need them. Under its lock."""
    for region, ec2 in account.regions("ec2").items():
        wanted = {one.key: one for one in _wanted(account, region, ec2)}
        present = {one.serves: one for one in ec2.enis.values() if getattr(one, "serves", None)}
        for key, interface in present.items():
            if key not in wanted and not account.holds(interface):
                del ec2.enis[interface.id]
        for key in wanted.keys() - present.keys():
            _make(ec2, wanted[key])


def _make(ec2: Any, wanted: _Wanted) -> None:
    kind, subnet, _ = wanted.key
    interface = ec2.create_network_interface(
        ec2.get_subnet(subnet), "", group_ids=list(wanted.groups), description=wanted.description
    )
    interface.serves = wanted.key
    interface.interface_type = "lambda" if kind == "lambda" else "interface"
    interface.requester_managed = True
    interface.requester_id = REQUESTERS[kind]
    interface.status = "in-use"


def _wanted(account: Account, region: str, ec2: Any) -> Iterator[_Wanted]:
    known = {subnet.id for subnet in lookup.subnets(ec2)}
    for one in (*_of_functions(account, region), *_of_databases(account, region), *_of_proxies(account, region)):
        if one.key[1] in known:
            yield one


def _of_functions(account: Account, region: str) -> Iterator[_Wanted]:
    """AWS: one for each subnet and set of groups, shared by the functions that have both."""
    functions = account.regions("lambda").get(region)
    for function in functions.list_functions() if functions else ():
        config = function._vpc_config or {}  # noqa: SLF001 - moto's property makes a VpcId up
        groups = tuple(sorted(config.get("SecurityGroupIds", [])))
        for subnet in config.get("SubnetIds", []):
            described = f"AWS Lambda VPC ENI-{function.function_name}-{uuid.uuid4()}"
            yield _Wanted(("lambda", subnet, ",".join(groups)), groups, described)


def _of_databases(account: Account, region: str) -> Iterator[_Wanted]:
    rds = account.regions("rds").get(region)
    for instance in rds.databases.values() if rds else ():
        for subnet in lookup.subnets_in_zone(instance)[:1]:
            groups = tuple(instance.vpc_security_group_ids)
            yield _Wanted(("rds", subnet, instance.dbi_resource_id), groups, "RDSNetworkInterface")


def _of_proxies(account: Account, region: str) -> Iterator[_Wanted]:
    rds = account.regions("rds").get(region)
    for proxy in rds.db_proxies.values() if rds else ():
        for subnet in proxy.vpc_subnet_ids:
            groups = tuple(proxy.vpc_security_group_ids)
            described = f"Network interface for DBProxy {proxy.db_proxy_name}"
            yield _Wanted(("proxy", subnet, proxy.unique_id), groups, described)


@before("ec2:DeleteNetworkInterface")
def check_free(call: Call) -> None:
    """moto deletes an interface that is in use."""
    interface = call.backend.enis.get(call.params["NetworkInterfaceId"])
    if interface is not None and interface.status == "in-use":
        raise Refusal("InvalidParameterValue", f"Network interface '{interface.id}' is currently in use.")


@before("ec2:TerminateInstances")
def end_with_instance(call: Call) -> None:
    """AWS: what RunInstances made along goes with the instance unless told otherwise; moto keeps it then."""
    for instance in map(call.backend.get_instance, call.params["InstanceIds"]):
        for interface in instance.nics.values():
            if interface.description == "Primary network interface":  # moto's words for one that nobody described
                interface.delete_on_termination = True
