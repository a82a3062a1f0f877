"""botocore's own exceptions, raised without an answer of AWS: identity, configuration, parameters, network."""

from __future__ import annotations

import re

from provision.aws.python_errors import LOG_IN, MEND
from provision.engine.failures import Verdict
from provision.engine.resource import NotYet
from provision.errors import BadSetting, Failed, NoCredentials, ProvisionError, Unreachable

NETWORK_SECONDS = 120.0
"""How long a network that is down in the middle of a run is given to come back."""
EMULATOR_SECONDS = 5.0
"""A crash of an emulator may be a stumble over two calls at once."""
CARRY_ON = "What exists is recorded; the same command carries on from here."
FLASK_ERROR = "there is an error in the application"
"""From the page with which an emulator's web server (Flask) answers when the emulator crashed or lacks the call."""

_CONFIGURE = (
    "Configure a profile (`aws configure`), set AWS_PROFILE or the AWS_ACCESS_KEY_ID pair, or use --target local."
)
CREDENTIALS = {
    "NoCredentialsError": _CONFIGURE,
    "NoAuthTokenError": LOG_IN,
    "PartialCredentialsError": "Give both the access key and the secret key, or neither; a profile with role_arn needs "
    "source_profile or credential_source.",
    "CredentialRetrievalError": "Look at the credential_process or the source profile in the AWS configuration, or at "
    "the role of this container or machine.",
    "ProfileNotFound": "Choose a profile that `aws configure list-profiles` shows.",
    "ConfigParseError": MEND,
    "ConfigNotFound": "Check AWS_CONFIG_FILE.",
    "InfiniteLoopConfigError": "Fix the source_profile chain in the AWS configuration file.",
    "InvalidConfigError": MEND,
    "UnknownCredentialError": MEND,
    "SSOError": LOG_IN,
    "TokenRetrievalError": LOG_IN,
    "PendingAuthorizationExpiredError": LOG_IN,
    "LoginInsufficientPermissions": "Allow signin:CreateOAuth2Token to this identity, then log in again (`aws login`).",
    "LoginError": "Log in again (`aws login`), then run the same command again.",
    "RefreshWithMFAUnsupportedError": "Log in anew with the one-time code, or use credentials that need none.",
    "MetadataRetrievalError": _CONFIGURE,
    "MissingDependencyException": "Install what is named into the environment that provision runs in.",
}
"""By class name, the special before the general: newer releases have classes that older ones lack."""

NO_REGION = {"NoRegionError", "InvalidRegionError", "UnknownRegionError", "UnknownEndpointError"}
CONFIGURATION = {
    "EndpointProviderError",
    "EndpointVariantError",
    "InvalidChecksumConfigError",
    "InvalidDefaultsMode",
    "InvalidEndpointConfigurationError",
    "InvalidIMDSEndpointError",
    "InvalidIMDSEndpointModeError",
    "InvalidProxiesConfigError",
    "InvalidRetryConfigurationError",
    "InvalidSTSRegionalEndpointsConfigError",
    "UnknownFIPSEndpointError",
    "UnknownSignatureVersionError",
    "UnsupportedSignatureVersionError",
}
NETWORK = {"ConnectionError", "HTTPClientError", "IncompleteReadError", "ChecksumError"}
UNSENT = {"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"}
CUT_OFF = re.compile(r"EOF|reset|timed out|broken pipe", re.IGNORECASE)
"""A TLS connection that the network ended; any other trouble with TLS is about certificates or settings."""
TRACE = "Traceback (most recent call last)"
SECRETS = re.compile(r"password|secret|token", re.IGNORECASE)


