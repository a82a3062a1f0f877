"""One cached, typed client per service, each built here alone."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from provision.aws import answer_checks, upload

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_sts import STSClient

    from provision.aws.rate_limits import RateLimits
    from provision.aws.same_account import SameAccount

CONNECT_SECONDS = 5
READ_SECONDS = 30
READING = 6
"""Attempts at a call that only reads: botocore's standard mode repeats throttled, lost and 5xx answers with growing,
jittered pauses."""
ONCE = 1
"""For changing. AWS: CreateVpc, CreateSubnet, CreateInternetGateway and AllocateAddress have no idempotency token, so a
re-sent one makes a second; what became of a lost answer is found by looking."""

_BUILDING = threading.Lock()
"""A boto3 session must not build two clients at once."""


class Clients:
    """The services of one account and Region. `endpoint` is the local AWS's; None means AWS's own (or those of the
    AWS_ENDPOINT_URL variables, which botocore reads). `attempts` counts the first one; `read_seconds` is how long an
    answer may take; `limits` and `same` are shared with other clients of the account."""

    def __init__(
        self,
        session: Session,
        *,
        region: str,
        endpoint: str | None,
        attempts: int,
        read_seconds: float = READ_SECONDS,
        limits: RateLimits | None = None,
        same: SameAccount | None = None,
    ) -> None:
        self._session = session
        self._region = region
        self._endpoint = endpoint
        self._config = _config(attempts, read_seconds, loopback=endpoint is not None)
        self._limits = limits
        self._same = same
        self._built: dict[str, Any] = {}

    def _client(self, service: str) -> Any:
        """The same for all threads, of which many may be the first to ask at once."""
        if service not in self._built:
            with _BUILDING:
                if service not in self._built:
                    self._built[service] = self._build(service)
        return self._built[service]

    def _build(self, service: str) -> Any:
        client: Any = self._session.client(  # type: ignore[call-overload]  # the stubs want literal service names
            service, region_name=self._region, endpoint_url=self._endpoint, config=self._config
        )
        client.meta.events.register("before-parse", answer_checks.check)
        client.meta.events.register("after-call", _note_service)
        client.meta.events.register("after-call-error", _note_call)
        client.meta.events.register("after-call.lambda.GetFunction", _insist_on_tags)
        upload.stream_zips(client)
        if self._same is not None:
            self._same.apply(client)
        if self._limits is not None:
            self._limits.apply(service, client)
        return client

    @property
    def ec2(self) -> EC2Client:
        return cast("EC2Client", self._client("ec2"))

    @property
    def iam(self) -> IAMClient:
        return cast("IAMClient", self._client("iam"))

    @property
    def awslambda(self) -> LambdaClient:
        return cast("LambdaClient", self._client("lambda"))

    @property
    def logs(self) -> CloudWatchLogsClient:
        return cast("CloudWatchLogsClient", self._client("logs"))

    @property
    def rds(self) -> RDSClient:
        return cast("RDSClient", self._client("rds"))

    @property
    def secretsmanager(self) -> SecretsManagerClient:
        return cast("SecretsManagerClient", self._client("secretsmanager"))

    @property
    def quotas(self) -> ServiceQuotasClient:
        return cast("ServiceQuotasClient", self._client("service-quotas"))

    @property
    def sts(self) -> STSClient:
        return cast("STSClient", self._client("sts"))


def _note_service(*, parsed: dict[str, Any], model: Any, **_: Any) -> None:
    """A refusal names only the operation; to name the action that IAM knows, `refusals` wants the service too."""
    parsed.setdefault("ResponseMetadata", {})["Service"] = model.service_model.signing_name


def _note_call(*, exception: Exception, event_name: str, **_: Any) -> None:
    """botocore's own exceptions do not say which call they are about, such as `rds:ModifyDBProxy`."""
    exception.add_note(":".join(event_name.split(".")[1:]))


def _insist_on_tags(*, parsed: dict[str, Any], **_: Any) -> None:
    """AWS: without lambda:ListTags GetFunction is no refusal; it leaves out the tags, by which we know our own, and
    says why in `TagsError` (Lambda API reference). Raises that as ListTags itself would."""
    if error := parsed.get("TagsError"):
        from botocore.exceptions import ClientError

        refusal: Any = {"Code": error.get("ErrorCode", ""), "Message": error.get("Message", "")}
        about: Any = {**parsed["ResponseMetadata"], "Service": "lambda"}
        raise ClientError({"Error": refusal, "ResponseMetadata": about}, "ListTags")


def _config(attempts: int, read_seconds: float, *, loopback: bool) -> Config:
    """`loopback`: what HTTP_PROXY names has no part in it."""
    from botocore.config import Config as BotocoreConfig

    return BotocoreConfig(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra="provision",
        max_pool_connections=16,
        proxies={} if loopback else None,
    )
