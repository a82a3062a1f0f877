"""From an exception of botocore to what it means for us: ask again, it is not there, or a sentence for the user."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from provision.aws import codes
from provision.aws.botocore_errors import CARRY_ON, EMULATOR_SECONDS, NETWORK_SECONDS, crashed, of_botocore
from provision.aws.denials import denied, of_linked_role, refuses_permission, without_blob
from provision.aws.hints import next_step
from provision.aws.identities import LENDING, not_accepted, not_lent
from provision.aws.python_errors import of_python
from provision.engine.failures import Missing, Verdict
from provision.engine.resource import NotYet, Refusal, Resource
from provision.errors import Denied, Failed, NoCredentials, Protected, ProvisionError, QuotaReached

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

T = TypeVar("T")

TOO_MANY_REQUESTS, SERVER_ERROR, NOT_IMPLEMENTED = 429, 500, 501
NO_SUCH_PAGE = (404, 405)
MORE = (
    "Remove what is no longer needed, or ask for more under Service Quotas in the AWS console; then run the same "
    "command again."
)
LINKED_ROLE_SECONDS = 60.0
"""RDS makes its service-linked role itself; until that is there, and known everywhere, it says the same as when it may
not make it (awslabs/nx-plugin-for-aws#652)."""


def judge(error: Exception, step: Resource[Any] | None) -> Verdict | None:
    """What `error` means for `step`; None when it is none of AWS's or botocore's, or only a defect can have made it."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ClientError):
        return _of_aws(error, step)
    if isinstance(error, BotoCoreError | ResponseParserError):
        return of_botocore(error)
    return of_python(error)


def explained(error: Exception) -> ProvisionError | None:
    """The sentence for an exception outside any step; None where `judge` has none."""
    verdict = judge(error, None)
    if verdict is None:
        return None
    meaning = verdict.meaning
    if isinstance(meaning, ProvisionError):
        return meaning
    if isinstance(meaning, NotYet):
        return meaning.otherwise or Failed(
            what="AWS did not do what was asked.", why=_sentence(meaning.reason), hint=CARRY_ON
        )
    return Failed(what="AWS does not find what was asked for.", why=_sentence(f"AWS: {meaning}"), hint=CARRY_ON)


def is_missing(error: Exception) -> bool:
    """Whether AWS said that the thing asked for is not there."""
    verdict = judge(error, None)
    return verdict is not None and isinstance(verdict.meaning, Missing)


def or_none(ask: Callable[[], T]) -> T | None:
    """What AWS answers; None where it says that there is no such thing."""
    try:
        return ask()
    except Exception as error:
        if is_missing(error):
            return None
        raise


def is_forbidden(error: Exception) -> bool:
    """Whether a policy denies the call explicitly, so that allowing it elsewhere does not help."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and code_of(error) in codes.DENIED and "explicit deny" in text_of(error)


def is_one(error: Exception, *refusals: Refusal) -> bool:
    """Whether AWS answered with one of these."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and _cure(code_of(error), text_of(error), refusals) is not None


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def text_of(error: ClientError) -> str:
    """AWS's text, without a value that it repeats from a parameter for a secret."""
    text = str(error.response.get("Error", {}).get("Message", "") or "")
    return re.sub(r"(?is)value '.*?' at '([\w.]*(?:password|secret)[\w.]*)'", r"value at '\1'", text)


def not_implemented(error: Exception) -> bool:
    """Whether an emulator, or AWS in a Region that lacks it, said that it does not know this call."""
    from botocore.exceptions import ClientError
    from botocore.parsers import ResponseParserError

    if isinstance(error, ResponseParserError):
        return crashed(str(error))
    if not isinstance(error, ClientError):
        return False
    code, status = code_of(error), _status(error)
    if code in codes.NOT_IMPLEMENTED or status == NOT_IMPLEMENTED:
        return True
    # botocore takes the status for the code where the answer is a web page rather than an error.
    return code.isdigit() and (status in NO_SUCH_PAGE or crashed(text_of(error)))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _of_aws(error: ClientError, step: Resource[Any] | None) -> Verdict:
    code, text, status = code_of(error), text_of(error), _status(error)
    cure = _cure(code, text, step.cures) if step is not None and not of_linked_role(text) else None
    if cure is not None and cure.patience is not None:
        lasting = _failed(error, code, text, step)
        again = NotYet(f"AWS: {text}", patience=cure.patience, otherwise=lasting, doubtful=True)
        return Verdict(again, answered=True)
    if cure is not None or code in codes.BUSY or code in codes.EXISTS:
        doubtful = cure is not None or _not_there(code, text)
        return Verdict(NotYet(f"AWS: {text or code}", doubtful=doubtful), answered=True)
    if code in codes.THROTTLED or status == TOO_MANY_REQUESTS or "rate exceeded" in text.lower():
        return Verdict(NotYet("AWS asks for fewer calls at once"), answered=True)
    if _not_there(code, text) and error.operation_name not in LENDING:
        return Verdict(Missing(text or code), answered=True)
    if not_implemented(error):
        return _of_emulator(error)
    refused = _refused(error, code, text, step)
    if refused is not None:
        later = "try again" in text.lower() and of_linked_role(text)
        passing = NotYet(f"AWS: {text}", patience=LINKED_ROLE_SECONDS, otherwise=refused)
        return Verdict(passing if later else refused, answered=True)
    if code in codes.TROUBLE or (status >= SERVER_ERROR and code not in codes.LASTING):
        trouble = Failed(what=f"AWS could not carry out {error.operation_name}.", why=_said(code, text), hint=CARRY_ON)
        return Verdict(NotYet(f"AWS: {text or code}", patience=NETWORK_SECONDS, otherwise=trouble), answered=False)
    if error.operation_name in LENDING:
        return Verdict(not_lent(_said(code, text)), answered=True)
    return Verdict(_failed(error, code, text, step), answered=True)


def _cure(code: str, text: str, refusals: Iterable[Refusal]) -> Refusal | None:
    return next((one for one in refusals if one.code == code and one.text.lower() in text.lower()), None)


def _not_there(code: str, text: str) -> bool:
    if "is not attachable" in text:  # AWS: so it says of the boundary that a role is to have, not of the role
        return False
    if code in codes.MISSING or code.endswith(".NotFound"):
        return True
    # AWS: so says Secrets Manager of a secret that waits for its deletion.
    return code == "InvalidRequestException" and "marked for deletion" in text.lower()


def _of_emulator(error: ClientError) -> Verdict:
    code, text = code_of(error), text_of(error)
    said = "It answered with a web page." if code.isdigit() else _said(code, text)
    what = f"This endpoint cannot carry out {error.operation_name}."
    failed = Failed(what=what, why=said, hint="Use --target local, or AWS in a Region that has it.")
    if crashed(text):
        return Verdict(NotYet("the endpoint failed", patience=EMULATOR_SECONDS, otherwise=failed), answered=False)
    return Verdict(failed, answered=True)


def _refused(error: ClientError, code: str, text: str, step: Resource[Any] | None) -> ProvisionError | None:
    """Refusals that are about the caller or the account rather than about the call."""
    said = _said(code, text)
    if code in codes.EXPIRED or "security token included in the request is expired" in text.lower():
        hint = f"Log in again (for example `aws sso login`), and check this machine's clock. {CARRY_ON}"
        return NoCredentials(what="The credentials have expired.", why=said, hint=hint)
    if "one time pass code" in text.lower():
        hint = "AWS takes each code once: wait for the next one, then run the same command again."
        return NoCredentials(what="AWS does not accept the one-time code.", why=said, hint=hint)
    if code in codes.DENIED or refuses_permission(code, text):
        return denied(error, code, text, said)
    if "tag policy" in text.lower():
        hint = "Correct [tags] in the settings, or --tag; then run the same command again."
        return Denied(what="The organization's tag policy does not allow these tags.", why=said, hint=hint)
    if code in codes.UNKNOWN_IDENTITY:
        return not_accepted(error, code, said)
    if code in codes.ACCOUNT:
        what = "The account may not use this service, Region or size."
        return Denied(what=what, why=said, hint=next_step(code, text, codes.ACCOUNT[code]))
    if quota := _quota(code, text):
        what = f"A quota is reached: {quota}."
        return QuotaReached(what=what, why=said, hint=next_step(code, text, MORE))
    if code in codes.CAPACITY:
        label = step.label if step is not None else "resource"
        return Failed(what=f"AWS has no room for the {label} there now.", why=said, hint=codes.CAPACITY[code])
    if "cannot delete protected" in text.lower():
        hint = "Set database.deletion_protection = false, run `up`, then `teardown` again."
        return Protected(what="The database is protected against deletion.", why=said, hint=hint)
    return None


def _quota(code: str, text: str) -> str:
    """The quota's name, or nothing. A code that is not in the table says it in its own words."""
    told = next((name for needle, name in codes.QUOTA_TEXTS.items() if needle in text), "")
    if named := told or codes.QUOTAS.get(code, ""):
        return named
    ending = next((ending for ending in codes.QUOTA_ENDINGS if code.endswith(ending)), "")
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", code.removesuffix(ending)) if ending else []
    return " ".join(word if word.isupper() else word.lower() for word in words)


def _failed(error: ClientError, code: str, text: str, step: Resource[Any] | None) -> Failed:
    about = f" for the {step.label}" if step is not None else ""
    hint = next_step(code, text, CARRY_ON)
    return Failed(what=f"AWS refused {error.operation_name}{about}.", why=_said(code, text), hint=hint)


def _said(code: str, text: str) -> str:
    return f"AWS: {without_blob(text).strip() or 'no reason given'} ({code})"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", ")")) else f"{text}."