def of_botocore(error: Exception) -> Verdict | None:
    """What the exception means; None for one that only a defect of ours raises."""
    names = [kind.__name__ for kind in type(error).__mro__]
    why = f"{_one_line(str(error)).strip(' .:')}."
    trouble = _lasting(error, names, why)
    if trouble is not None:
        return Verdict(trouble, answered=True)
    if "ResponseParserError" in names:
        return _unreadable(error)
    if not NETWORK & set(names):
        return None
    hint = "Check the network, the Region's name, any AWS_ENDPOINT_URL and any HTTPS_PROXY."
    away = Unreachable(what="AWS does not answer.", why=why, hint=f"{hint} {CARRY_ON}")
    answered = bool(UNSENT & set(names))
    return Verdict(NotYet("AWS does not answer", patience=NETWORK_SECONDS, otherwise=away), answered=answered)


def crashed(text: str) -> bool:
    """Whether this is the page of an emulator that crashed or lacks the call."""
    return FLASK_ERROR in text


def _lasting(error: Exception, names: list[str], why: str) -> ProvisionError | None:
    """What no waiting cures, found before anything was sent."""
    if hint := next((CREDENTIALS[name] for name in names if name in CREDENTIALS), ""):
        return NoCredentials(what="There are no usable credentials.", why=why, hint=hint)
    if NO_REGION & set(names):
        hint = "Give --region, set AWS_REGION, or put a region into the profile; one such as eu-central-1."
        return BadSetting(what="There is no usable Region.", why=why, hint=hint)
    if CONFIGURATION & set(names):
        return BadSetting(what="The AWS configuration has a value that cannot be used.", why=why, hint=MEND)
    if "ParamValidationError" in names:
        hint = "Correct the setting or the option that it comes from."
        return BadSetting(what="A value cannot be sent to AWS.", why=_discreet(str(error)), hint=hint)
    if "SSLError" in names and not CUT_OFF.search(why):
        hint = (
            "Check this machine's clock and trust store, AWS_ENDPOINT_URL, and AWS_CA_BUNDLE if a proxy inspects TLS."
        )
        return Unreachable(what="No trusted connection to AWS can be made.", why=why, hint=hint)
    if "Invalid header value" in why:  # its text repeats the session token
        why = "botocore puts the access key and the session token into headers, which take no line break."
        hint = "Look for a line break in AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN or the credentials file."
        return NoCredentials(what="There are no usable credentials.", why=why, hint=hint)
    if type(error).__name__ == "HTTPClientError" and isinstance(error.__context__, OSError | ValueError):
        hint = "Check AWS_CA_BUNDLE, HTTPS_PROXY and AWS_ENDPOINT_URL."
        return Unreachable(what="No connection to AWS can be set up here.", why=why, hint=hint)
    return None


def _one_line(text: str) -> str:
    """botocore repeats all that a helper program wrote; of a trace the last line says it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if TRACE in text:
        lines = [lines[0].partition(TRACE)[0], lines[-1]]
    return " ".join(lines)


def _unreadable(error: Exception) -> Verdict:
    """An answer that is none of AWS's: an emulator that crashed, a web page, or one that was cut off."""
    call = next(iter(getattr(error, "__notes__", ())), "the call")
    if crashed(str(error)):
        why = "It answered with the page of a web server whose program crashed."
        failed = Failed(what=f"This endpoint cannot carry out {call}.", why=why, hint="Use --target local, or AWS.")
        return Verdict(NotYet("the endpoint failed", patience=EMULATOR_SECONDS, otherwise=failed), answered=False)
    why = f"{str(error).partition(', invalid XML')[0].partition('b' + chr(39))[0].strip(' :.')}."
    hint = f"Check any AWS_ENDPOINT_URL, and whether a proxy or a log-in page of the network answers. {CARRY_ON}"
    away = Unreachable(what="What answered does not speak like AWS.", why=why, hint=hint)
    return Verdict(NotYet("the answer was garbled", patience=NETWORK_SECONDS, otherwise=away), answered=False)


def _discreet(report: str) -> str:
    """botocore's report repeats values; where a secret may be among them only the parameters are named."""
    if not SECRETS.search(report):
        return f"{report.strip().rstrip('.')}."
    named = dict.fromkeys(re.findall(r"for parameter ([\w.\[\]]+)", report))
    return f"botocore refuses {', '.join(named) or 'a parameter'}; the value is not shown here."
