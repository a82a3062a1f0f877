"""How PostgreSQL is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.aws.refusals import is_missing
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.rds.tagging import mend, tags_of

if TYPE_CHECKING:
    from provision.engine.run import Run

WANTED = {"rds.force_ssl": "1"}
"""AWS: on by default from PostgreSQL 15 on and off before; ours says so whatever the version."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DbParameterGroup(Resource[dict[str, str]]):
    """A parameter group of the stack's own, because AWS's default one cannot be changed. `seen` are the parameters
    that were set by hand or by us."""

    name: str
    family_major: str

    kind: ClassVar[str] = "DB parameter group"
    patience_down: ClassVar[float] = 10 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidDBParameterGroupState"),)

    def find(self, run: Run) -> Sequence[Found[dict[str, str]]]:
        try:
            parameters = run.look(("parameters", self.name), lambda: _parameters(run, self.name))
            owned = tags.owned(run, self, tags_of(run, self._arn(run)))
        except Exception as error:
            if is_missing(error):
                return []
            raise
        return [Found(id=self.name, seen=parameters, owned=owned)]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        run.send.rds.create_db_parameter_group(
            DBParameterGroupName=self.name,
            DBParameterGroupFamily=f"postgres{self.family_major}",
            Description=f"PostgreSQL of the stack {run.stack.name}",
            Tags=tags.pairs(tags.wanted(run, self)),
        )
        return self.name

    def drift(self, run: Run, found: Found[dict[str, str]]) -> Sequence[Change]:
        changes = tags.drift(run, self, tags.pairs(tags_of(run, self._arn(run))))
        for name, want in WANTED.items():
            have = found.seen.get(name, "not set")
            if have != want:
                changes.append(Change(name, have, want))
        return changes

    def update(self, run: Run, found: Found[dict[str, str]], changes: Sequence[Change]) -> None:  # noqa: ARG002 - by name
        fields = {change.field for change in changes}
        parameters: Any = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
            for name, value in WANTED.items()
            if name in fields
        ]
        if parameters:
            run.send.rds.modify_db_parameter_group(DBParameterGroupName=self.name, Parameters=parameters)
        mend(run, self._arn(run), changes)

    def delete(self, run: Run, found: Found[dict[str, str]]) -> None:  # noqa: ARG002 - by name
        run.send.rds.delete_db_parameter_group(DBParameterGroupName=self.name)

    def _arn(self, run: Run) -> str:
        stack = run.stack
        return f"arn:{stack.partition}:rds:{stack.region}:{stack.account}:pg:{self.name}"


def _parameters(run: Run, name: str) -> dict[str, str]:
    """The parameters that somebody set; it says, too, whether the group is there."""
    pages = run.aws.rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, Source="user")
    return {one["ParameterName"]: one.get("ParameterValue", "") for page in pages for one in page["Parameters"]}
