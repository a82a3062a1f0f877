"""How often the password is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import CannotChange
from provision.resources.awslambda.rotation import RotationFunction, RotationPermission
from provision.resources.secretsmanager.connection import SecretConnection
from provision.resources.secretsmanager.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

    from provision.engine.run import Run

INVALID = "InvalidRequestException"


@dataclass(frozen=True, kw_only=True, eq=False)
class SecretRotation(Resource["DescribeSecretResponseTypeDef"]):
    """The secret's rotation by a function of the stack's own, every so many days. Another function that somebody
    rotates it by is theirs, and is left alone."""

    secret: Secret
    function: RotationFunction
    permission: RotationPermission
    connection: SecretConnection
    """The function finds the database by the secret's own words."""
    ways: tuple[Resource[Any], ...]
    """What it reaches the database and Secrets Manager by: AWS tries it out as soon as rotation is on."""
    days: int

    kind: ClassVar[str] = "secret's rotation"
    cures: ClassVar[tuple[Refusal, ...]] = (
        # AWS: the function's policy is not known everywhere at once (terraform-provider-aws asks for a minute).
        Refusal("AccessDeniedException", "cannot invoke the specified Lambda function", 2 * 60),
        Refusal(INVALID, "previous rotation"),
    )

    def find(self, run: Run) -> Sequence[Found[DescribeSecretResponseTypeDef]]:
        secret = self._secret(run)
        ours = secret is not None and _function(secret.seen) == self.function.name
        return [Found(id=secret.id, seen=secret.seen)] if secret and ours else []

    def create(self, run: Run, token: str) -> str:
        """Raises `CannotChange` where somebody else's function rotates it."""
        secret = self._secret(run)
        if secret and (theirs := _function(secret.seen)):
            raise CannotChange(
                what=f"The secret {self.secret.name} is rotated by the function {theirs} already.",
                why=f"It is not this stack's, and database.rotation_days = {self.days} asks for one that is.",
                hint="Set database.rotation_days = 0 to leave that to it; or switch it off "
                f"(`aws secretsmanager cancel-rotate-secret --secret-id {self.secret.name}`), then run `up` again.",
            )
        self._rotate(run, ClientRequestToken=token)
        return run.id_of(self.secret)

    def drift(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> Sequence[Change]:  # noqa: ARG002 - its description says it
        have = _words(found.seen.get("RotationRules", {}))
        want = _words({"AutomaticallyAfterDays": self.days})
        return [Change("schedule", have, want)] if have != want else []

    def update(self, run: Run, found: Found[DescribeSecretResponseTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - one property
        self._rotate(run)

    def delete(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> None:
        run.send.secretsmanager.cancel_rotate_secret(SecretId=found.id)

    def _rotate(self, run: Run, **named: Any) -> None:
        """Not at once: the password that was just made is as good as another, and AWS only tries the function out."""
        run.send.secretsmanager.rotate_secret(
            SecretId=run.id_of(self.secret),
            RotationLambdaARN=run.attr(self.function, "arn"),
            RotationRules={"AutomaticallyAfterDays": self.days},
            RotateImmediately=False,
            **named,
        )

    def _secret(self, run: Run) -> Found[DescribeSecretResponseTypeDef] | None:
        return next((one for one in self.secret.find(run) if one.owned and "DeletedDate" not in one.seen), None)


def _function(secret: Mapping[str, Any]) -> str:
    """The name of the function that rotates the secret; empty where none does."""
    arn = secret.get("RotationLambdaARN", "") if secret.get("RotationEnabled") else ""
    return str(arn).partition(":function:")[2].partition(":")[0]


def _words(rules: Mapping[str, Any]) -> str:
    if schedule := rules.get("ScheduleExpression"):
        return str(schedule)
    return f"every {rules.get('AutomaticallyAfterDays', '?')} days"
