"""Where the function's output goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.aws.refusals import or_none
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import Protected

if TYPE_CHECKING:
    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class LogGroup(Resource[dict[str, Any]]):
    """A log group that forgets after `days`; Lambda's own would keep everything for ever and outlive the function."""

    name: str
    days: int

    kind: ClassVar[str] = "log group"
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("OperationAbortedException"),)

    @property
    def label(self) -> str:
        which = next(word for word in self.key.split(".") if word != "logs")
        return f"log group {which}"  # `function.logs`, `logs.flow`

    def find(self, run: Run) -> Sequence[Found[dict[str, Any]]]:
        listed = run.look(("log group", self.name), lambda: self._listed(run))
        found = [self._found(run, one) for one in listed if one["logGroupName"] == self.name]
        return [one for one in found if one is not None]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        run.send.logs.create_log_group(logGroupName=self.name, tags=tags.wanted(run, self))
        return self.name

    def drift(self, run: Run, found: Found[dict[str, Any]]) -> Sequence[Change]:
        changes = tags.drift(run, self, tags.pairs(found.seen["tags"]))
        have = found.seen.get("retentionInDays")
        # AWS: a policy of the account's overrides the group's own retention, and is what is shown (PutRetentionPolicy).
        if have != self.days and not found.seen.get("retentionPolicyName"):
            changes.append(Change("retention", f"{have} days" if have else "for ever", f"{self.days} days"))
        return changes

    def update(self, run: Run, found: Found[dict[str, Any]], changes: Sequence[Change]) -> None:
        if any(change.field == "retention" for change in changes):
            run.send.logs.put_retention_policy(logGroupName=self.name, retentionInDays=self.days)
        if lacks := tags.changed(changes):
            run.send.logs.tag_resource(resourceArn=_arn(found.seen), tags=lacks)

    def delete(self, run: Run, found: Found[dict[str, Any]]) -> None:
        """Raises `Protected` where somebody wants its lines kept; nothing else of the stack is held by it."""
        if found.seen.get("deletionProtectionEnabled"):
            raise Protected(
                what=f"The {self.label} {self.name} is protected against deletion.",
                why="Somebody turned its deletion protection on.",
                hint="Turn it off (`aws logs put-log-group-deletion-protection`), then run the same command again.",
            )
        run.send.logs.delete_log_group(logGroupName=self.name)

    def _listed(self, run: Run) -> list[dict[str, Any]]:
        pages = run.aws.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=self.name)
        return [dict(one) for page in pages for one in page["logGroups"]]

    def _found(self, run: Run, group: dict[str, Any]) -> Found[dict[str, Any]] | None:
        """None where AWS knows no such group any more, and only its list is late."""
        told = or_none(
            lambda: run.look(
                ("log group tags", self.name),
                lambda: run.aws.logs.list_tags_for_resource(resourceArn=_arn(group)),
                lasting=True,
            )
        )
        if told is None:
            return None
        group["tags"] = told["tags"]
        made = datetime.fromtimestamp(group["creationTime"] / 1000, UTC).isoformat() if "creationTime" in group else ""
        return Found(id=self.name, seen=group, owned=tags.owned(run, self, group["tags"]), made=made)


def _arn(group: dict[str, Any]) -> str:
    """AWS: the tagging calls want the ARN without the `:*` that the description ends in."""
    return str(group["arn"]).removesuffix(":*")
