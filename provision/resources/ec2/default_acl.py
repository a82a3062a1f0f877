"""The network ACL that AWS makes with every VPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from provision.aws import ec2, tags
from provision.engine.resource import Change, Found, Property, Resource
from provision.resources.ec2.listing import filtered, of_stack
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkAclTypeDef

    from provision.engine.run import Run

LAST = 32767
"""AWS: the entry that denies whatever no other one allows; it cannot be changed."""
ALL, TCP = "-1", "6"
ANYWHERE = "0.0.0.0/0"


class Entry(NamedTuple):
    """What one entry lets through."""

    protocol: str
    cidr: str
    ports: tuple[int, int] | None = None
    action: str = "allow"

    def __str__(self) -> str:
        ports = f" port {self.ports[0]} to {self.ports[1]}" if self.ports else ""
        return f"{self.action} {'all' if self.protocol == ALL else self.protocol}{ports} {self.cidr}"


Entries = Mapping[tuple[bool, int], Entry]
"""By direction (whether it is about what goes out) and number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DefaultNetworkAcl(Property["NetworkAclTypeDef"]):
    """The VPC's default ACL, which its subnets use, closed against the world (FSBP EC2.21, CIS 5.1): in comes what is
    from the VPC itself and, with a way to the `internet`, the answers to what went out, which go to ports from 1024 on.
    The remote desktop's port is kept out even there; a connection that happened to leave from it is made again. It
    gets the stack's tags, as the default group does."""

    vpc: Vpc
    internet: bool
    after: tuple[Resource[Any], ...] = ()
    """What has to be there before the way to the internet may be shut."""

    kind: ClassVar[str] = "default network ACL"

    def find(self, run: Run) -> Sequence[Found[NetworkAclTypeDef]]:
        vpcs = self.vpc.ids(run)
        if not vpcs:
            return []
        mine = [one for one in tags.mine(run, self, of_stack(run, ec2.NETWORK_ACLS)) if one["VpcId"] in vpcs]
        listed = mine or filtered(run, ec2.NETWORK_ACLS, {"vpc-id": vpcs, "default": ["true"]})
        return [Found(id=one["NetworkAclId"], seen=one) for one in listed]

    def drift(self, run: Run, found: Found[NetworkAclTypeDef]) -> Sequence[Change]:
        have, want = _entries(found.seen), self._wanted()
        return tags.drift(run, self, found.seen.get("Tags")) + [
            Change(_field(key), str(have.get(key, "none")), str(want.get(key, "none")))
            for key in sorted({*have, *want})
            if have.get(key) != want.get(key)
        ]

    def update(self, run: Run, found: Found[NetworkAclTypeDef], changes: Sequence[Change]) -> None:
        """What is to come in is let in first, so that nothing that may pass is stopped in between. The tags come before
        that, as with the default group."""
        if tags.changed(changes):
            tags.mend_ec2(run, found.id, changes)
            return
        have, want = _entries(found.seen), self._wanted()
        for key in sorted(want.keys() - have.keys()):
            run.send.ec2.create_network_acl_entry(NetworkAclId=found.id, **_parameters(key, want[key]))
        for key in sorted(key for key in want.keys() & have.keys() if have[key] != want[key]):
            run.send.ec2.replace_network_acl_entry(NetworkAclId=found.id, **_parameters(key, want[key]))
        for outward, number in sorted(have.keys() - want.keys()):
            run.send.ec2.delete_network_acl_entry(NetworkAclId=found.id, RuleNumber=number, Egress=outward)

    def _wanted(self) -> Entries:
        wanted = {(True, 100): Entry(ALL, ANYWHERE), (False, 100): Entry(ALL, self.vpc.cidr)}
        if self.internet:
            wanted[False, 110] = Entry(TCP, ANYWHERE, (1024, 3388))
            wanted[False, 120] = Entry(TCP, ANYWHERE, (3390, 65535))
        return wanted


def _entries(seen: NetworkAclTypeDef) -> Entries:
    entries = {}
    for one in seen["Entries"]:
        span: Any = one.get("PortRange") or {}
        ports = (span["From"], span["To"]) if span else None
        cidr = one.get("CidrBlock") or one.get("Ipv6CidrBlock") or ""
        if one["RuleNumber"] < LAST:
            entries[one["Egress"], one["RuleNumber"]] = Entry(one["Protocol"], cidr, ports, one["RuleAction"])
    return entries


def _field(key: tuple[bool, int]) -> str:
    outward, number = key
    return f"{'egress' if outward else 'ingress'} entry {number}"


def _parameters(key: tuple[bool, int], entry: Entry) -> Any:
    outward, number = key
    ports = {"PortRange": {"From": entry.ports[0], "To": entry.ports[1]}} if entry.ports else {}
    return {
        "RuleNumber": number,
        "Egress": outward,
        "Protocol": entry.protocol,
        "RuleAction": entry.action,
        "CidrBlock": entry.cidr,
        **ports,
    }
