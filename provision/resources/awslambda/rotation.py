"""The function that changes the database's password, and who may call it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws.refusals import or_none
from provision.engine.resource import Change, Found, Property, Refusal
from provision.resources.awslambda.function import CONFLICT, Function

if TYPE_CHECKING:
    from provision.engine.run import Run

SID = "SecretsManagerRotates"
SERVICE = "secretsmanager.amazonaws.com"


@dataclass(frozen=True, kw_only=True, eq=False)
class RotationFunction(Function):
    """The same zip, begun at another handler. It talks to the database itself, never by the proxy."""

    kind: ClassVar[str] = "rotation function"
    handler: ClassVar[str] = "rotation.handler"
    purpose: ClassVar[str] = "Changes the password of PostgreSQL"


@dataclass(frozen=True, kw_only=True, eq=False)
class RotationPermission(Property[dict[str, Any]]):
    """The one statement of ours in the function's own policy: Secrets Manager may call it, on behalf of this account
    alone (Secrets Manager user guide, "Permissions for rotation")."""

    function: RotationFunction

    kind: ClassVar[str] = "rotation's permission"
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal(CONFLICT),)

    def find(self, run: Run) -> Sequence[Found[dict[str, Any]]]:
        function = next((found.seen["Configuration"] for found in self.function.find(run) if found.owned), None)
        if function is None:
            return []
        name = self.function.name
        # A function that this run has made anew has not the policy of the one before.
        question = ("function policy", name, function.get("RevisionId"))
        told = or_none(lambda: run.look(question, lambda: run.aws.awslambda.get_policy(FunctionName=name)))
        statements = json.loads(told["Policy"])["Statement"] if told else []
        return [Found(id=SID, seen=one) for one in statements if one.get("Sid") == SID]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a policy has each Sid once
        run.send.awslambda.add_permission(
            FunctionName=self.function.name,
            StatementId=SID,
            Action="lambda:InvokeFunction",
            Principal=SERVICE,
            SourceAccount=run.stack.account,
        )
        return SID

    def drift(self, run: Run, found: Found[dict[str, Any]]) -> Sequence[Change]:
        have = found.seen
        condition = {key.lower(): value for key, value in have.get("Condition", {}).get("StringEquals", {}).items()}
        as_made = (
            have.get("Effect") == "Allow"
            and have.get("Action") == "lambda:InvokeFunction"
            and have.get("Principal") == {"Service": SERVICE}
            and list(have.get("Condition", {})) == ["StringEquals"]
            and condition == {"aws:sourceaccount": run.stack.account}
        )
        return [] if as_made else [Change("statement", "another", f"{SERVICE} of this account")]

    def update(self, run: Run, found: Found[dict[str, Any]], changes: Sequence[Change]) -> None:  # noqa: ARG002 - the one statement
        # The next look finds none and makes it anew.
        run.send.awslambda.remove_permission(FunctionName=self.function.name, StatementId=found.id)
