"""PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from provision.aws import tags
from provision.aws.engine_versions import default_minor
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, leaving, settling
from provision.errors import Failed, Protected
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup
from provision.resources.rds import aws_backup, immutable, monitoring, password, pending, port, storage
from provision.resources.rds.instance_states import BROKEN, FULL, LEAVING, SERVING, described, hint, words
from provision.resources.rds.last_snapshot import insist_on_snapshots
from provision.resources.rds.looks import instances, last_event, snapshots
from provision.resources.rds.parameter_group import DbParameterGroup
from provision.resources.rds.stopped import is_stopped, start
from provision.resources.rds.subnet_group import DbSubnetGroup
from provision.resources.rds.tagging import mend
from provision.resources.secretsmanager.secret import NOT_ADMITTED_YET, Secret, insist_on_rest, password_for, value_of
from provision.settings import Database

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

    from provision.engine.run import Run

CEILING = "MaxAllocatedStorage"


@dataclass(frozen=True, kw_only=True, eq=False)
class DbInstance(Resource["DBInstanceTypeDef"]):
    """A private, encrypted PostgreSQL instance. `final_snapshot` names the one that its deletion takes, if any."""

    identifier: str
    wanted: Database
    final_snapshot: str | None
    subnet_group: DbSubnetGroup
    parameter_group: DbParameterGroup
    group: SecurityGroup
    secret: Secret
    exports: tuple[LogGroup, ...] = ()
    """Where its logs go; none: they stay where they are."""
    monitoring: Role | None = None
    """The role for Enhanced Monitoring; none: there is none."""

    kind: ClassVar[str] = "database"
    usual_up: ClassVar[float] = 360
    patience_up: ClassVar[float] = 40 * 60
    usual_down: ClassVar[float] = 240
    patience_down: ClassVar[float] = 60 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("DBSubnetGroupNotFoundFault"),
        Refusal("InvalidDBInstanceState"),
        Refusal("DBParameterGroupNotFound"),
        Refusal("InvalidParameterValue", "Invalid security group"),  # AWS: a new one that not all of RDS knows yet
        # AWS: a role is not known everywhere for seconds after it or its policy was made.
        Refusal("InvalidParameterValue", "ENHANCED_MONITORING", 120),
        NOT_ADMITTED_YET,
    )

    def find(self, run: Run) -> Sequence[Found[DBInstanceTypeDef]]:
        return [self._found(run, one) for one in instances(run, self.identifier)]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the identifier is unique
        run.send.rds.create_db_instance(
            DBInstanceIdentifier=self.identifier,
            Engine="postgres",
            EngineVersion=default_minor(run, self.wanted.engine_version),
            EngineLifecycleSupport="open-source-rds-extended-support-disabled",
            DBName=self.wanted.name,
            MasterUsername=self.wanted.username,
            MasterUserPassword=password_for(run, run.id_of(self.secret), self.wanted.username),
            Port=self.wanted.port,
            DBSubnetGroupName=run.id_of(self.subnet_group),
            StorageEncrypted=True,
            AllocatedStorage=self.wanted.storage_gib,
            PubliclyAccessible=False,
            Tags=tags.pairs(tags.wanted(run, self) | password.tag(run.attr(self.secret, "arn")) | self._port_tag()),
            **monitoring.asked(**self._monitored(run)),
            **{name: want for name, _, want in self._changeable(run) if name != CEILING or self._grows()},
        )
        return self.identifier

    def condition(self, run: Run, found: Found[DBInstanceTypeDef]) -> Condition:
        status = found.seen["DBInstanceStatus"]
        sent = any(key == self.key for key, _ in run.changed)
        if status == FULL and found.seen["AllocatedStorage"] < self.wanted.storage_gib:
            return settling(status) if sent else READY  # AWS: more storage is what heals it
        if status in BROKEN:
            next_step = hint(status, gib=found.seen["AllocatedStorage"])
            raise Failed(what=f"The database is {status}.", why=last_event(run, self.identifier), hint=next_step)
        if status in LEAVING:
            return leaving(status)
        if is_stopped(found.seen):
            return READY  # nothing that waiting would change; `drift` says so
        if status not in SERVING or "endpoint" not in found.attrs:
            return settling(status)
        size = storage.coming(found.seen, gib=self.wanted.storage_gib)
        ours = {**self._planned(found.seen), "AllocatedStorage": size, "Port": self.wanted.port}
        coming = pending.coming(found.seen, ours, sent=sent)
        return settling(f"{status}, changing {', '.join(coming)}") if coming else READY

    def check_changeable(self, found: Found[DBInstanceTypeDef]) -> None:
        # One that is still being made may not tell all of it; one that is being upgraded tells the version before.
        if "endpoint" in found.attrs and found.seen["DBInstanceStatus"] != "upgrading":
            immutable.insist(found.seen, self.wanted, subnet_group=self.subnet_group.name)

    def drift(self, run: Run, found: Found[DBInstanceTypeDef]) -> Sequence[Change]:
        immutable.insist(found.seen, self.wanted, subnet_group=self.subnet_group.name)
        changes = [Change("state", found.seen["DBInstanceStatus"], "started")] if is_stopped(found.seen) else []
        have_tags = tags.read(found.seen.get("TagList"))
        changes += tags.drift(run, self, found.seen.get("TagList"))
        for name, asked in self._port_tag().items() - have_tags.items():
            changes.append(Change(f"tag {name}", have_tags.get(name, "absent"), asked))
        changes += pending.put_off(found.seen, self._planned(found.seen))
        for name, have_name, want in self._changeable(run, found.seen):
            have = described(found.seen, have_name)
            if have != want:
                changes.append(Change(name, words(have), words(want)))
        size = found.seen["AllocatedStorage"]
        if size < self.wanted.storage_gib:  # more is autoscaling's work: storage never shrinks
            changes.append(Change("AllocatedStorage", str(size), str(self.wanted.storage_gib)))
        if (shown := port.shown(found.seen)) != (meant := found.attrs.get("port", "")):
            changes.append(Change("port", shown, meant))
        if found.seen.get("PubliclyAccessible"):
            changes.append(Change("PubliclyAccessible", "true", "false"))
        changes += monitoring.differing(cast("Any", found.seen), **self._monitored(run))
        changes += password.differing(found.seen, run.attr(self.secret, "arn"))
        return changes + pending.brought_along(found.seen, self._planned(found.seen), changes)

    def update(self, run: Run, found: Found[DBInstanceTypeDef], changes: Sequence[Change]) -> None:
        fields = {change.field for change in changes}
        if "state" in fields:  # AWS: a stopped instance takes no other change; the next look asks for the rest
            start(run, found.seen)
            return
        ask: dict[str, Any] = {name: want for name, _, want in self._changeable(run, found.seen) if name in fields}
        ask |= {name: want for name, want in self._planned(found.seen).items() if f"pending {name}" in fields}
        ask |= storage.changing(fields, found.seen, gib=self.wanted.storage_gib)
        if "port" in fields:
            ask["DBPortNumber"] = self.wanted.port
        if "PubliclyAccessible" in fields:
            ask["PubliclyAccessible"] = False
        if password.FIELD in fields:
            secret = run.id_of(self.secret)
            insist_on_rest(run, secret)
            ask |= password.asked(found.seen, value_of(run, secret)["password"])
        ask |= monitoring.changing(fields, cast("Any", found.seen), **self._monitored(run))
        if ask:
            now = pending.at_once(ask, days=found.seen.get("BackupRetentionPeriod", 0))
            run.send.rds.modify_db_instance(DBInstanceIdentifier=self.identifier, ApplyImmediately=now, **ask)
        if password.FIELD in fields:
            whose = tags.pairs(password.tag(run.attr(self.secret, "arn")))
            run.send.rds.add_tags_to_resource(ResourceName=found.attrs["arn"], Tags=whose)
        mend(run, found.attrs["arn"], changes)

    def check_deletable(self, run: Run, found: Found[DBInstanceTypeDef]) -> None:
        self._check_protection(found)
        # One that is leaving already has an earlier run's snapshot of that name.
        leaving_already = found.seen["DBInstanceStatus"] in LEAVING
        if self.final_snapshot and not leaving_already and snapshots(run, self.final_snapshot):
            raise Protected(
                what=f"There is a snapshot named {self.final_snapshot} already, and AWS does not replace it.",
                why="Nothing was removed.",
                hint="Give --final-snapshot another name.",
            )

    def _check_protection(self, found: Found[DBInstanceTypeDef]) -> None:
        if found.seen.get("DeletionProtection"):
            raise Protected(
                what=f"The database {self.identifier} is protected against deletion.",
                why="database.deletion_protection is on, or somebody turned it on.",
                hint="Set database.deletion_protection = false, whatever the profile, run `up`, then `teardown` again.",
            )

    def delete(self, run: Run, found: Found[DBInstanceTypeDef]) -> None:
        self._check_protection(found)
        if self.final_snapshot:
            insist_on_snapshots(found.seen)
        if self.final_snapshot and is_stopped(found.seen):
            start(run, found.seen)  # AWS: no snapshot of it before that
            return
        last: Any = (
            {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": self.final_snapshot}
            if self.final_snapshot
            else {"SkipFinalSnapshot": True}
        )
        last |= {"DeleteAutomatedBackups": not aws_backup.holds(found.seen)}
        run.send.rds.delete_db_instance(DBInstanceIdentifier=self.identifier, **last)

    def _port(self, run: Run, seen: DBInstanceTypeDef) -> str:
        row = run.recorded(self)
        return port.meant(seen, self.wanted.port, row.attrs if row is not None else {})

    def _found(self, run: Run, one: DBInstanceTypeDef) -> Found[DBInstanceTypeDef]:
        attrs = {"arn": one["DBInstanceArn"], "engine_version": one.get("EngineVersion", "")}
        # AWS: the endpoint is not in the answer until the instance is nearly there.
        if one.get("Endpoint", {}).get("Address"):
            attrs |= {"endpoint": one["Endpoint"]["Address"], "port": self._port(run, one)}
        owned = tags.owned(run, self, tags.read(one.get("TagList")))
        made = one["InstanceCreateTime"].isoformat() if "InstanceCreateTime" in one else ""
        return Found(id=one["DBInstanceIdentifier"], seen=one, owned=owned, attrs=attrs, made=made)

    def _planned(self, seen: DBInstanceTypeDef | None = None) -> dict[str, Any]:
        """What somebody may change by hand for the next maintenance window, by its name in requests and answers."""
        wanted = self.wanted
        backups = {} if seen and aws_backup.holds(seen) else {aws_backup.RETENTION: wanted.backup_days}
        return {
            "DBInstanceClass": wanted.instance_class,
            "MultiAZ": wanted.multi_az,
            "StorageType": storage.TYPE,
            **backups,
        }

    def _grows(self) -> bool:
        """AWS: a ceiling that equals the storage turns autoscaling off in a change, and is refused in a create."""
        return self.wanted.max_storage_gib > self.wanted.storage_gib

    def _port_tag(self) -> dict[str, str]:
        return {immutable.PORT_TAG: str(self.wanted.port)}

    def _changeable(self, run: Run, seen: DBInstanceTypeDef | None = None) -> list[tuple[str, str, Any]]:
        """(name in a request, name in a description, wanted value) of all that AWS changes in place."""
        wanted = self.wanted
        # AWS: a ceiling is above the storage, which may have grown beyond the wanted one; as high as it means none.
        ceiling = max(wanted.max_storage_gib, seen["AllocatedStorage"] if seen else 0)
        return [
            *((name, name, want) for name, want in self._planned(seen).items()),
            (CEILING, CEILING, ceiling),
            ("DeletionProtection", "DeletionProtection", wanted.deletion_protection),
            ("CopyTagsToSnapshot", "CopyTagsToSnapshot", True),
            ("AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade", True),
            ("VpcSecurityGroupIds", "VpcSecurityGroups", [run.id_of(self.group)]),
            ("DBParameterGroupName", "DBParameterGroups", run.id_of(self.parameter_group)),
        ]

    def _monitored(self, run: Run) -> dict[str, Any]:
        role = self.monitoring
        return {
            "exports": bool(self.exports),
            "interval": self.wanted.monitoring_seconds if role else 0,
            "role": (lambda: run.attr(role, "arn")) if role else str,
        }
