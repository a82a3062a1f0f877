"""Calling the function, and what it answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.aws.refusals import code_of, not_implemented, text_of
from provision.engine.resource import NotYet
from provision.errors import QuotaReached

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

    from provision.aws.clients import Clients

STARTING = {
    "CodeArtifactUserPendingException",
    "ENINotReadyException",
    "ResourceConflictException",
    "ResourceNotReadyException",
}
TURNED_AWAY = "TooManyRequestsException"
TURNED_AWAY_SECONDS = 60.0
OWN_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded"
"""AWS's reason where the function's own concurrency turned a call away, and not the account's."""
NO_CONTAINERS = "error running docker"
"""How an emulator's answer begins that runs functions in containers and cannot start one; no function is called."""


class Starting(NotYet):
    """Lambda still makes the function ready. AWS: one that was not called for some days lost its network interfaces and
    gets them back with the next call (Lambda developer guide, "Lambda function states")."""


class TurnedAway(NotYet):
    """More calls at once than the function's or the account's concurrency allows."""


class CannotRun(Exception):
    """The endpoint keeps functions but cannot run them."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`payload` is the function's JSON; `error` what Lambda calls FunctionError, empty when it succeeded."""

    payload: Any
    error: str

    @property
    def reason(self) -> str:
        """The function's own words for its failure."""
        if isinstance(self.payload, dict) and "errorMessage" in self.payload:
            return f"{self.payload.get('errorType', 'Error')}: {self.payload['errorMessage']}"
        return str(self.payload)


def call(aws: Clients, function: str, payload: Any) -> Answer:
    """One synchronous invocation, sent once. Raises `Starting` while Lambda still makes the function ready,
    `TurnedAway` when there are too many at once, `CannotRun` where an emulator has no means to run it, and botocore's
    exceptions."""
    from botocore.exceptions import ClientError

    try:
        response = aws.awslambda.invoke(
            FunctionName=function, InvocationType="RequestResponse", Payload=json.dumps(payload)
        )
        body = response["Payload"].read()
    except ClientError as error:
        if code_of(error) in STARTING:
            final = "Failed" in text_of(error)  # AWS: the state of a function that could not be made ready
            raise (NotYet if final else Starting)(f"AWS: {text_of(error)}") from error
        if code_of(error) == TURNED_AWAY:
            away = _turned_away(error, function)
            raise TurnedAway(f"AWS: {text_of(error)}", patience=TURNED_AWAY_SECONDS, otherwise=away) from error
        if not_implemented(error):
            raise CannotRun("" if code_of(error).isdigit() else text_of(error)) from error
        raise
    function_error = response.get("FunctionError", "")
    try:
        answer = json.loads(body) if body else None
    except ValueError:  # no function of Lambda's answers with anything but JSON
        answer = body.decode("utf-8", "replace")
        if function_error and answer.startswith(NO_CONTAINERS):
            raise CannotRun(answer) from None
    return Answer(payload=answer, error=function_error)


def _turned_away(error: ClientError, function: str) -> QuotaReached:
    reason = error.response.get("Reason", "")
    own = f"`aws lambda delete-function-concurrency --function-name {function}` takes the function's own limit away"
    return QuotaReached(
        what="Lambda did not run the function: no call more at once is allowed.",
        why=f"AWS: {text_of(error)}" + (f" ({reason})" if reason else ""),
        hint=(own if reason == OWN_LIMIT else "Wait until other functions of the account have ended")
        + "; then run the same command again.",
    )
