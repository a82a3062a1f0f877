"""What the manners keep with the account, so that it outlives the process."""

from __future__ import annotations

from typing import Any

from provision.aws.local.account import Account
from provision.aws.local.wire import Call

_NAME = "manners"


def kept(account: Account) -> dict[str, Any]:
    """A dict of plain things; saved with the account."""
    own: dict[str, Any] = account.extra.setdefault(_NAME, {})
    return own


def table(call: Call, setting: str) -> dict[str, Any]:
    """One of the settings that are tables, `outcomes` or `quotas`."""
    value: dict[str, Any] = kept(call.account).get("settings", {}).get(setting, {})
    return value


def outcome_of(call: Call, kind: str) -> str:
    """How what is made now ends, when the settings say that it ends badly; empty: it ends well."""
    return str(table(call, "outcomes").get(kind, ""))
