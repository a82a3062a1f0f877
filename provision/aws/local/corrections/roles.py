"""IAM roles and policies."""

from __future__ import annotations

from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call, Refusal


@before("iam:DeletePolicy")
def check_detached(call: Call) -> None:
    """moto deletes a policy that is attached."""
    policy = call.backend.managed_policies.get(call.params["PolicyArn"])
    if policy and policy.attachment_count:
        raise Refusal("DeleteConflict", "Cannot delete a policy attached to entities.", status=409)


@before("iam:CreateRole")
def check_name(call: Call) -> None:
    """AWS: role names are unique without regard to case."""
    asked = call.params["RoleName"]
    if any(role.name.lower() == asked.lower() for role in call.backend.roles.values()):
        raise Refusal("EntityAlreadyExists", f"Role with name {asked} already exists.", status=409)
