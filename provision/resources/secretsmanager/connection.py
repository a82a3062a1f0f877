"""Where the database is, written into the secret beside its password."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import secret_versions
from provision.aws.refusals import is_one
from provision.engine.resource import Change, Found, Property, Refusal
from provision.resources.rds.instance import DbInstance
from provision.resources.secretsmanager.secret import NOT_ADMITTED_YET, Secret, current, insist_on_rest, value_of

if TYPE_CHECKING:
    from provision.engine.run import Run


KEYS = {"engine": "engine", "host": "host", "port": "port", "dbname": "dbname", "instance": "dbInstanceIdentifier"}
"""The facts by their names here, and the keys of the secret's JSON."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SecretConnection(Property[dict[str, Any]]):
    """The secret says where the database is, as CDK's secret attachment has it. Every other key, a rotated password
    above all, stays as it is."""

    secret: Secret
    instance: DbInstance

    kind: ClassVar[str] = "secret's connection facts"
    cures: ClassVar[tuple[Refusal, ...]] = (NOT_ADMITTED_YET,)

    def find(self, run: Run) -> Sequence[Found[dict[str, Any]]]:
        secret = next((one for one in self.secret.find(run) if one.owned), None)
        if secret is None:
            return []
        version = secret_versions.current(secret.seen)
        row = run.recorded(self)
        if row is not None and row.status == "ready" and _known(row.attrs, version):
            facts: dict[str, Any] = {name: row.attrs.get(name, "") for name in KEYS}
        elif "DeletedDate" in secret.seen:
            return []  # AWS: nobody may read it then; the secret's own step takes the deletion back
        else:
            try:
                # The version that was read: the secret may have a newer one than its description had in this run.
                version, facts = run.look(("secret facts", version), lambda: _facts(run, secret.id))
            except Exception as error:
                # The secret's own step sees to that first; a right that the caller lacks is another matter.
                if is_one(error, NOT_ADMITTED_YET):
                    return []
                raise
        attrs = {"version": version, **{name: str(value) for name, value in facts.items()}}
        return [Found(id=version, seen=facts, attrs=attrs)]

    def create(self, run: Run, token: str) -> str:
        return self._write(run, token)

    def drift(self, run: Run, found: Found[dict[str, Any]]) -> Sequence[Change]:
        return [
            Change(name, str(found.seen[name]) or "none", want)
            for name, want in self._wanted(run).items()
            if str(found.seen[name]) != want
        ]

    def update(self, run: Run, found: Found[dict[str, Any]], changes: Sequence[Change]) -> None:  # noqa: ARG002 - all at once
        row = run.recorded(self)
        self._write(run, row.token if row is not None else "")

    def _wanted(self, run: Run) -> dict[str, str]:
        return {
            "engine": "postgres",
            "host": run.attr(self.instance, "endpoint"),
            "port": run.attr(self.instance, "port"),
            "dbname": self.secret.dbname,
            "instance": run.id_of(self.instance),
        }

    def _write(self, run: Run, token: str) -> str:
        wanted = self._wanted(run)
        arn = run.id_of(self.secret)
        insist_on_rest(run, arn)
        facts = {KEYS[name]: value for name, value in wanted.items()}
        value = value_of(run, arn) | facts | {"port": int(wanted["port"])}
        named = {"ClientRequestToken": token} if token else {}
        made = run.send.secretsmanager.put_secret_value(SecretId=arn, SecretString=json.dumps(value), **named)
        return made["VersionId"]


def _facts(run: Run, arn: str) -> tuple[str, dict[str, Any]]:
    version, value = current(run, arn)
    return version, {name: value.get(key, "") for name, key in KEYS.items()}


def _known(attrs: Mapping[str, str], version: str) -> bool:
    """Whether the state file has all that this version of the secret says."""
    return attrs.get("version") == version and all(name in attrs for name in KEYS)
