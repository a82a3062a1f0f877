"""What a service may do in our name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.aws.refusals import or_none
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import Failed
from provision.resources.iam import policies
from provision.resources.secretsmanager.secret import Secret

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import RoleTypeDef

    from provision.engine.run import Run

POLICY = "provision"
"""The inline policy's name. AWS-managed policies are wider than the use, so there are none.

Another inline policy is taken away; a managed one that somebody attached is theirs, as variables of theirs are.
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Role(Resource["RoleTypeDef"]):
    """A role for one service, with one inline policy. `name` is unique in the account across all Regions."""

    name: str
    service: str
    permissions: policies.Permissions
    secret: Secret | None = None
    source: str = ""
    """Only on behalf of these resources may the service take the role, such as `ec2:vpc-flow-log/*`."""
    boundary: str = ""
    """The permissions boundary, a managed policy's ARN. Without one, whatever somebody else set stays."""

    kind: ClassVar[str] = "role"
    several: ClassVar[bool] = True
    usual_up: ClassVar[float] = 5
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("DeleteConflict"),
        Refusal("ConcurrentModification"),
        Refusal("EntityTemporarilyUnmodifiable"),
    )

    def find(self, run: Run) -> Sequence[Found[RoleTypeDef]]:
        role = or_none(lambda: run.look(("role", self.name), lambda: run.aws.iam.get_role(RoleName=self.name)["Role"]))
        if role is None:
            return []
        owned = tags.owned(run, self, tags.read(role.get("Tags")))
        return [
            Found(id=self.name, seen=role, owned=owned, attrs={"arn": role["Arn"]}, made=role["CreateDate"].isoformat())
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - the name is unique
        bounded: Any = {"PermissionsBoundary": self.boundary} if self.boundary else {}
        run.send.iam.create_role(
            RoleName=self.name,
            AssumeRolePolicyDocument=json.dumps(self._trust(run)),
            Description=self._description(run),
            Tags=tags.pairs(tags.wanted(run, self)),
            **bounded,
        )
        return self.name

    def prefetch(self, run: Run, found: Found[RoleTypeDef]) -> None:  # noqa: ARG002 - by name
        self._inline(run)
        self._names(run)

    def drift(self, run: Run, found: Found[RoleTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, found.seen.get("Tags"))
        boundary = found.seen.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "none")
        if self.boundary and boundary != self.boundary:
            changes.append(Change("permissions boundary", boundary, self.boundary))
        have: Any = found.seen.get("AssumeRolePolicyDocument")
        if have != self._trust(run):
            changes.append(Change("trust policy", "another", f"only {self.service}"))
        if self._inline(run) != self._document(run):
            changes.append(Change("inline policy", "another" if self._inline(run) else "none", POLICY))
        if (described := found.seen.get("Description", "none")) != self._description(run):
            changes.append(Change("description", described, self._description(run)))
        return changes + [Change(f"policy {name}", "there", "absent") for name in self._extra(run)]

    def update(self, run: Run, found: Found[RoleTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - by name
        fields = {change.field for change in changes}
        # AWS: a policy may allow any other change only of a role that has the boundary (iam:PermissionsBoundary).
        if "permissions boundary" in fields:
            run.send.iam.put_role_permissions_boundary(RoleName=self.name, PermissionsBoundary=self.boundary)
        if "description" in fields:
            run.send.iam.update_role_description(RoleName=self.name, Description=self._description(run))
        for name in self._extra(run):
            run.send.iam.delete_role_policy(RoleName=self.name, PolicyName=name)
        if "trust policy" in fields:
            run.send.iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=json.dumps(self._trust(run)))
        if "inline policy" in fields:
            document = json.dumps(self._document(run))
            run.send.iam.put_role_policy(RoleName=self.name, PolicyName=POLICY, PolicyDocument=document)
        if lacks := tags.changed(changes):
            run.send.iam.tag_role(RoleName=self.name, Tags=tags.pairs(lacks))

    def delete(self, run: Run, found: Found[RoleTypeDef]) -> None:  # noqa: ARG002 - by name
        profiles = self._listed(run.aws.iam.get_paginator("list_instance_profiles_for_role"), "InstanceProfiles")
        if profiles:
            raise Failed(
                what=f"The {self.label} {self.name} stays: something that is not this stack's holds it.",
                why=f"instance profile {', '.join(profile['InstanceProfileName'] for profile in profiles)}.",
                hint="Take the role out of it, then run the same command again; everything else is removed meanwhile.",
            )
        for attached in self._listed(run.aws.iam.get_paginator("list_attached_role_policies"), "AttachedPolicies"):
            run.send.iam.detach_role_policy(RoleName=self.name, PolicyArn=attached["PolicyArn"])
        for inline in self._names(run):
            run.send.iam.delete_role_policy(RoleName=self.name, PolicyName=inline)
        run.send.iam.delete_role(RoleName=self.name)

    def _description(self, run: Run) -> str:
        return f"{self.label} of the stack {run.stack.name}"

    def _names(self, run: Run) -> list[str]:
        return run.look(
            ("inline", self.name), lambda: self._listed(run.aws.iam.get_paginator("list_role_policies"), "PolicyNames")
        )

    def _listed(self, paginator: Any, field: str) -> list[Any]:
        """What IAM lists of the role. AWS: a page may hold less than it could, or nothing, and others come after it
        (IAM API reference, ListRolePolicies)."""
        return [one for page in paginator.paginate(RoleName=self.name) for one in page[field]]

    def _extra(self, run: Run) -> list[str]:
        return [name for name in self._names(run) if name != POLICY]

    def _trust(self, run: Run) -> policies.Document:
        return policies.trust(self.service, self._place(run), self.source)

    def _document(self, run: Run) -> policies.Document:
        return self.permissions.document(
            self._place(run, secret_arn=run.attr(self.secret, "arn") if self.secret else "")
        )

    def _place(self, run: Run, *, secret_arn: str = "") -> policies.Place:
        stack = run.stack
        return policies.Place(
            partition=stack.partition, region=stack.region, account=stack.account, secret_arn=secret_arn
        )

    def _inline(self, run: Run) -> Any:
        policy = or_none(
            lambda: run.look(
                ("role policy", self.name),
                lambda: run.aws.iam.get_role_policy(RoleName=self.name, PolicyName=POLICY),
            )
        )
        return policy["PolicyDocument"] if policy else None
