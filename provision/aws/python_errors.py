"""Python's own exceptions out of botocore, which it lets through while it reads files, variables and the answers of
helper programs, at the start or whenever credentials are refreshed."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from provision.engine.failures import Verdict
from provision.errors import BadSetting, NoCredentials, ProvisionError

LOG_IN = "Log in again (`aws sso login`, or `aws login`), then run the same command again."
MEND = (
    "Correct it in the AWS configuration file (~/.aws/config, or where AWS_CONFIG_FILE points) or in the variable that "
    "sets it."
)
LOOK = "Look at the files, variables and programs that the AWS profile takes its credentials from."
ENDPOINT = "Check AWS_ENDPOINT_URL, its variants for single services, and --region."
ONE_TIME_CODE = "Log in with the one-time code first, or run the command in a terminal, where it is asked for."


def of_python(error: Exception) -> Verdict | None:
    """What the exception means; None where it does not come out of botocore's reading."""
    meaning = _told(error)
    return Verdict(meaning, answered=True) if meaning else None


def _told(error: Exception) -> ProvisionError | None:
    why = f"{str(error).rstrip('.') or type(error).__name__}."
    if isinstance(error, RuntimeError) and "credentials were refreshed" in why.lower():
        # botocore: what a refresh of the credentials gave has expired already.
        return NoCredentials(what="The credentials have expired.", why=why, hint=LOG_IN)
    if not isinstance(error, OSError | ValueError | EOFError):
        return None
    modules = _out_of(error)
    if "botocore.configprovider" in modules:
        return BadSetting(what="The AWS configuration has a value that cannot be used.", why=why, hint=MEND)
    if {"botocore.credentials", "botocore.tokens"} & set(modules):
        return _no_credentials(error, why)
    if "urllib.parse" in modules or (modules and "endpoint" in str(error).lower()):
        return BadSetting(what="The endpoint's address cannot be used.", why=why, hint=ENDPOINT)
    return None


def _no_credentials(error: Exception, why: str) -> NoCredentials:
    if isinstance(error, EOFError):
        why = "The profile asks for a one-time code (mfa_serial), and nobody can be asked for it here."
        return NoCredentials(what="There are no usable credentials.", why=why, hint=ONE_TIME_CODE)
    return NoCredentials(what="The credentials cannot be read.", why=why, hint=LOOK)


def _out_of(error: Exception) -> Sequence[str]:
    """The modules that it passed through, from the last that is ours; none where botocore is not the first of them."""
    passed = [str(frame.f_globals.get("__name__", "")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = max((place for place, name in enumerate(passed) if name.startswith("provision")), default=-1)
    theirs = passed[ours + 1 :]
    return theirs if any(name.startswith("botocore") for name in theirs) else ()
