"""A fresh, typed look at everything in the account that carries a stack's tags; independent of state and resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from provision.aws import ec2, tags
from provision.aws.ec2 import Listing
from provision.aws.refusals import not_implemented, or_none

if TYPE_CHECKING:
    from provision.engine.run import Run

BY_AWS_BACKUP = "kept by the account's plan of AWS Backup, as long as that says"

WINDOW = "waits for the end of its recovery window, as the organization demands, and is not billed"


@dataclass(frozen=True, kw_only=True)
class Remaining:
    """Something that is still there; `key` is its step in the blueprint. `on_purpose` says why a backup outlives its
    database, or a secret its stack, and is empty for all else; its `gib` are what AWS bills as backup storage."""

    kind: str
    id: str
    key: str = ""
    on_purpose: str = ""
    gib: int | None = None


Lister = Callable[["Run"], Iterator[Remaining]]
"""Asks AWS for one kind. What was listed may be gone when it is asked for its tags; AWS lists what is not, too."""


def census(run: Run) -> list[Remaining]:
    """Whatever AWS lists of this stack, the kinds asked at once."""
    return [one for kind in run.overlap(lambda lister: _asked(run, lister), LISTERS) for one in kind]


def _asked(run: Run, lister: Lister) -> list[Remaining]:
    try:
        return list(lister(run))
    except Exception as error:
        if not_implemented(error):
            return []
        raise


def _ours(run: Run, listed: Any) -> bool:
    return tags.read(listed).get(tags.STACK) == run.stack.name


def _key(listed: Any) -> str:
    return tags.read(listed).get(tags.KEY, "")


def _ec2(listing: Listing[Any], *, gone: tuple[str, ...] = ()) -> Lister:
    def lister(run: Run) -> Iterator[Remaining]:
        for one in listing.filtered(run, tags.of_stack(run.stack)):
            # AWS: a VPC's own group goes with it, and with it alone.
            own = one.get("GroupName") == "default"
            if not own and str(one.get("State", "")).lower() not in gone and _ours(run, one.get("Tags")):
                yield Remaining(kind=listing.noun, id=one[listing.id_field], key=_key(one.get("Tags")))

    return lister


def _instances(run: Run) -> Iterator[Remaining]:
    for page in run.aws.rds.get_paginator("describe_db_instances").paginate():
        for one in page["DBInstances"]:
            if _ours(run, one.get("TagList")):
                yield Remaining(kind="database", id=one["DBInstanceIdentifier"], key=_key(one.get("TagList")))


def _snapshots(run: Run) -> Iterator[Remaining]:
    for kept_by, why in (("manual", "kept as asked"), ("awsbackup", BY_AWS_BACKUP)):
        for page in run.aws.rds.get_paginator("describe_db_snapshots").paginate(SnapshotType=kept_by):
            for one in page["DBSnapshots"]:
                if _ours(run, one.get("TagList")):
                    gib = one.get("AllocatedStorage")
                    yield Remaining(kind="DB snapshot", id=one["DBSnapshotIdentifier"], on_purpose=why, gib=gib)


def _continuous_backups(run: Run) -> Iterator[Remaining]:
    for page in run.aws.rds.get_paginator("describe_db_instance_automated_backups").paginate():
        for one in page["DBInstanceAutomatedBackups"]:
            recovery_point = one.get("AwsBackupRecoveryPointArn")
            if recovery_point and one.get("Status") == "retained" and _ours(run, one.get("TagList")):
                yield Remaining(kind="AWS Backup recovery point", id=recovery_point, on_purpose=BY_AWS_BACKUP)


def _rds(operation: str, field: str, kind: str, name: str, arn: str) -> Lister:
    """RDS kinds whose description has no tags: only those with the stack's name are asked for theirs."""

    def lister(run: Run) -> Iterator[Remaining]:
        client: Any = run.aws.rds
        for page in client.get_paginator(operation).paginate():
            for one in page[field]:
                if one[name].startswith(run.stack.name):
                    response = or_none(partial(client.list_tags_for_resource, ResourceName=one[arn]))
                    if response and _ours(run, response["TagList"]):
                        yield Remaining(kind=kind, id=one[name], key=_key(response["TagList"]))

    return lister


