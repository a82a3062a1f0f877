"""Rotation of a secret by a function: what is asked for and how far it has come. `rotating` calls the function.

moto calls it through Docker, before it answers, whether it may or not, and forgets what a later call leaves out.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import ReplicaSecret

from provision.aws.local import lookup
from provision.aws.local.corrections.functions import found
from provision.aws.local.corrections.hooks import after, amend, instead
from provision.aws.local.permissions import Request, allowed
from provision.aws.local.wire import Call, Refusal

SERVICE = "secretsmanager.amazonaws.com"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEST = ("testSecret",)
CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
_VALUES = ("secret_string", "secret_binary")
_DAYS, _TOKEN = range(1, 1001), range(32, 65)
_DAY = 86_400


@dataclass
class Rotation:
    """The last one of a secret; under way while there are `steps` to go. A `test` changes nothing."""

    token: str
    steps: list[str]
    test: bool


def of(secret: Any) -> Rotation | None:
    """None where there was none, or where it was cancelled."""
    rotation: Rotation | None = getattr(secret, "rotation", None)
    return rotation


def event(secret: Any) -> bytes | None:
    """What the function is called with next; None while nothing is under way."""
    rotation = of(secret)
    if rotation is None or not rotation.steps:
        return None
    step = {"Step": rotation.steps[0], "SecretId": secret.arn, "ClientRequestToken": rotation.token}
    return json.dumps(step).encode()


def advance(secret: Any, *, failed: bool) -> None:
    """The function has carried out the step that `event` told, or has failed to."""
    rotation = secret.rotation
    done = rotation.steps.pop(0)
    version = secret.versions.get(rotation.token, {})
    # AWS looks whether there is a value by now, and gives up on a function that has made none.
    if failed or (done == "createSecret" and not any(value in version for value in _VALUES)):
        rotation.steps.clear()
    if rotation.steps:
        return
    if rotation.test:
        _forget_test(secret)
    elif not failed and not _pending(secret):
        secret.last_rotation_date = int(time.time())
        _schedule(secret)


@instead("secretsmanager:RotateSecret")
def rotate(call: Call) -> dict[str, Any]:
    """AWS: the function is called after this has been answered. The same token again is the same rotation."""
    params = call.params
    _check_parameters(params)
    secret = _own(call)
    token = params.get("ClientRequestToken") or str(uuid.uuid4())
    before = of(secret)
    if token not in secret.versions and (before is None or before.token != token):
        function = params.get("RotationLambdaARN") or secret.rotation_lambda_arn
        _check_function(call, secret, function)
        _check_none_under_way(secret)
        secret.rotation_lambda_arn = function
        secret.rotation_rules = params.get("RotationRules") or getattr(secret, "rotation_rules", {})
        secret.rotation_requested = secret.rotation_enabled = True
        _schedule(secret)
        _begin(secret, token, test=not params.get("RotateImmediately", True))
    return {"ARN": secret.arn, "Name": secret.name, "VersionId": token}


def _check_parameters(params: Mapping[str, Any]) -> None:
    rules = params.get("RotationRules") or {}
    if rules.get("AutomaticallyAfterDays", 1) not in _DAYS:
        raise _invalid("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
    if {"AutomaticallyAfterDays", "ScheduleExpression"} <= rules.keys():
        raise _invalid("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
    if len(params.get("ClientRequestToken") or "-" * 32) not in _TOKEN:
        raise _invalid("ClientRequestToken must be 32-64 characters long.")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterException", message)


def _own(call: Call) -> Any:
    """The secret; `secrets` refuses one that is scheduled for deletion."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    if secret is None:
        raise Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    if isinstance(secret, ReplicaSecret):
        raise _invalid("Operation not permitted on a replica secret. Call must be made in primary secret's region.")
    return secret


