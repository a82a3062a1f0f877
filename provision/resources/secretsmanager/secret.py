"""The database's password."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import secret_versions, tags
from provision.aws.refusals import is_forbidden, or_none
from provision.engine.resource import Change, Found, NotKnown, NotYet, Refusal, Resource
from provision.errors import Failed
from provision.resources.secretsmanager import readers

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

    from provision.engine.run import Run

LENGTH = 30
EXCLUDED = " %+~`#$&*()|[]{}:;<>?!'/@\"\\"
"""RDS refuses / @ " ' and a space; the rest only makes trouble in shells, addresses and files."""
ROTATING = 60.0
"""Seconds that a rotation under way is waited for; as a rule it takes a few."""
OWN_KEY = "alias/aws/secretsmanager"
"""What a secret is encrypted with unless told otherwise; AWS leaves it out of the description."""

NOT_ADMITTED_YET = Refusal("AccessDeniedException", "explicit deny in a resource-based policy")
"""Of reading the value once the secret's policy is as wanted, and so admits the caller: AWS has not heard of it yet."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Secret(Resource["DescribeSecretResponseTypeDef"]):
    """A generated password in the JSON that RDS's rotation functions and RDS Proxy expect. Its value is in no
    description, record or message of ours; it is read where it is needed and forgotten."""

    name: str
    username: str
    dbname: str
    port: int
    readers: tuple[str, ...] = ()
    """The roles, by name, that read the password."""
    more_readers: tuple[str, ...] = ()
    """ARNs of others who may, from the settings."""

    kind: ClassVar[str] = "secret"
    cures: ClassVar[tuple[Refusal, ...]] = (
        # AWS: a forced deletion goes on for a while after it was answered, and holds the name.
        Refusal("InvalidRequestException", "scheduled for deletion"),
        Refusal("InvalidRequestException", "was deleted"),
        Refusal("InvalidRequestException", "marked for deletion"),
    )

    def find(self, run: Run) -> Sequence[Found[DescribeSecretResponseTypeDef]]:
        response = or_none(
            lambda: run.look(("secret", self.name), lambda: run.aws.secretsmanager.describe_secret(SecretId=self.name))
        )
        if response is None or self._left_to_wait(run):
            return []
        owned = tags.owned(run, self, tags.read(response.get("Tags")))
        attrs = {"arn": response["ARN"], "name": response["Name"]}
        made = response["CreatedDate"].isoformat() if "CreatedDate" in response else ""
        return [Found(id=response["ARN"], seen=response, owned=owned, attrs=attrs, made=made)]

    def create(self, run: Run, token: str) -> str:
        value = {
            "engine": "postgres",
            "host": "",
            "port": self.port,
            "dbname": self.dbname,
            "username": self.username,
            "password": generated(run),
        }
        made = run.send.secretsmanager.create_secret(
            Name=self.name,
            Description=_description(run),
            ClientRequestToken=token,
            SecretString=json.dumps(value),
            Tags=tags.pairs(tags.wanted(run, self)),
        )
        return made["ARN"]

    def prefetch(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> None:
        if "DeletedDate" not in found.seen:
            self._policy(run)

    def drift(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> Sequence[Change]:
        if "DeletedDate" in found.seen:
            return [Change("deletion", "scheduled", "none")]
        changes = tags.drift(run, self, found.seen.get("Tags"))
        have = self._policy(run)
        if not readers.same(have, self._wanted(run, have)):
            lacks_caller = readers.same(have, self._wanted(run, have, with_caller=False))
            was, will = ("without you", "with you, too") if lacks_caller else ("another", "only its readers")
            changes.append(Change("resource policy", was if have else "none", will))
        for field, was, want in (
            ("description", found.seen.get("Description", ""), _description(run)),
            ("KmsKeyId", found.seen.get("KmsKeyId") or OWN_KEY, OWN_KEY),
        ):
            if was != want:
                changes.append(Change(field, was or "none", want))
        return changes

    def update(self, run: Run, found: Found[DescribeSecretResponseTypeDef], changes: Sequence[Change]) -> None:
        fields = {change.field for change in changes}
        if "deletion" in fields:
            run.send.secretsmanager.restore_secret(SecretId=found.id)
        if {"description", "KmsKeyId"} & fields:
            # AWS: an empty key means AWS's own, and the value is encrypted anew with it.
            key = {"KmsKeyId": ""} if "KmsKeyId" in fields else {}
            run.send.secretsmanager.update_secret(SecretId=found.id, Description=_description(run), **key)
        if "resource policy" in fields:
            document = json.dumps(self._wanted(run, self._policy(run)))
            run.send.secretsmanager.put_resource_policy(
                SecretId=found.id, ResourcePolicy=document, BlockPublicPolicy=True
            )
        if lacks := tags.changed(changes):
            run.send.secretsmanager.tag_resource(SecretId=found.id, Tags=tags.pairs(lacks))

    def delete(self, run: Run, found: Found[DescribeSecretResponseTypeDef]) -> None:
        """Without a recovery window, so that its name is free. Where an organization denies that (AWS: by the condition
        key `secretsmanager:ForceDeleteWithoutRecovery`), it waits for the end of one, and `up` would bring it back."""
        try:
            run.send.secretsmanager.delete_secret(SecretId=found.id, ForceDeleteWithoutRecovery=True)
        except Exception as error:
            if not is_forbidden(error):
                raise
            if "DeletedDate" not in found.seen:
                run.send.secretsmanager.delete_secret(SecretId=found.id)
            run.look(("left to wait", self.name), lambda: True, constant=True)

    def _left_to_wait(self, run: Run) -> bool:
        """Whether this run has done all that it may."""
        try:
            return run.look(("left to wait", self.name), _not_known, constant=True)
        except NotKnown:
            return False

    def _wanted(self, run: Run, have: Any, *, with_caller: bool = True) -> dict[str, Any]:
        return readers.document(run, roles=self.readers, more=self.more_readers, have=have, with_caller=with_caller)

    def _policy(self, run: Run) -> Any:
        response = run.look(
            ("secret policy", self.name),
            lambda: run.aws.secretsmanager.get_resource_policy(SecretId=self.name),
        )
        document = response.get("ResourcePolicy")
        return json.loads(document) if document else None


def insist_on_rest(run: Run, arn: str) -> None:
    """Before a password is written, here or in the database, or rotation is switched off: one that is between two steps
    is about to make another password current. Raises `NotYet`, but only for a while: one that has failed may stay so
    for ever."""
    told = run.aws.secretsmanager.describe_secret(SecretId=arn)
    if told.get("RotationEnabled") and secret_versions.pending(told):
        first = run.look(("rotating", arn), run.clock.now, constant=True)
        if run.clock.now() - first < ROTATING:
            raise NotYet("a rotation of the password is under way")


def value_of(run: Run, arn: str) -> dict[str, Any]:
    """The secret's JSON; for the caller's eyes only."""
    return current(run, arn)[1]


def password_for(run: Run, arn: str, username: str) -> str:
    """The password for a database that is about to be made. Its owner is `username`: where the secret has another's
    name, of settings or of a rotation before, it gets that one first."""
    value = value_of(run, arn)
    if value["username"] != username:
        insist_on_rest(run, arn)
        renamed = json.dumps(value | {"username": username})
        run.send.secretsmanager.put_secret_value(SecretId=arn, SecretString=renamed)
    return str(value["password"])


def current(run: Run, arn: str) -> tuple[str, dict[str, Any]]:
    """The id of the current version, and its JSON. Raises `Failed` where somebody made something else of it."""
    response = run.aws.secretsmanager.get_secret_value(SecretId=arn)
    try:
        value: dict[str, Any] = json.loads(response["SecretString"])
        whole = bool(value["username"] and value["password"])
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise Failed(
            what=f"The secret {arn} does not hold what provision put there.",
            why="It wants JSON with username and password, and somebody wrote something else.",
            hint="Make its earlier version current, or delete it and run `up`: the database gets a new password.",
        )
    return response["VersionId"], value


def _not_known() -> bool:
    raise NotKnown("its end")


def _description(run: Run) -> str:
    return f"PostgreSQL of the stack {run.stack.name}"


def generated(run: Run) -> str:
    """A new password that RDS takes."""
    made = run.aws.secretsmanager.get_random_password(
        PasswordLength=LENGTH, ExcludeCharacters=EXCLUDED, RequireEachIncludedType=True
    )
    return made["RandomPassword"]
