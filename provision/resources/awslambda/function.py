"""The Lambda function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from provision.archive import Archive
from provision.aws import tags
from provision.aws.refusals import is_forbidden, is_one, or_none
from provision.engine.resource import Change, Condition, Found, NotYet, Refusal, Resource
from provision.resources.awslambda import environment
from provision.resources.ec2.lambda_interfaces import LambdaInterfaces
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup
from provision.resources.secretsmanager.secret import Secret
from provision.settings import Function as Wanted

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import GetFunctionResponseTypeDef, VpcConfigTypeDef

    from provision.engine.run import Run

NOWHERE: VpcConfigTypeDef = {"SubnetIds": [], "SecurityGroupIds": []}
REMADE = "role"
ASSUMABLE = 15.0
"""Seconds after which Lambda as a rule knows a new role."""
ROLE_SECONDS = 5 * 60
"""How long IAM may take to tell Lambda of a role (terraform-provider-aws); for longer something forbids it."""
INVALID, CONFLICT = "InvalidParameterValueException", "ResourceConflictException"
THROTTLED = Refusal(INVALID, "throttled by EC2")
UNCHANGEABLE = Refusal(INVALID)
"""AWS: but for `THROTTLED`, what can then only be deleted where it is. Some time after a runtime's deprecation its
functions take no change any more (Lambda developer guide, "Runtime deprecation policy"), nor do those of a role that
somebody has taken from Lambda; one with a file system may not leave its VPC (aws-cloudformation/cfn-lint#4369)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Function(Resource["GetFunctionResponseTypeDef"]):
    """The function in the private subnets. It is made without the database's endpoint, which is not known yet; the
    step `function.endpoint` gives it that."""

    name: str
    wanted: Wanted
    code: Archive
    dbname: str
    role: Role
    subnets: tuple[Subnet, ...]
    group: SecurityGroup
    secret: Secret
    logs: LogGroup
    interfaces: LambdaInterfaces

    kind: ClassVar[str] = "function"
    handler: ClassVar[str] = "index.handler"
    purpose: ClassVar[str] = "Talks to PostgreSQL"
    usual_up: ClassVar[float] = 30
    patience_up: ClassVar[float] = 15 * 60
    usual_down: ClassVar[float] = 20
    patience_down: ClassVar[float] = 15 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        # AWS: a role is not known everywhere for seconds to minutes after it or its policy was made.
        Refusal(INVALID, "cannot be assumed", ROLE_SECONDS),
        Refusal(INVALID, "does not have permissions", ROLE_SECONDS),
        Refusal(INVALID, "KMS key is invalid for CreateGrant", ROLE_SECONDS),
        THROTTLED,
        Refusal(INVALID, "NotFound. EC2 Error Message"),  # AWS: a new group or subnet that not all of EC2 knows yet
        # AWS: both "already exist" and "an update is in progress".
        Refusal(CONFLICT),
        Refusal("PreconditionFailedException"),
    )

    def find(self, run: Run) -> Sequence[Found[GetFunctionResponseTypeDef]]:
        return [
            Found(
                id=self.name,
                seen=one,
                owned=tags.owned(run, self, one.get("Tags", {})),
                attrs={"arn": one["Configuration"]["FunctionArn"]},
            )
            for one in look(run, self.name)
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        with self.code.build().path.open("rb") as code:
            run.send.awslambda.create_function(
                FunctionName=self.name,
                Code={"ZipFile": code},
                Architectures=[self._architecture()],
                Environment={"Variables": {**self._kept(run, dict), **self._variables(run)}},
                Tags=tags.wanted(run, self),
                **self._configuration(run),
            )
        return self.name

    def condition(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        return environment.condition(found)

    def drift(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> Sequence[Change]:
        if self._role_is_newer(run, found):
            # Between the two they are nowhere but in memory: their names tell what to set again after a kill.
            ours = {*self._variables(run), *environment.ENDPOINT}
            own = sorted(environment.variables(found.seen["Configuration"]).keys() - ours)
            again = "the function is made again" + (f", with your {', '.join(own)}" if own else "")
            return [Change(REMADE, "made after the function, which cannot use it", again)]
        changes = tags.drift(run, self, tags.pairs(found.seen.get("Tags", {})))
        changes += environment.failed_update(run, self, found)
        seen: Any = found.seen["Configuration"]
        built = self.code.build().sha256_base64
        if seen["CodeSha256"] != built:
            changes.append(Change("code", seen["CodeSha256"], built))
        if seen.get("Architectures", ["x86_64"]) != [self._architecture()]:
            changes.append(Change("architecture", ", ".join(seen.get("Architectures", [])), self._architecture()))
        for name, want in self._configuration(run).items():
            have, wanted = _plain(seen.get(name)), _plain(want)
            if have != wanted:
                changes.append(Change(name, have, wanted))
        have_variables = environment.variables(seen)
        for name, value in self._variables(run).items():
            if have_variables.get(name) != value:
                changes.append(Change(f"environment {name}", have_variables.get(name, "absent"), value))
        return changes

    def update(self, run: Run, found: Found[GetFunctionResponseTypeDef], changes: Sequence[Change]) -> None:
        """One call that Lambda works on; the next look sends the next. AWS: it refuses a second change meanwhile."""
        fields = {change.field for change in changes}
        if REMADE in fields:
            self._insist_on_grown_role(run)
            self._kept(run, lambda: environment.variables(found.seen["Configuration"]))
            run.send.awslambda.delete_function(FunctionName=self.name)  # the next look finds none and makes it anew
            return
        if lacks := tags.changed(changes):
            run.send.awslambda.tag_resource(Resource=found.attrs["arn"], Tags=lacks)
        again = environment.LAST_UPDATE in fields
        configuration = {name: want for name, want in self._configuration(run).items() if again or name in fields}
        if configuration:
            run.send.awslambda.update_function_configuration(FunctionName=self.name, **configuration)
        elif any(field.startswith("environment ") for field in fields):
            environment.merge(run, found, self._variables(run))
        elif fields & {"code", "architecture"}:
            with self.code.build().path.open("rb") as code:
                run.send.awslambda.update_function_code(
                    FunctionName=self.name, ZipFile=code, Architectures=[self._architecture()]
                )

    def delete(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> None:
        """Out of the VPC first, so that AWS begins to release the interfaces while the role may still do so."""
        seen = found.seen["Configuration"]
        if seen.get("LastUpdateStatus") == "InProgress":
            # AWS: a function that is deleted while it leaves its VPC leaves the interfaces to the slow reaper.
            raise NotYet("Lambda is still at work on the function's last change")
        attached = seen.get("VpcConfig", {}).get("SubnetIds") and seen.get("State") != "Failed"
        could = attached and not self._failed_meanwhile(run, seen)
        if could and self.role.find(run):  # without its role it cannot be changed any more, only deleted
            try:
                run.send.awslambda.update_function_configuration(FunctionName=self.name, VpcConfig=NOWHERE)
            except Exception as error:
                # AWS: an organization may deny functions outside of VPCs (`lambda:VpcIds`).
                if is_one(error, THROTTLED) or not (is_forbidden(error) or is_one(error, UNCHANGEABLE)):
                    raise
            else:
                return
        run.send.awslambda.delete_function(FunctionName=self.name)

    def _failed_meanwhile(self, run: Run, seen: Any) -> bool:
        """Whether Lambda took a change since this run first asked, and could not make it (`DisabledKMSKey`, say): it
        would take the same one again and again."""
        first = run.look(("revision", self.name), lambda: seen.get("RevisionId"), constant=True)
        return bool(seen.get("LastUpdateStatus") == "Failed" and seen.get("RevisionId") != first)

    def _role_is_newer(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> bool:
        """AWS: the grant to decrypt the variables is the role's that the function was made with. A second one of that
        name never gets it, and each call fails (terraform-provider-aws#9703); only another function does."""
        made, changed = run.found(self.role).made, found.seen["Configuration"].get("LastModified", "")
        return bool(made and changed) and datetime.fromisoformat(made) > datetime.fromisoformat(changed)

    def _insist_on_grown_role(self, run: Run) -> None:
        """Between the two functions there is to be as little time as can be."""
        age = run.clock.stamp() - datetime.fromisoformat(run.found(self.role).made).timestamp()
        if 0 <= age < ASSUMABLE:
            raise NotYet("Lambda may not know the new role yet")

    def _kept(self, run: Run, variables: Callable[[], dict[str, str]]) -> dict[str, str]:
        """The variables of a function that this run makes anew, the user's own among them."""
        return run.look(("variables", self.name), variables, constant=True)

    def _configuration(self, run: Run) -> dict[str, Any]:
        """By the names that a request and a description share."""
        return {
            "Description": f"{self.purpose} of the stack {run.stack.name}",
            "Runtime": self.wanted.runtime,
            "Handler": self.handler,
            "MemorySize": self.wanted.memory_mb,
            "Timeout": self.wanted.timeout_seconds,
            "Role": run.attr(self.role, "arn"),
            "TracingConfig": {"Mode": "Active" if self.wanted.tracing else "PassThrough"},
            "VpcConfig": {
                "SubnetIds": [run.id_of(subnet) for subnet in self.subnets],
                "SecurityGroupIds": [run.id_of(self.group)],
            },
        }

    def _variables(self, run: Run) -> dict[str, str]:
        return {"DB_NAME": self.dbname, "DB_SECRET_ARN": run.attr(self.secret, "arn")}

    def _architecture(self) -> Any:
        return self.wanted.architecture


def look(run: Run, name: str) -> list[GetFunctionResponseTypeDef]:
    """The function's description, in a list of one or none."""
    found = or_none(lambda: run.look(("function", name), lambda: run.aws.awslambda.get_function(FunctionName=name)))
    return [found] if found else []


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "Mode" in value:
        return str(value["Mode"])
    if isinstance(value, dict):
        ids = sorted(value.get("SubnetIds", [])) + sorted(value.get("SecurityGroupIds", []))
        return ", ".join(ids) or "none"
    return str(value)
