"""The reads behind a picture: first what is asked about, then, all at once, what belongs to it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from provision.doctor.gather import databases, functions, networks, proxies, roles, secrets
from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Database, Function, Picture, Subject, names

if TYPE_CHECKING:
    from provision.engine.run import Run


def gather(run: Run, subject: Subject) -> Picture:
    """The account as it is now, read only; the probe is not asked yet."""
    reader = Reader(run)
    function, database, listed = reader.together(
        lambda: functions.function(reader, subject.function),
        lambda: databases.database(reader, subject.database),
        lambda: proxies.listed(reader),
    )
    seen = _proxy(subject, function, database, listed)
    arn = _secret_of(subject, function, seen)
    vpcs = sorted({one.vpc for one in (function, database) if one is not None and one.vpc})
    held = [one for one in (function.role if function else "", seen["RoleArn"] if seen else "") if one]
    secret, database, proxy, *rest = reader.together(
        lambda: secrets.secret(reader, arn or subject.secret),
        lambda: databases.with_parameters(reader, database),
        lambda: proxies.proxy(reader, seen),
        *(partial(roles.role, reader, one) for one in held),
        *networks.reads(reader, vpcs),
    )
    return Picture(
        subject=subject,
        account=run.stack.account,
        region=run.stack.region,
        today=datetime.fromtimestamp(run.clock.stamp(), UTC).date(),
        function=function,
        secret=secret,
        secret_arn=arn,
        database=database,
        proxy=proxy,
        roles=dict(zip(held, rest, strict=False)),
        network=networks.built(rest[len(held) :]),
        unseen=tuple(reader.unseen),
    )


def _proxy(subject: Subject, function: Function | None, database: Database | None, listed: list[Any]) -> Any:
    """The proxy that the stack is to have, or the one whose endpoint the function is told of."""
    if subject.proxy:
        return next((one for one in listed if one["DBProxyName"] == subject.proxy), None)
    values = list(function.variables.values()) if function else []
    if subject.ours and database is not None and database.address in values:
        return None
    return next((one for one in listed if one.get("Endpoint") and names(one["Endpoint"], values)), None)


def _secret_of(subject: Subject, function: Function | None, proxy: Any) -> str:
    """The ARN of the secret that the function is told of; of several the one that its proxy has, too."""
    if function is None:
        return ""
    if subject.ours:
        return function.variables.get("DB_SECRET_ARN", "")
    told = [value for value in function.variables.values() if ":secretsmanager:" in value]
    shared = {one.get("SecretArn") for one in proxy.get("Auth", [])} if proxy else set()
    return next((one for one in told if one in shared), told[0] if told else "")
