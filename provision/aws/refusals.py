"""From an exception of botocore to what it means for us: ask again, it is not there, or a sentence for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from provision.aws import codes
from provision.engine.calls import Missing, Verdict
from provision.engine.resource import NotYet, Resource
from provision.errors import BadSetting, Denied, Failed, NoCredentials, ProvisionError, QuotaReached, Unreachable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

NETWORK_SECONDS = 120.0
"""How long a network that is down in the middle of a run is given to come back."""
SERVER_ERROR = 500

CARRY_ON = "What exists is recorded; the same command carries on from here."


def judge(error: Exception, step: Resource[Any] | None) -> Verdict | None:
    """What `error` means for `step`; None when it is none of AWS's or botocore's."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return _of_aws(error, step)
    if isinstance(error, BotoCoreError | ResponseParserError):
        return _of_botocore(error)
    return None


def explained(error: Exception) -> ProvisionError | None:
    """The sentence for an exception outside any step; None when it is none of AWS's or botocore's."""
    verdict = judge(error, None)
    if verdict is None:
        return None
    meaning = verdict.meaning
    if isinstance(meaning, ProvisionError):
        return meaning
    if isinstance(meaning, NotYet):
        return meaning.otherwise or Failed(what="AWS did not do what was asked.", why=meaning.reason, hint=CARRY_ON)
    return Failed(what="AWS does not find what was asked for.", why=str(meaning), hint=CARRY_ON)


def is_missing(error: Exception) -> bool:
    """Whether AWS said that the thing asked for is not there."""
    verdict = judge(error, None)
    return verdict is not None and isinstance(verdict.meaning, Missing)


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def text_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))


def not_implemented(error: Exception) -> bool:
    """Whether an emulator said that it does not know this call; AWS itself never does."""
    from botocore.exceptions import ClientError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ResponseParserError):  # moto's server answers with a page of HTML
        return "internal server error" in str(error).lower()
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in codes.NOT_IMPLEMENTED or (status in (404, 501) and not code_of(error).isalpha())


def _of_aws(error: ClientError, step: Resource[Any] | None) -> Verdict:
    code, text = code_of(error), text_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    cures = step.cures if step is not None else ()
    if any(cure.code == code and cure.text.lower() in text.lower() for cure in cures):
        return Verdict(NotYet(f"AWS: {text}"), answered=True)
    if code in codes.THROTTLED or "rate exceeded" in text.lower():
        return Verdict(NotYet("AWS asks for fewer calls at once"), answered=True)
    if code in codes.MISSING or code.endswith(".NotFound") or (step is not None and code in step.missing):
        return Verdict(Missing(text or code), answered=True)
    if code in codes.EXISTS:
        return Verdict(NotYet(f"AWS: {text or code}"), answered=True)
    refused = _refused(error, code, text, step)
    if refused is not None:
        return Verdict(refused, answered=True)
    if status >= SERVER_ERROR:
        trouble = Failed(what=f"AWS could not carry out {error.operation_name}.", why=_said(code, text), hint=CARRY_ON)
        return Verdict(NotYet(f"AWS: {text or code}", patience=NETWORK_SECONDS, otherwise=trouble), answered=False)
    return Verdict(_failed(error, code, text, step), answered=True)


def _refused(error: ClientError, code: str, text: str, step: Resource[Any] | None) -> ProvisionError | None:
    """Refusals that are about the caller or the account rather than about the call."""
    if code in codes.EXPIRED or "security token included in the request is expired" in text.lower():
        return NoCredentials(
            what="The credentials have expired.",
            why=_said(code, text),
            hint=f"Log in again (for example `aws sso login`). {CARRY_ON}",
        )
    if code in codes.DENIED:
        return _denied(error, code, text)
    if code in codes.UNKNOWN_IDENTITY:
        return NoCredentials(
            what="AWS does not accept these credentials.",
            why=_said(code, text),
            hint="Check the access key, the secret key, the clock, and that the Region is enabled for the account.",
        )
    if code in codes.ACCOUNT:
        return Denied(
            what="The account may not use this service or Region.",
            why=_said(code, text),
            hint="Enable the Region, or finish setting the account up, in the AWS console.",
        )
    if code in codes.QUOTAS:
        return QuotaReached(
            what=f"A quota is reached: {codes.QUOTAS[code]}.",
            why=_said(code, text),
            hint="Remove what is no longer needed, or ask for more under Service Quotas in the AWS console; "
            "then run the same command again.",
        )
    if code in codes.CAPACITY:
        label = step.label if step is not None else "resource"
        return Failed(
            what=f"AWS has no room for the {label} there now.",
            why=_said(code, text),
            hint="Try again later, or choose other zones (network.zones) or another class (database.instance_class).",
        )
    return None


def _denied(error: ClientError, code: str, text: str) -> Denied:
    named = re.search(r"perform: ([a-z0-9-]+:[A-Za-z0-9]+)", text)
    guess = f"ec2:{error.operation_name}" if code == "UnauthorizedOperation" else error.operation_name
    action = named.group(1) if named else guess
    hint = f"Allow the action {action} to this identity, then run the same command again."
    if "explicit deny" in text.lower():
        hint = (
            f"A policy denies {action} explicitly: look at the organization's service control policies, the "
            "permissions boundary and the session policy; allowing it elsewhere does not help."
        )
    if "encoded authorization failure message" in text.lower():
        hint += " `aws sts decode-authorization-message` tells more."
    return Denied(what=f"The action {action} is not allowed.", why=_said(code, _without_blob(text)), hint=hint)


