"""Functions call with their role's credentials and may do what it may. Whoever else calls may do everything."""

from __future__ import annotations

from typing import Any

from provision.aws.local import lookup, reachability
from provision.aws.local.corrections.hooks import before
from provision.aws.local.functions.spec import access_key
from provision.aws.local.permissions import Request, allowed, read
from provision.aws.local.rights import context_of, may, refuses
from provision.aws.local.wire import Call, Refusal

_ABOUT_ONE = (
    "GetSecretValue",
    "DescribeSecret",
    "ListSecretVersionIds",
    "PutSecretValue",
    "UpdateSecret",
    "UpdateSecretVersionStage",
    "RotateSecret",
    "CancelRotateSecret",
    "DeleteSecret",
)


@before("secretsmanager:GetRandomPassword", *(f"secretsmanager:{action}" for action in _ABOUT_ONE))
def check_role(call: Call) -> None:
    """moto knows no permissions outside its IAM mode."""
    function = _calling(call)
    asked = call.params.get("SecretId")
    secret = lookup.secret(call.backend, asked) if function is not None and asked else None
    if function is None or (asked and secret is None):
        return
    action = f"secretsmanager:{call.action}"
    arn = secret.arn if secret else "*"  # AWS: a random password is nobody's
    source = function.function_arn
    if secret and refuses(secret, function.role, action):
        why = "with an explicit deny in a resource-based policy"
    elif not may(call.account, function.role, action, arn, trusted="lambda.amazonaws.com", source=source):
        why = f"because no identity-based policy allows the {action} action"
    elif not _endpoint_allows(call, function, action, arn):
        why = f"because no VPC endpoint policy allows the {action} action"
    else:
        return
    role = function.role.rpartition("/")[2]
    caller = f"arn:aws:sts::{function.account_id}:assumed-role/{role}/{function.function_name}"
    about = f" on resource: {arn}" if secret else ""
    said = f"User: {caller} is not authorized to perform: {action}{about} {why}"
    raise Refusal("AccessDeniedException", said, status=400)


def _endpoint_allows(call: Call, function: Any, action: str, arn: str) -> bool:
    """Whether the policy of the endpoint that the call goes through does, if it goes through one."""
    ec2 = call.other("ec2")
    vpc = ec2.vpcs.get(getattr(function, "vpc_id", ""))
    endpoint = reachability.secrets_endpoint(ec2, vpc, call.region) if vpc else None
    request = Request(action=action, resource=arn, principal=function.role, context=context_of(function.role))
    return endpoint is None or allowed([read(endpoint.policy_document)], request)


def _calling(call: Call) -> Any | None:
    functions = call.account.regions("lambda").get(call.region)
    listed = functions.list_functions() if functions and call.access_key.startswith("ASIA") else ()
    return next((one for one in listed if access_key(one.function_arn) == call.access_key), None)
