"""How often the password is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import secret_versions
from provision.aws.refusals import is_one, or_none
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import CannotChange
from provision.resources.awslambda.rotation import RotationFunction, RotationPermission
from provision.resources.secretsmanager.connection import SecretConnection
from provision.resources.secretsmanager.secret import Secret, insist_on_rest

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

    from provision.engine.run import Run

UNFINISHED = Refusal("InvalidRequestException", "previous rotation", 4 * 60)
"""AWS tries the earlier one again. What fails each time does not end, and then the hint says where to look."""


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
        UNFINISHED,
    )

    def find(self, run: Run) -> Sequence[Found[DescribeSecretResponseTypeDef]]:
        secret = self._secret(run)
        ours = secret is not None and _rotator(run, secret.seen).partition(":")[0] == self.function.name
        return [Found(id=self.secret.name, seen=secret.seen)] if secret and ours else []

    def create(self, run: Run, token: str) -> str:
        """Raises `CannotChange` where somebody else's function rotates it, or a cancelled rotation is in the way."""
        insist_on_none(run, self.secret.name, self.function.name)
        try:
            self._rotate(run, ClientRequestToken=token)
        except Exception as error:
            secret = self._secret(run)
            left = secret_versions.pending(secret.seen) if secret and not secret.seen.get("RotationEnabled") else ""
            if left and is_one(error, UNFINISHED):
                raise _cancelled(self.secret.name, left) from error
            raise
        return self.secret.name

    def drift(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> Sequence[Change]:
        rules = _words(found.seen.get("RotationRules", {}))
        pairs = (
            # AWS: a version or an alias has code and a policy of its own.
            ("function", _rotator(run, found.seen), self.function.name),
            ("schedule", rules, _words({"AutomaticallyAfterDays": self.days})),
        )
        return [Change(field, have, want) for field, have, want in pairs if have != want]

    def update(self, run: Run, found: Found[DescribeSecretResponseTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - all at once
        self._rotate(run)

    def delete(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> None:
        if "DeletedDate" in found.seen:
            return
        insist_on_rest(run, found.id)
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
        """AWS: with a secret that waits for its deletion its rotation comes back, and cannot be cancelled before."""
        row = run.recorded(self)
        ends = row is not None and row.status == "deleting"
        found = (one for one in self.secret.find(run) if one.owned and not (ends and "DeletedDate" in one.seen))
        return next(found, None)


def insist_on_none(run: Run, secret: str, ours: str) -> None:
    """Raises `CannotChange` where another function than `ours` rotates the secret of that name."""
    told = or_none(
        lambda: run.look(("secret", secret), lambda: run.aws.secretsmanager.describe_secret(SecretId=secret))
    )
    theirs = _rotator(run, told) if told else ""
    if theirs.partition(":")[0] not in ("", ours):
        raise CannotChange(
            what=f"The secret {secret} is rotated by the function {theirs} already.",
            why="It is not this stack's, and database.rotation_days asks for one that is.",
            hint="Set database.rotation_days = 0 to leave that to it; or switch it off "
            f"(`aws secretsmanager cancel-rotate-secret --secret-id {secret}`), then run `up` again.",
        )


def _rotator(run: Run, secret: Mapping[str, Any]) -> str:
    """The function that rotates the secret, with its version or alias; by its ARN where that is not of this account
    and Region; empty where none does."""
    here = f"arn:{run.stack.partition}:lambda:{run.stack.region}:{run.stack.account}:function:"
    return str(secret.get("RotationLambdaARN", "")).removeprefix(here) if secret.get("RotationEnabled") else ""


def _cancelled(secret: str, version: str) -> CannotChange:
    """AWS: begins no other one, however long one waits, until the label is gone (API reference, RotateSecret)."""
    return CannotChange(
        what=f"An earlier rotation of the secret {secret} was cancelled half-way, and AWS begins no other one.",
        why=f"The version {version} is labelled AWSPENDING, and nothing rotates it any more.",
        hint="Once `doctor` finds that the function reaches the database, take the label away: `aws secretsmanager "
        f"update-secret-version-stage --secret-id {secret} --version-stage AWSPENDING --remove-from-version-id "
        f"{version}`; then run `up` again.",
    )


def _words(rules: Mapping[str, Any]) -> str:
    if schedule := rules.get("ScheduleExpression"):
        return str(schedule)
    return f"every {rules.get('AutomaticallyAfterDays', '?')} days"
