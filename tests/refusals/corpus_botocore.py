"""botocore's own exceptions: no answer of AWS is behind them, and no HTTP call behind most."""

from __future__ import annotations

import ssl
from typing import Any

from botocore import exceptions as of
from botocore.parsers import ResponseParserError

from provision.errors import BadSetting, NoCredentials, Unreachable
from tests.refusals.expected import Again, Outcome, Told, nobody

URL = "https://rds.eu-central-1.amazonaws.com/"
WHO = "There are no usable credentials"
LOGIN = nobody(WHO, "aws sso login")
REGION = Told(error=BadSetting, exit_code=2, what="There is no usable Region", hint="--region")
VALUE = Told(error=BadSetting, exit_code=2, what="The AWS configuration has a value", hint="AWS_CONFIG_FILE")
NEVER_SENT = Again(seconds=120.0, otherwise=Unreachable, answered=True, says="does not answer")
LOST = Again(seconds=120.0, otherwise=Unreachable, answered=False, says="does not answer")
GARBLED = Again(seconds=120.0, otherwise=Unreachable, answered=False, says="garbled")
TLS = Told(error=Unreachable, exit_code=5, what="No trusted connection", hint="AWS_CA_BUNDLE")


def caused(error: Exception, cause: Exception) -> Exception:
    """As botocore raises it, while it handles another."""
    error.__context__ = cause
    return error


IDENTITY: list[tuple[Exception, Outcome]] = [
    (of.NoCredentialsError(), nobody(WHO, "--target local")),
    (of.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), nobody(WHO, "both the access key")),
    (of.PartialCredentialsError(provider="assume-role", cred_var="source_profile"), nobody(WHO, "source_profile")),
    (of.CredentialRetrievalError(provider="custom-process", error_msg="exit 1"), nobody(WHO, "credential_process")),
    (
        of.CredentialRetrievalError(
            provider="custom-process",
            error_msg='Traceback (most recent call last):\n  File "helper"\n    key = "hunter2"\nKeyError: nobody',
        ),
        Told(error=NoCredentials, exit_code=3, what=WHO, hint="credential_process", absent=("hunter2",)),
    ),
    (of.ProfileNotFound(profile="nobody"), nobody(WHO, "list-profiles")),
    (of.ConfigParseError(path="config"), nobody(WHO, "AWS configuration file")),
    (of.ConfigNotFound(path="config"), nobody(WHO, "AWS_CONFIG_FILE")),
    (of.InfiniteLoopConfigError(source_profile="a", visited_profiles=["a"]), nobody(WHO, "source_profile")),
    (of.InvalidConfigError(error_msg="sso_start_url is missing"), nobody(WHO, "AWS configuration file")),
    (of.UnknownCredentialError(name="moon"), nobody(WHO, "AWS configuration file")),
    (of.MetadataRetrievalError(error_msg="timed out"), nobody(WHO, "aws configure")),
    (of.RefreshWithMFAUnsupportedError(), nobody(WHO, "one-time code")),
    (of.MissingDependencyException(msg="botocore[crt] is needed"), nobody(WHO, "Install")),
    (of.UnauthorizedSSOTokenError(), LOGIN),
    (of.SSOTokenLoadError(error_msg="no token"), LOGIN),
    (of.SSOError(), LOGIN),
    (of.TokenRetrievalError(provider="sso", error_msg="Token has expired"), LOGIN),
    (of.NoAuthTokenError(), LOGIN),
]
LOGINS: list[tuple[str, dict[str, Any], Outcome]] = [
    ("PendingAuthorizationExpiredError", {}, LOGIN),
    ("LoginRefreshRequired", {}, nobody(WHO, "aws login")),
    ("LoginTokenLoadError", {"error_msg": "no token"}, nobody(WHO, "aws login")),
    ("LoginAuthorizationCodeError", {"error_msg": "wrong"}, nobody(WHO, "aws login")),
    ("LoginInsufficientPermissions", {}, nobody(WHO, "signin:CreateOAuth2Token")),
]
"""By name: older releases of botocore do not have them."""