def _check_function(call: Call, secret: Any, arn: str) -> None:
    if not arn:
        raise Refusal("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
    try:
        function = found(call.other("lambda"), arn)
    except Refusal:
        missing = "Lambda does not exist or could not be accessed"
        raise Refusal("ResourceNotFoundException", missing) from None
    context = {"aws:SourceAccount": DEFAULT_ACCOUNT_ID, "aws:SourceArn": secret.arn}
    request = Request(action="lambda:InvokeFunction", resource=arn, principal=SERVICE, context=context)
    if not allowed([{"Statement": function.policy.statements}], request):
        raise inaccessible()


def inaccessible() -> Refusal:
    """AWS checks the function's policy when the function is named (user guide, "Troubleshoot rotation")."""
    return Refusal(
        "AccessDeniedException",
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access "
        f"to the principal {SERVICE}.",
        status=400,
    )


def _check_none_under_way(secret: Any) -> None:
    pending, rotation = _pending(secret), of(secret)
    if not pending:
        return
    if rotation and rotation.token == pending and not rotation.steps:
        rotation.steps = list(STEPS)  # as AWS's words have it
    raise Refusal("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.")


def _pending(secret: Any) -> str:
    """The version that a rotation is about to make, or was when it failed; empty: there is none.

    AWS: a rotation may leave AWSPENDING on the version that has become AWSCURRENT.
    """
    labels = {version_id: version["version_stages"] for version_id, version in secret.versions.items()}
    return next((one for one, its in labels.items() if PENDING in its and CURRENT not in its), "")


def _begin(secret: Any, token: str, *, test: bool) -> None:
    """AWS: there is a version with the label before the function is called: an empty one, or for a test one with the
    present value."""
    current: dict[str, Any] = next((one for one in secret.versions.values() if CURRENT in one["version_stages"]), {})
    secret.remove_version_stages_from_old_versions([PENDING])
    secret.versions[token] = {
        "createdate": int(time.time()),
        "version_id": token,
        "version_stages": [PENDING],
        **({name: current[name] for name in _VALUES if name in current} if test else {}),
    }
    secret.rotation = Rotation(token, list(TEST if test else STEPS), test)


def _forget_test(secret: Any) -> None:
    version = secret.versions.get(secret.rotation.token)
    if version and version["version_stages"] == [PENDING]:
        del secret.versions[secret.rotation.token]


def _schedule(secret: Any) -> None:
    """AWS: any time in a window that ends with the day (UTC). No dates are made of schedule expressions here."""
    days = getattr(secret, "rotation_rules", {}).get("AutomaticallyAfterDays")
    today = int(time.time()) // _DAY
    secret.next_rotation_date = (today + days + 1) * _DAY - 1 if days and secret.rotation_enabled else None


@after("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret")
def reschedule(call: Call) -> None:
    """AWS counts a value that is put by hand as a rotation, when it reckons the next one's date."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    given = {"SecretString", "SecretBinary"} & call.params.keys()
    if given and CURRENT in call.params.get("VersionStages", [CURRENT]) and getattr(secret, "rotation_enabled", False):
        _schedule(secret)


@after("secretsmanager:CancelRotateSecret")
def cancel(call: Call) -> None:
    """AWS leaves the labels of what was under way (API reference: "in an unexpected state"). moto stops nothing."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    rotation = of(secret)
    if secret is None or rotation is None:
        return
    if rotation.test:
        _forget_test(secret)
    secret.rotation = None
    _schedule(secret)


@amend("secretsmanager:CancelRotateSecret")
def tell_unfinished(call: Call, result: dict[str, Any]) -> None:
    """moto: the current version. AWS: the one that was to be made."""
    result.pop("VersionId", None)
    if pending := _pending(lookup.secret(call.backend, call.params["SecretId"])):
        result["VersionId"] = pending


@amend("secretsmanager:DescribeSecret", "secretsmanager:ListSecrets")
def tell(call: Call, result: dict[str, Any]) -> None:
    """moto: versions without a label, too; of the rules the days alone; and the last date after a cancellation."""
    for one in result.get("SecretList", [result]):
        for name in ("VersionIdsToStages", "SecretVersionsToStages"):
            if name in one:
                one[name] = {version: labels for version, labels in one[name].items() if labels}
        if "RotationEnabled" not in one:
            continue
        one["RotationRules"] = getattr(lookup.secret(call.backend, one["ARN"]), "rotation_rules", {})
        if not one["RotationEnabled"]:
            one.pop("LastRotatedDate", None)