def _without_blob(text: str) -> str:
    return re.sub(r"(?i)\s*encoded authorization failure message: \S+", "", text)


def _failed(error: ClientError, code: str, text: str, step: Resource[Any] | None) -> Failed:
    about = f" for the {step.label}" if step is not None else ""
    hint = next((hint for needle, hint in HINTS if needle.lower() in f"{code} {text}".lower()), CARRY_ON)
    return Failed(what=f"AWS refused {error.operation_name}{about}.", why=_said(code, text), hint=hint)


def _said(code: str, text: str) -> str:
    return f"AWS: {text.strip() or 'no reason given'} ({code})"


HINTS = (
    ("not a valid password", "Delete the secret by hand and run `up` again: a new password is generated."),
    ("Cannot find version", "Choose another database.engine_version."),
    (
        "does not support creating a DB instance with the following combination",
        "Choose another database.instance_class.",
    ),
    ("Invalid max storage size", "Set database.max_storage_gib to at least 10 % over database.storage_gib."),
    ("is no longer supported", "Choose a newer function.runtime."),
    ("availability zone Lambda doesn't support", "Choose other zones with network.zones."),
    ("availabilityZone is invalid", "Choose other zones with network.zones."),
    ("DBSubnetGroupDoesNotCoverEnoughAZs", "Choose two zones with network.zones."),
    ("service-linked role", "Allow iam:CreateServiceLinkedRole for rds.amazonaws.com."),
    ("exceeded the 4KB limit", "Remove environment variables that were added to the function by hand."),
    ("InvalidSubnet.Conflict", "Something else uses these addresses; choose another network.cidr."),
    (
        "DependencyViolation",
        "Something that is not this stack's holds it; remove that, then run the same command again.",
    ),
    ("DBSnapshotAlreadyExists", "Choose another name with --final-snapshot."),
)
"""(part of AWS's code and text, what to do about it)."""


def _of_botocore(error: Exception) -> Verdict:
    from botocore import exceptions as bc

    why = f"{str(error).rstrip('.')}."
    if isinstance(error, bc.NoRegionError | bc.InvalidRegionError):
        hint = "Give --region, set AWS_REGION, or put a region into the profile."
        return Verdict(BadSetting(what="There is no usable Region.", why=why, hint=hint), answered=True)
    if type(error).__name__ in CREDENTIAL_TROUBLE:
        hint = CREDENTIAL_TROUBLE[type(error).__name__]
        return Verdict(NoCredentials(what="There are no usable credentials.", why=why, hint=hint), answered=True)
    if isinstance(error, bc.ParamValidationError):
        trouble = BadSetting(what="A value cannot be sent to AWS.", why=why, hint="Correct the setting it comes from.")
        return Verdict(trouble, answered=True)
    unsent = isinstance(error, bc.EndpointConnectionError | bc.ConnectTimeoutError | bc.ProxyConnectionError)
    if isinstance(error, bc.SSLError):
        hint = "Check the system's clock and trust store, and AWS_CA_BUNDLE if a proxy inspects TLS."
    else:
        hint = "Check the network, the Region's name and any AWS_ENDPOINT_URL."
    away = Unreachable(what="AWS does not answer.", why=why, hint=f"{hint} {CARRY_ON}")
    return Verdict(NotYet("AWS does not answer", patience=NETWORK_SECONDS, otherwise=away), answered=unsent)


_LOGIN = "Log in again (`aws sso login`, or `aws login`), then run the same command again."
_CONFIGURE = (
    "Configure a profile (`aws configure`), set AWS_PROFILE or the AWS_ACCESS_KEY_ID pair, or use --target local."
)
CREDENTIAL_TROUBLE = {
    "NoCredentialsError": _CONFIGURE,
    "PartialCredentialsError": "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.",
    "CredentialRetrievalError": "Look at the credential_process or the source profile in the AWS configuration.",
    "ProfileNotFound": "Choose a profile that `aws configure list-profiles` shows.",
    "ConfigParseError": "Mend the AWS configuration file.",
    "ConfigNotFound": "Check AWS_CONFIG_FILE.",
    "InfiniteLoopConfigError": "Mend the source_profile chain in the AWS configuration file.",
    "InvalidConfigError": "Mend the AWS configuration file.",
    "UnauthorizedSSOTokenError": _LOGIN,
    "SSOTokenLoadError": _LOGIN,
    "SSOError": _LOGIN,
    "TokenRetrievalError": _LOGIN,
    "PendingAuthorizationExpiredError": _LOGIN,
    "LoginError": _LOGIN,
    "LoginRefreshRequired": _LOGIN,
    "LoginTokenLoadError": _LOGIN,
    "LoginInsufficientPermissions": _LOGIN,
    "RefreshWithMFAUnsupportedError": "Use credentials that can be refreshed without a one-time code.",
    "MetadataRetrievalError": _CONFIGURE,
}
"""botocore's client-side exceptions about identity, by class name: newer releases have some that older ones lack."""