SETTINGS: list[tuple[Exception, Outcome]] = [
    (of.NoRegionError(), REGION),
    (of.InvalidRegionError(region_name="eu central"), REGION),
    (of.UnknownRegionError(region_name="moon", error_msg="no such partition"), REGION),
    (of.UnknownEndpointError(service_name="rds", region_name="moon"), REGION),
    (of.EndpointProviderError(msg="FIPS and custom endpoint are not supported"), VALUE),
    (of.EndpointVariantError(tags=["fips"], error_msg="none"), VALUE),
    (of.InvalidEndpointConfigurationError(msg="Unable to resolve"), VALUE),
    (of.UnknownFIPSEndpointError(region_name="moon", service_name="rds"), VALUE),
    (of.InvalidProxiesConfigError(), VALUE),
    (of.InvalidRetryModeError(retry_mode_name="never", provided_retry_mode="never", valid_modes=[]), VALUE),
    (of.InvalidMaxRetryAttemptsError(provided_max_attempts=-1, min_value=0), VALUE),
    (of.InvalidChecksumConfigError(config_key="x", config_value="y", valid_options=[]), VALUE),
    (of.InvalidDefaultsMode(mode="moon", valid_modes=[]), VALUE),
    (of.InvalidIMDSEndpointError(endpoint="moon"), VALUE),
    (of.InvalidIMDSEndpointModeError(mode="moon", valid_modes=[]), VALUE),
    (of.InvalidSTSRegionalEndpointsConfigError(sts_regional_endpoints_config="moon"), VALUE),
    (of.UnsupportedSignatureVersionError(signature_version="v9"), VALUE),
    (
        of.ParamValidationError(report="Invalid type for parameter AllocatedStorage, value: x"),
        Told(error=BadSetting, exit_code=2, what="cannot be sent", hint="Correct the setting"),
    ),
    (
        of.ParamValidationError(report="Invalid length for parameter MasterUserPassword, value: hunter2, valid min: 8"),
        Told(error=BadSetting, exit_code=2, what="cannot be sent", hint="Correct", absent=("hunter2",)),
    ),
]

NETWORK: list[tuple[Exception, Outcome]] = [
    (of.EndpointConnectionError(endpoint_url=URL), NEVER_SENT),
    (of.ConnectTimeoutError(endpoint_url=URL), NEVER_SENT),
    (of.ProxyConnectionError(proxy_url="http://proxy:3128"), NEVER_SENT),
    (of.ReadTimeoutError(endpoint_url=URL), LOST),
    (of.ConnectionClosedError(endpoint_url=URL), LOST),
    (of.HTTPClientError(error=Exception("something of the transport's")), LOST),
    (of.IncompleteReadError(actual_bytes=1, expected_bytes=2), LOST),
    (of.ResponseStreamingError(error="cut off"), LOST),
    (of.ChecksumError(checksum_type="crc32", expected_checksum="1", actual_checksum="2"), LOST),
    (of.SSLError(endpoint_url=URL, error=OSError("EOF occurred in violation of protocol")), LOST),
    (of.SSLError(endpoint_url=URL, error=OSError("The read operation timed out")), LOST),
    (of.SSLError(endpoint_url=URL, error=OSError("Connection reset by peer")), LOST),
    (of.SSLError(endpoint_url=URL, error=OSError("[Errno 32] Broken pipe")), LOST),
    (ResponseParserError("Unable to parse response (no element found), invalid XML received:\nb'hunter2'"), GARBLED),
    (ResponseParserError("Error parsing JSON: b'hunter2'"), GARBLED),
    (of.SSLError(endpoint_url=URL, error=ssl.SSLCertVerificationError("certificate verify failed")), TLS),
    (of.SSLError(endpoint_url=URL, error=OSError("self-signed certificate in certificate chain")), TLS),
    (of.SSLError(endpoint_url=URL, error=OSError("WRONG_VERSION_NUMBER")), TLS),
    (
        caused(of.HTTPClientError(error=ValueError("Not supported URL scheme ftp")), ValueError()),
        Told(error=Unreachable, exit_code=5, what="can be set up", hint="HTTPS_PROXY"),
    ),
    (
        caused(of.HTTPClientError(error=ValueError("Invalid header value b'hunter2\\n'")), ValueError()),
        Told(error=NoCredentials, exit_code=3, what=WHO, hint="line break", absent=("hunter2",)),
    ),
]

CASES = [
    *IDENTITY,
    *((getattr(of, name)(**told), outcome) for name, told, outcome in LOGINS if hasattr(of, name)),
    *SETTINGS,
    *NETWORK,
]
