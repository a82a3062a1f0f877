"""Where a command works: the embedded local AWS, or the account that boto3 resolves."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provision.aws import clients, local
from provision.aws.clients import Clients
from provision.aws.rate_limits import RateLimits
from provision.aws.refusals import explained
from provision.aws.same_account import SameAccount, given_out, sign_by
from provision.engine.clock import Clock
from provision.errors import BadSetting

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.credentials import ReadOnlyCredentials

LOCAL, AWS = "local", "aws"
LOCAL_REGION = "us-east-1"
IDENTITY_ATTEMPTS = 3
INVOKE_SECONDS = 15
"""What an answer may take beyond the function's own time limit."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A resolved target. `account`, `partition` and `caller` are what AWS itself names for the credentials, those with
    `access_key`."""

    name: str
    session: Session
    region: str
    endpoint: str | None
    account: str
    partition: str
    caller: str
    access_key: str | None = None
    answer_seconds: float = clients.READ_SECONDS
    limits: RateLimits = field(default_factory=RateLimits)
    same: SameAccount | None = None

    @property
    def reading(self) -> Clients:
        return self._clients(clients.READING, self.answer_seconds, self.limits)

    @property
    def sending(self) -> Clients:
        return self._clients(clients.ONCE, self.answer_seconds, self.limits)

    def invoking(self, timeout: float) -> Clients:
        """Clients that wait as long as the function may run (`timeout`, in seconds) and send each call once.

        Whether to call again after a lost answer, which may run the function a second time, is left to the caller.
        """
        return self._clients(clients.ONCE, timeout + INVOKE_SECONDS)

    def _clients(self, attempts: int, read_seconds: float, limits: RateLimits | None = None) -> Clients:
        return Clients(
            self.session,
            region=self.region,
            endpoint=self.endpoint,
            attempts=attempts,
            read_seconds=read_seconds,
            limits=limits,
            same=self.same,
        )


def open_local(*, folder: Path, region: str | None) -> Target:
    """The local AWS in `folder`, started if it does not run. Raises `LocalTrouble`."""
    endpoint = local.ensure(folder).url
    import boto3
    import botocore.session

    # Neither a profile nor real credentials: nothing of the user's AWS configuration concerns the local AWS.
    known = botocore.session.Session.SESSION_VARIABLES
    defaults = {name: (None, None, default, kind) for name, (_, _, default, kind) in known.items()}
    nowhere = (None, None, os.devnull, None)
    bare = botocore.session.Session(session_vars={**defaults, "config_file": nowhere, "credentials_file": nowhere})
    session = boto3.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the local AWS accepts any
        botocore_session=bare,
    )
    return _identified(LOCAL, session, local_region(region), endpoint)


def local_region(asked: str | None) -> str:
    """The Region that a local AWS plays: of the user's AWS configuration it follows the two variables alone."""
    return asked or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or LOCAL_REGION


def open_aws(
    *,
    profile: str | None,
    region: str | None,
    session: Session | None = None,
    answer_seconds: float | None = None,
    clock: Clock | None = None,
) -> Target:
    """The account of the credentials that boto3 finds. Raises `NoCredentials`, `BadSetting` or `Unreachable`.

    `session` stands in for the one that profile and environment make.
    """
    found, where = _session(profile, region)
    if not where:
        raise BadSetting(
            what="There is no Region.",
            why="Neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the profile names one.",
            hint="Give --region, for example --region eu-central-1.",
        )
    chosen = session or found
    target = _identified(AWS, chosen, where, None)
    return replace(
        target,
        answer_seconds=answer_seconds or target.answer_seconds,
        limits=RateLimits(clock),
        same=SameAccount(
            chosen,
            target.account,
            target.access_key,
            lambda credentials: _identified(AWS, chosen, where, None, credentials).account,
        ),
    )


def aws_region(*, profile: str | None, region: str | None) -> str | None:
    """The Region that the command line, the environment or the profile names; asks AWS nothing."""
    return region or os.environ.get("AWS_REGION") or _session(profile, region)[1]


def _session(profile: str | None, region: str | None) -> tuple[Session, str | None]:
    import boto3

    try:
        session = boto3.Session(profile_name=profile)
        return session, region or os.environ.get("AWS_REGION") or session.region_name
    except Exception as error:
        raise explained(error) or error from error


def _identified(
    name: str, session: Session, region: str, endpoint: str | None, credentials: ReadOnlyCredentials | None = None
) -> Target:
    """Ask who we are: it works with any valid identity and finds every trouble with credentials or network at once.
    `credentials` stand in for the session's."""
    try:
        sts = Clients(session, region=region, endpoint=endpoint, attempts=IDENTITY_ATTEMPTS).sts
        asking = credentials or given_out(session)
        sign_by(sts, lambda: asking)
        identity = sts.get_caller_identity()
    except Exception as error:
        raise explained(error) or error from error
    return Target(
        name=name,
        session=session,
        region=region,
        endpoint=endpoint,
        account=identity["Account"],
        partition=identity["Arn"].split(":")[1],
        caller=identity["Arn"],
        access_key=asking.access_key if asking else None,
    )
