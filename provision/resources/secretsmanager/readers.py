"""Who may read the password: the secret's own policy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provision.engine.run import Run

READ = "secretsmanager:GetSecretValue"
SID = "OnlyItsReaders"


def document(
    run: Run, *, roles: Sequence[str], more: Sequence[str], have: Any, with_caller: bool = True
) -> dict[str, Any]:
    """Nobody from another account may do anything with the secret, and of this account only its readers read it.

    Those are the roles of the stack, the account's root, `more` from the settings, and whoever has run `up`: the
    caller is added to those who did so before (in `have`, the present policy). Everybody else is denied whatever their
    own policies allow. Managing the secret stays with those whose policies allow that, so that nobody is locked out:
    to read it too, an administrator runs `up`.
    """
    stack = run.stack
    own = f"arn:{stack.partition}:iam::{stack.account}"
    by_settings = [
        f"{own}:root",
        *(f"{own}:role/{name}" for name in roles),
        *(one for arn in more for one in of_caller(arn)),
    ]
    managers = sorted({*_managers(have, own), *(of_caller(stack.caller) if with_caller else ())} - {f"{own}:root"})
    others: dict[str, Any] = {"ArnNotLike": {"aws:PrincipalArn": sorted(by_settings)}}
    if managers:
        # A second test of the same key: a reader is one that either list names.
        others["StringNotLike"] = {"aws:PrincipalArn": managers}
    everybody = {"Effect": "Deny", "Principal": "*", "Resource": "*"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyThisAccount",
                **everybody,
                "Action": "secretsmanager:*",
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": stack.account}},
            },
            {"Sid": SID, **everybody, "Action": READ, "Condition": others},
        ],
    }


def same(have: Any, want: Any) -> bool:
    """AWS: Secrets Manager writes a policy anew, a list of one as its one value and values in any order
    (crossplane-contrib/provider-aws#1804)."""
    return bool(_plain(have) == _plain(want))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        values = sorted((_plain(one) for one in value), key=repr)
        return values[0] if len(values) == 1 else values
    return value


def of_caller(arn: str) -> list[str]:
    """A caller as aws:PrincipalArn names it. AWS: a session is known by its role, whose path STS leaves out."""
    session = re.fullmatch(r"(arn:[\w-]+):sts::(\d+):assumed-role/([^/]+)/.+", arn)
    if session is None:
        return [arn] if arn else []
    partition, account, name = session.groups()
    role = f"{partition}:iam::{account}:role"
    return [f"{role}/{name}", f"{role}/*/{name}"]


def _managers(have: Any, own: str) -> list[str]:
    """Those in the present policy that stand for one identity each; whatever is wider was not written by us."""
    found = [one for one in _statements(have) if one.get("Sid") == SID]
    listed = found[0].get("Condition", {}).get("StringNotLike", {}).get("aws:PrincipalArn", []) if found else []
    shape = rf"arn:[\w-]+:(iam|sts)::{own.rpartition(':')[2]}:(user|role|federated-user)/(\*/)?[\w+=,.@/-]+"
    return [arn for arn in ([listed] if isinstance(listed, str) else listed) if re.fullmatch(shape, arn)]


def _statements(have: Any) -> list[Mapping[str, Any]]:
    statements = have.get("Statement", []) if isinstance(have, Mapping) else []
    return [one for one in statements if isinstance(one, Mapping)]
