"""Which subnets the database may live in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import tags
from provision.aws.refusals import or_none
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.ec2.subnet import Subnet
from provision.resources.others import naming_users
from provision.resources.rds.looks import instances
from provision.resources.rds.tagging import arn_of, mend, tags_of

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBSubnetGroupTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class DbSubnetGroup(Resource["DBSubnetGroupTypeDef"]):
    """A DB subnet group of subnets in two zones, which RDS wants even for an instance in one. An instance of the same
    name uses it."""

    name: str
    subnets: tuple[Subnet, ...]

    kind: ClassVar[str] = "DB subnet group"
    patience_down: ClassVar[float] = 10 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("InvalidDBSubnetGroupStateFault"),
        Refusal("InvalidSubnet", "not exist"),
        Refusal("InvalidParameterValue", "Some input subnets"),
    )

    def find(self, run: Run) -> Sequence[Found[DBSubnetGroupTypeDef]]:
        row = run.recorded(self)
        used = row is not None and row.status == "ready"
        groups = (self._of_its_instance(run) if used else []) or self._described(run)
        return [
            Found(id=one["DBSubnetGroupName"], seen=one, owned=tags.owned(run, self, tags_of(run, self._arn(run))))
            for one in groups
            if one["DBSubnetGroupName"] == self.name
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        run.send.rds.create_db_subnet_group(
            DBSubnetGroupName=self.name,
            DBSubnetGroupDescription=self._description(run),
            SubnetIds=self._subnets(run),
            Tags=tags.pairs(tags.wanted(run, self)),
        )
        return self.name

    def drift(self, run: Run, found: Found[DBSubnetGroupTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, tags.pairs(tags_of(run, self._arn(run))))
        have = sorted(subnet["SubnetIdentifier"] for subnet in found.seen["Subnets"])
        if have != self._subnets(run):
            changes.append(Change("subnets", ", ".join(have), ", ".join(self._subnets(run))))
        described = found.seen.get("DBSubnetGroupDescription", self._description(run))
        if described != self._description(run):
            changes.append(Change("description", described, self._description(run)))
        return changes

    def update(self, run: Run, found: Found[DBSubnetGroupTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - by name
        if {"subnets", "description"} & {change.field for change in changes}:
            run.send.rds.modify_db_subnet_group(
                DBSubnetGroupName=self.name,
                DBSubnetGroupDescription=self._description(run),
                SubnetIds=self._subnets(run),
            )
        mend(run, self._arn(run), changes)

    def delete(self, run: Run, found: Found[DBSubnetGroupTypeDef]) -> None:  # noqa: ARG002 - by name
        with naming_users(run, self, lambda one: one.get("DBSubnetGroup", {}).get("DBSubnetGroupName") == self.name):
            run.send.rds.delete_db_subnet_group(DBSubnetGroupName=self.name)

    def _of_its_instance(self, run: Run) -> list[DBSubnetGroupTypeDef]:
        """AWS: an instance's description holds its subnet group's, so that a stack that is there costs no call here."""
        groups = [one.get("DBSubnetGroup") for one in instances(run, self.name)]
        return [group for group in groups if group and group.get("DBSubnetGroupName") == self.name]

    def _described(self, run: Run) -> list[DBSubnetGroupTypeDef]:
        groups = or_none(
            lambda: run.look(
                ("subnet group", self.name),
                lambda: run.aws.rds.describe_db_subnet_groups(DBSubnetGroupName=self.name)["DBSubnetGroups"],
            )
        )
        return groups or []

    def _arn(self, run: Run) -> str:
        """AWS: what an instance's description holds of its group is without its ARN."""
        return arn_of(run, f"subgrp:{self.name}")

    def _description(self, run: Run) -> str:
        return f"Private subnets of the stack {run.stack.name}"

    def _subnets(self, run: Run) -> list[str]:
        return sorted(run.id_of(subnet) for subnet in self.subnets)
