"""How PostgreSQL is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.aws.refusals import code_of, or_none
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.others import IN_USE, naming_users
from provision.resources.rds.tagging import arn_of, mend, tags_of

if TYPE_CHECKING:
    from provision.engine.run import Run

WANTED = {"rds.force_ssl": "1"}
"""Said whatever the version, though AWS has it so by default from `SO_BY_DEFAULT` on."""
SO_BY_DEFAULT = 15
ANY_MAJOR = r"\d+"


@dataclass(frozen=True, kw_only=True, eq=False)
class DbParameterGroup(Resource[dict[str, str]]):
    """A parameter group of the stack's own, because AWS's default one cannot be changed. `seen` are the parameters
    that AWS lists as set by somebody."""

    name: str
    family_major: str

    kind: ClassVar[str] = "DB parameter group"
    patience_down: ClassVar[float] = 10 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidDBParameterGroupState"),)

    def find(self, run: Run) -> Sequence[Found[dict[str, str]]]:
        found = [or_none(partial(self._named, run, name)) for name in self._names(run)]
        there = [one for one in found if one is not None]
        # Beside ours, one of the version before may be in use still; on the way down that one comes after it.
        return [one for one in there if one.id == self.name and one.owned] or there

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        run.send.rds.create_db_parameter_group(
            DBParameterGroupName=self.name,
            DBParameterGroupFamily=f"postgres{self.family_major}",
            Description=f"PostgreSQL of the stack {run.stack.name}",
            Tags=tags.pairs(tags.wanted(run, self)),
        )
        return self.name

    def drift(self, run: Run, found: Found[dict[str, str]]) -> Sequence[Change]:
        if found.id != self.name:
            return [Change("name", found.id, self.name)]
        changes = tags.drift(run, self, tags.pairs(tags_of(run, arn_of(run, f"pg:{found.id}"))))
        for name, want in WANTED.items():
            have = found.seen.get(name) or self._unlisted(run, name)
            if have != want:
                changes.append(Change(name, have, want))
        return changes

    def update(self, run: Run, found: Found[dict[str, str]], changes: Sequence[Change]) -> None:
        fields = {change.field for change in changes}
        if "name" in fields:
            self._replace(run, found)
            return
        parameters: Any = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
            for name, value in WANTED.items()
            if name in fields
        ]
        if parameters:
            run.send.rds.modify_db_parameter_group(DBParameterGroupName=found.id, Parameters=parameters)
        mend(run, arn_of(run, f"pg:{found.id}"), changes)

    def _replace(self, run: Run, former: Found[dict[str, str]]) -> None:
        """AWS: for some hours after an upgrade the group of the version before counts as in use
        (AlexsLemonade/refinebio#2638), and so it is by what a blue/green deployment leaves behind."""
        from botocore.exceptions import ClientError

        try:
            run.send.rds.delete_db_parameter_group(DBParameterGroupName=former.id)
        except ClientError as error:
            if code_of(error) not in IN_USE:
                raise
            self.create(run, "")
        # Where it is gone, the next look finds none and makes it anew.

    def delete(self, run: Run, found: Found[dict[str, str]]) -> None:
        def uses(one: Any) -> bool:
            return any(group["DBParameterGroupName"] == found.id for group in one.get("DBParameterGroups", []))

        with naming_users(run, self, uses):
            run.send.rds.delete_db_parameter_group(DBParameterGroupName=found.id)

    def _names(self, run: Run) -> Sequence[str]:
        """Ours, and one for another major version, which the settings had or the database has been upgraded from."""
        row = run.recorded(self)
        recorded = {row.id} if row is not None and row.id else set()
        others = recorded if row is not None and row.status != "deleting" else {*recorded, *self._listed(run)}
        return sorted({self.name, *others})

    def _listed(self, run: Run) -> list[str]:
        pages = run.look(
            ("parameter groups",), lambda: list(run.aws.rds.get_paginator("describe_db_parameter_groups").paginate())
        )
        names = [group["DBParameterGroupName"] for page in pages for group in page["DBParameterGroups"]]
        whatever = re.escape(self.name.removesuffix(self.family_major)) + ANY_MAJOR
        return [name for name in names if re.fullmatch(whatever, name)]

    def _named(self, run: Run, name: str) -> Found[dict[str, str]]:
        """Raises AWS's refusal where there is none."""
        parameters = run.look(("parameters", name), lambda: _parameters(run, name, Source="user"))
        return Found(id=name, seen=parameters, owned=tags.owned(run, self, tags_of(run, arn_of(run, f"pg:{name}"))))

    def _unlisted(self, run: Run, name: str) -> str:
        """The value of a parameter that nobody set, or that was set to what it is by default.

        AWS lists both as the system's (terraform-provider-aws#23335), among hundreds; so all are asked for only until
        ours has once been seen or set, and the version says the rest.
        """
        row = run.recorded(self)
        if row is not None and row.status == "ready":
            return WANTED[name] if int(self.family_major) >= SO_BY_DEFAULT else "not set"
        parameters = run.look(("all parameters", self.name), lambda: _parameters(run, self.name))
        return parameters.get(name, "not set")


def _parameters(run: Run, name: str, **source: Any) -> dict[str, str]:
    """Its parameters and their values; it says, too, whether the group is there."""
    pages = run.aws.rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, **source)
    return {one["ParameterName"]: one.get("ParameterValue", "") for page in pages for one in page["Parameters"]}
