"""RDS Proxy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.aws.refusals import or_none
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, leaving, settling
from provision.errors import CannotChange, Failed
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.iam.role import Role
from provision.resources.rds.tagging import mend, tags_of
from provision.resources.secretsmanager.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBProxyTypeDef

    from provision.engine.run import Run

BROKEN = frozenset({"incompatible-network", "insufficient-resource-limits"})
PROXY_PORT = 5432
"""AWS: where a proxy listens, whatever the database's port is."""
PASSWORDS: Any = "POSTGRES_SCRAM_SHA_256"
"""How clients log in; AWS's own choice for PostgreSQL, said because the other one, MD5, can be switched on by hand."""
IDLE_SECONDS = 1800
"""After which a client's idle connection is closed; AWS's default."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Proxy(Resource["DBProxyTypeDef"]):
    """A PostgreSQL proxy that takes only TLS and logs in with the secret. It does not wait for the database."""

    name: str
    role: Role
    secret: Secret
    subnets: tuple[Subnet, ...]
    group: SecurityGroup

    kind: ClassVar[str] = "proxy"
    usual_up: ClassVar[float] = 240
    patience_up: ClassVar[float] = 30 * 60
    usual_down: ClassVar[float] = 60
    patience_down: ClassVar[float] = 60 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("InvalidDBProxyStateFault"),
        # Not documented, but what a service says that checks a role which is only just there.
        Refusal("InvalidParameterValue", "assume", 120),
    )

    def find(self, run: Run) -> Sequence[Found[DBProxyTypeDef]]:
        return or_none(lambda: self._described(run)) or []

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        run.send.rds.create_db_proxy(
            DBProxyName=self.name,
            EngineFamily="POSTGRESQL",
            Auth=self._auth(run),
            RoleArn=run.attr(self.role, "arn"),
            VpcSubnetIds=[run.id_of(subnet) for subnet in self.subnets],
            VpcSecurityGroupIds=[run.id_of(self.group)],
            RequireTLS=True,
            IdleClientTimeout=IDLE_SECONDS,
            DebugLogging=False,
            Tags=tags.pairs(tags.wanted(run, self)),
        )
        return self.name

    def condition(self, run: Run, found: Found[DBProxyTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        status = found.seen["Status"]
        if status in BROKEN:
            raise Failed(
                what=f"The proxy is {status}.",
                why="RDS Proxy wants two subnets in zones that it serves, with ten free addresses in them.",
                hint="Run `disable-proxy`. Other zones (network.zones) are another stack: `teardown`, then `up`.",
            )
        if status == "deleting":
            return leaving()
        return READY if status == "available" and "endpoint" in found.attrs else settling(status)

    def drift(self, run: Run, found: Found[DBProxyTypeDef]) -> Sequence[Change]:
        seen = found.seen
        if seen.get("EngineFamily") != "POSTGRESQL" or not set(seen["VpcSubnetIds"]) <= self._subnets(run):
            raise CannotChange(
                what="The proxy is for another engine or lies in other subnets.",
                why="AWS does not change that in place.",
                hint="Run `disable-proxy`, then `enable-proxy` again.",
            )
        changes = tags.drift(run, self, tags.pairs(tags_of(run, found.attrs["arn"])))
        for field, have, want in (
            ("RequireTLS", str(seen.get("RequireTLS", False)).lower(), "true"),
            ("RoleArn", seen.get("RoleArn", ""), run.attr(self.role, "arn")),
            ("SecurityGroups", ", ".join(seen.get("VpcSecurityGroupIds", [])), run.id_of(self.group)),
            ("IdleClientTimeout", str(seen.get("IdleClientTimeout", IDLE_SECONDS)), str(IDLE_SECONDS)),
            ("DebugLogging", str(seen.get("DebugLogging", False)).lower(), "false"),
            ("Auth", _login(seen.get("Auth", [])), _login(self._auth(run))),
        ):
            if have != want:
                changes.append(Change(field, have, want))
        return changes

    def update(self, run: Run, found: Found[DBProxyTypeDef], changes: Sequence[Change]) -> None:
        if any(not change.field.startswith("tag ") for change in changes):
            run.send.rds.modify_db_proxy(
                DBProxyName=self.name,
                RequireTLS=True,
                RoleArn=run.attr(self.role, "arn"),
                SecurityGroups=[run.id_of(self.group)],
                IdleClientTimeout=IDLE_SECONDS,
                DebugLogging=False,
                Auth=self._auth(run),
            )
        mend(run, found.attrs["arn"], changes)

    def delete(self, run: Run, found: Found[DBProxyTypeDef]) -> None:  # noqa: ARG002 - by name
        run.send.rds.delete_db_proxy(DBProxyName=self.name)

    def _described(self, run: Run) -> Sequence[Found[DBProxyTypeDef]]:
        """Raises AWS's refusal where there is none."""
        listed = run.look(
            ("proxy", self.name), lambda: run.aws.rds.describe_db_proxies(DBProxyName=self.name)["DBProxies"]
        )
        # AWS: just after a create the answer may be empty or, once, about another proxy (terraform-provider-aws).
        return [self._found(run, one) for one in listed if one["DBProxyName"] == self.name]

    def _found(self, run: Run, one: DBProxyTypeDef) -> Found[DBProxyTypeDef]:
        attrs = {"arn": one["DBProxyArn"]}
        if one.get("Endpoint"):
            attrs["endpoint"] = one["Endpoint"]
        owned = tags.owned(run, self, tags_of(run, one["DBProxyArn"]))
        made = one["CreatedDate"].isoformat() if "CreatedDate" in one else ""
        return Found(id=self.name, seen=one, owned=owned, attrs=attrs, made=made)

    def _auth(self, run: Run) -> Any:
        return [
            {
                "AuthScheme": "SECRETS",
                "SecretArn": run.attr(self.secret, "arn"),
                "IAMAuth": "DISABLED",
                "ClientPasswordAuthType": PASSWORDS,
            }
        ]

    def _subnets(self, run: Run) -> set[str]:
        return {run.id_of(subnet) for subnet in self.subnets}


def _login(auth: Any) -> str:
    """Ways to log in, in words. An emulator may leave out what it was not told."""
    return "; ".join(
        f"{one.get('SecretArn', 'no secret')} (IAM {one.get('IAMAuth', 'DISABLED')}, "
        f"{one.get('ClientPasswordAuthType', PASSWORDS)})"
        for one in auth
    )