def _secrets(run: Run) -> Iterator[Remaining]:
    named: Any = [{"Key": "name", "Values": [run.stack.name]}]
    for page in run.aws.secretsmanager.get_paginator("list_secrets").paginate(
        Filters=named, IncludePlannedDeletion=True
    ):
        for one in page["SecretList"]:
            if not _ours(run, one.get("Tags")):
                continue
            name, key = one["Name"], _key(one.get("Tags"))
            if "DeletedDate" not in one:
                yield Remaining(kind="secret", id=name, key=key)
            elif or_none(partial(run.aws.secretsmanager.describe_secret, SecretId=one["ARN"])):
                yield Remaining(kind="secret", id=name, key=key, on_purpose=WINDOW, gib=0)


def _roles(run: Run) -> Iterator[Remaining]:
    for page in run.aws.iam.get_paginator("list_roles").paginate():
        for one in page["Roles"]:
            # AWS: ListRoles leaves the tags out; GetRole has them.
            if one["RoleName"].startswith(f"{run.stack.name}-{run.stack.region}-"):
                response = or_none(partial(run.aws.iam.get_role, RoleName=one["RoleName"]))
                if response and _ours(run, response["Role"].get("Tags")):
                    yield Remaining(kind="role", id=one["RoleName"])


def _functions(run: Run) -> Iterator[Remaining]:
    for page in run.aws.awslambda.get_paginator("list_functions").paginate():
        for one in page["Functions"]:
            if one["FunctionName"].startswith(run.stack.name):
                response = or_none(partial(run.aws.awslambda.list_tags, Resource=one["FunctionArn"]))
                if response and response["Tags"].get(tags.STACK) == run.stack.name:
                    yield Remaining(kind="function", id=one["FunctionName"])


def _log_groups(run: Run) -> Iterator[Remaining]:
    for place in ("lambda", "rds/instance", "vpc"):
        yield from _log_groups_of(run, f"/aws/{place}/{run.stack.name}-")


def _log_groups_of(run: Run, prefix: str) -> Iterator[Remaining]:
    for page in run.aws.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
        for one in page["logGroups"]:
            response = or_none(partial(run.aws.logs.list_tags_for_resource, resourceArn=one["arn"].removesuffix(":*")))
            if response and response["tags"].get(tags.STACK) == run.stack.name:
                yield Remaining(kind="log group", id=one["logGroupName"])


LISTERS: tuple[Lister, ...] = (
    _ec2(ec2.VPCS),
    _ec2(ec2.SUBNETS),
    _ec2(ec2.INTERNET_GATEWAYS),
    _ec2(ec2.ADDRESSES),
    _ec2(ec2.NAT_GATEWAYS, gone=("deleted", "failed")),
    _ec2(ec2.ROUTE_TABLES),
    _ec2(ec2.SECURITY_GROUPS),
    _ec2(ec2.VPC_ENDPOINTS, gone=("deleted",)),
    _ec2(ec2.FLOW_LOGS),
    _instances,
    _snapshots,
    _continuous_backups,
    _rds("describe_db_subnet_groups", "DBSubnetGroups", "DB subnet group", "DBSubnetGroupName", "DBSubnetGroupArn"),
    _rds(
        "describe_db_parameter_groups",
        "DBParameterGroups",
        "DB parameter group",
        "DBParameterGroupName",
        "DBParameterGroupArn",
    ),
    _rds("describe_db_proxies", "DBProxies", "proxy", "DBProxyName", "DBProxyArn"),
    _secrets,
    _roles,
    _functions,
    _log_groups,
)
