"""IAM's part of a picture."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import unquote

from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Document, Role


def role(reader: Reader, arn: str) -> Role | None:
    """The role with all its policies, None if there is none."""
    name = arn.rpartition("/")[2]
    iam = reader.aws.iam
    found = reader.ask(f"the role {name}", lambda: iam.get_role(RoleName=name)["Role"])
    if found is None:
        return None
    policies: dict[str, Document] = {}
    inline = reader.listed(
        f"the policies of {name}", partial(_pages, iam.get_paginator("list_role_policies"), name, "PolicyNames")
    )
    for one in inline:
        document = reader.ask(f"the policy {one}", partial(_inline, reader, name, one))
        policies |= {one: document} if document else {}
    attached = reader.listed(
        f"the policies of {name}",
        partial(_pages, iam.get_paginator("list_attached_role_policies"), name, "AttachedPolicies"),
    )
    for policy in attached:
        document = reader.ask(f"the policy {policy['PolicyName']}", partial(_managed, reader, policy["PolicyArn"]))
        policies |= {policy["PolicyArn"]: document} if document else {}
    limit = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    boundary = reader.ask(f"the boundary of {name}", lambda: _managed(reader, limit)) if limit else None
    trust = _document(found["AssumeRolePolicyDocument"])
    return Role(arn=found["Arn"], name=name, trust=trust, policies=policies, boundary=boundary)


def _pages(paginator: Any, role: str, field: str) -> list[Any]:
    return [one for page in paginator.paginate(RoleName=role) for one in page[field]]


def _inline(reader: Reader, role: str, policy: str) -> Document | None:
    return _document(reader.aws.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"])


def _managed(reader: Reader, arn: str) -> Document | None:
    iam = reader.aws.iam
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return _document(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])


def _document(document: Any) -> Document:
    """botocore decodes it; an emulator's may come as text."""
    return json.loads(unquote(document)) if isinstance(document, str) else dict(document)
