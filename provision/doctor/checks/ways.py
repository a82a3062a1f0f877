"""What the checks of a way through the VPC share: its two ends, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provision.doctor import reach
from provision.doctor.finding import Finding, Link
from provision.doctor.picture import Database, Function, Picture
from provision.doctor.reach import End, Stopped


def end(picture: Picture, name: str, subnets: Sequence[str], groups: Sequence[str]) -> End:
    network = picture.network
    there = [network.groups[one] for one in groups if one in network.groups]
    answers = reach.EPHEMERAL if name == "function" else reach.LINUX
    return End(name=name, subnets=picture.subnets(subnets), groups=there, answers=answers)


def own(picture: Picture) -> End:
    """The function's end."""
    function = picture.function
    return end(picture, "function", function.subnets if function else (), function.groups if function else ())


def closed(picture: Picture, link: Link, source: End, target: End, port: int) -> Iterator[Finding]:
    """Whatever stops `source` on its way to `target`: groups first, then routes, then network ACLs."""
    if not source.subnets or not target.subnets:
        return
    if not reach.leaves(source, target, port):
        yield missing_rule(link, source, target, port, egress=True)
    if not reach.enters(source, target, port):
        yield missing_rule(link, source, target, port, egress=False)
    lost = reach.astray(picture.network, source, target)
    if lost is not None:
        table, route = lost
        yield Finding(
            id=f"route.{source.name}-{target.name}",
            link=link,
            what=f"Traffic between the {source.name} and the {target.name} is led to something that is gone.",
            evidence=f"The table {table.id} sends what is meant for {route.destination} to {route.target} (blackhole).",
            command=f"aws ec2 delete-route --route-table-id {table.id} --destination-cidr-block {route.destination}",
            advice="Without it the VPC's local route is taken.",
        )
    stop = reach.stopped(picture.network, source, target, port)
    if stop is not None:
        yield acl(link, f"{source.name}-{target.name}", f"the {source.name} and the {target.name}", stop)


def missing_rule(link: Link, source: End, target: End, port: int, *, egress: bool) -> Finding:
    """No group of `source` lets it out to `target`, or with `egress` false none of `target` lets it in."""
    here, there = (source, target) if egress else (target, source)
    side = "egress" if egress else "ingress"
    if egress:
        what = f"The {source.name}'s security group does not let it out to the {target.name} on port {port}."
    else:
        what = f"The {target.name}'s security group does not let the {source.name} in on port {port}."
    names = ", ".join(group.words for group in here.groups) or "none"
    peers = ", ".join(group.words for group in there.groups) or ", ".join(there.nets)
    own, peer = (next((group.id for group in one.groups), "") for one in (here, there))
    named = f"UserIdGroupPairs=[{{GroupId={peer}}}]"
    if {one.vpc for one in here.subnets} != {one.vpc for one in there.subnets}:  # AWS: not every way carries groups
        named = f"IpRanges=[{','.join(f'{{CidrIp={net}}}' for net in there.nets)}]"
    command = (
        f"aws ec2 authorize-security-group-{side} --group-id {own} "
        f"--ip-permissions 'IpProtocol=tcp,FromPort={port},ToPort={port},{named}'"
    )
    return Finding(
        id=f"group.{source.name}-{target.name}.{side}",
        link=link,
        what=what,
        evidence=f"No {side} rule of {names} admits tcp {port} {'to' if egress else 'from'} {peers}.",
        command=command if own and peer else "",
        advice="" if own and peer else f"Give the {source.name} and the {target.name} security groups that are there.",
        by_up=True,
    )


def acl(link: Link, which: str, between: str, stop: Stopped) -> Finding:
    """A network ACL in the way. Ours has none of its own, so that it was changed by hand."""
    side = "--egress" if stop.egress else "--ingress"
    low, _, high = stop.ports.partition("-")
    return Finding(
        id=f"acl.{which}",
        link=link,
        what=f"A network ACL stops the traffic between {between}.",
        evidence=f"{stop.words}. AWS: an ACL keeps no state; the answers need their own entry.",
        command=f"aws ec2 {'replace' if stop.replaces else 'create'}-network-acl-entry --network-acl-id {stop.acl} "
        f"--rule-number {stop.number} {side} --protocol tcp --port-range From={low},To={high or low} "
        f"--cidr-block {stop.cidr} --rule-action allow",
        advice=f"This takes the place of entry {stop.number}, which denies it." if stop.replaces else "",
    )


def elsewhere(id: str, what: str, evidence: str, function: Function, database: Database | None) -> Finding:  # noqa: A002 - its name
    """The function is not where the database can be reached from."""
    subnets = ",".join(database.subnets) if database else "SUBNETS"
    return Finding(
        id=id,
        link=Link.ATTACHMENT,
        what=what,
        evidence=evidence,
        command=f"aws lambda update-function-configuration --function-name {function.name} "
        f"--vpc-config SubnetIds={subnets},SecurityGroupIds=GROUP",
        advice="GROUP is a security group that the database's lets in"
        + ("." if database else ", and SUBNETS are of the database's VPC."),
        by_up=True,
    )
