"""Who we are, as AWS sees it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_sts import STSClient


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom AWS named for an access key. `proof` is a digest of that, of the key's id and of where it was asked."""

    account: str
    arn: str
    proof: str = ""

    @property
    def partition(self) -> str:
        return self.arn.split(":")[1]


def identified(session: Session, sts: STSClient, known: Identity | None) -> Identity:
    """`known` if it was told for the same key, else what AWS says, which it does to any valid identity.

    AWS ("Managing access keys", "Temporary security credentials"): an access key is that of one user or one session as
    long as it lives, so its answer does not change.
    """
    credentials = session.get_credentials()
    asked = (credentials.access_key if credentials else "", sts.meta.endpoint_url)
    if known is not None and known.proof == _proof(*asked, known.account, known.arn):
        return known
    told = sts.get_caller_identity()
    account, arn = told["Account"], told["Arn"]
    return Identity(account=account, arn=arn, proof=_proof(*asked, account, arn))


def _proof(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
