"""What AWS and the function say themselves: the proof that something is wrong, and the cause where nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture
from provision.doctor.probe import Step

SYMPTOM = Link.SYMPTOM
PASSWORD = ("password", "authentication failed", "no credentials for the role")
FULL = ("too many clients", "remaining connection slots", "timed-out waiting to acquire", "query_wait_timeout")
LOGS = "aws logs tail {} --since 10m"


@check
def target(picture: Picture) -> Iterator[Finding]:
    """AWS: a target is UNAVAILABLE for some minutes while the proxy gets its capacity; that is no fault."""
    proxy, database = picture.proxy, picture.database
    if proxy is None or database is None:
        return
    for one in proxy.targets:
        if one.database != database.identifier or one.state in ("AVAILABLE", "UNUSED", ""):
            continue
        passing = one.state == "REGISTERING" or one.reason == "PENDING_PROXY_CAPACITY"
        refused = one.reason == "AUTH_FAILURE" and any(words in one.description.lower() for words in PASSWORD)
        evidence = f"AWS: {one.state} {one.reason}. {one.description}".strip()
        severity = Severity.blocks if picture.via_proxy else Severity.risks
        if refused:
            yield _password(picture, evidence, severity)
            continue
        yield Finding(
            id="proxy.health",
            link=SYMPTOM,
            severity=severity,
            what="The proxy is only getting ready." if passing else "The proxy cannot use the database.",
            evidence=evidence,
            command=f"aws rds describe-db-proxy-targets --db-proxy-name {proxy.name}",
        )


@check
def call(picture: Picture) -> Iterator[Finding]:
    """The call itself failed, before any step."""
    failure = picture.probe.failure
    if not failure or picture.function is None:
        return
    if "not set" in failure or "not a number" in failure:
        return  # `variables` says it
    code = "ImportModuleError" in failure or "HandlerNotFound" in failure
    yield Finding(
        id="function.code" if code else "function.fails",
        link=SYMPTOM,
        what="The function's code cannot be loaded." if code else "The function fails before it gets anywhere.",
        evidence=f"It said: {failure}",
        command="provision up" if code else LOGS.format(picture.function.logs),
        by_up=code,
    )


@check
def step(picture: Picture) -> Iterator[Finding]:
    failed = picture.probe.failed
    if failed is not None:
        yield _of_step(picture, failed)


def _of_step(picture: Picture, failed: Step) -> Finding:
    evidence = f"The function, at its step {failed.name}, after {failed.ms:.0f} ms: {failed.error}: {failed.text}"
    whose = "the proxy" if picture.via_proxy else "the database"
    text = failed.text.lower()
    if failed.name in ("authenticate", "query") and any(words in text for words in FULL):  # a pooler lets in first
        return _finding(picture, "connections.full", "All connections are taken.", evidence)
    if failed.name == "authenticate" and 'database "' in text and "does not exist" in text:
        return _finding(picture, "login.database", "There is no database of that name on the server.", evidence)
    if failed.name == "authenticate" and any(words in text for words in PASSWORD):
        return _password(picture, evidence, Severity.blocks)
    if failed.name == "secret":
        return _of_secret(picture, failed, evidence)
    unreached = "does not answer" if failed.timed_out else "refuses the connection"
    what = {
        "resolve": "The address that the function is told cannot be looked up.",
        "connect": f"{whose.capitalize()} {unreached}.",
        "tls": f"{whose.capitalize()}'s certificate is not trusted, or it speaks no TLS.",
        "authenticate": f"{whose.capitalize()} does not let the function in.",
    }.get(failed.name, "The database does not answer a query.")
    return _finding(picture, f"probe.{failed.name}", what, evidence)


def _of_secret(picture: Picture, failed: Step, evidence: str) -> Finding:
    if failed.code:
        return _finding(picture, "probe.secret", f"Secrets Manager refuses the function: {failed.code}.", evidence)
    what = "Secrets Manager does not answer the function." if failed.timed_out else "The secret cannot be used."
    return _finding(picture, "probe.secret", what, evidence)


def _kept(picture: Picture, kept: str, evidence: str, severity: Severity) -> Finding:
    """AWS: takes no password where RDS keeps it (API reference, ModifyDBInstance)."""
    anew = f"aws rds modify-db-instance --db-instance-identifier {picture.subject.database}"
    ours, same = picture.subject.ours, bool(picture.secret and picture.secret.arn == kept)
    advice = f"RDS keeps the password itself, in {kept}. "
    if ours:
        advice += "`up` takes it back to the stack's secret."
    else:
        advice += "It then makes another one." if same else "Have the function read that one, and the proxy too."
    command = "provision up" if ours else f"{anew} --rotate-master-user-password --apply-immediately" if same else ""
    return _refused(evidence, severity, command, advice, by_up=ours)


def _password(picture: Picture, evidence: str, severity: Severity) -> Finding:
    user = picture.secret.facts.get("username", "") if picture.secret else ""
    master = picture.database.master if picture.database else ""
    other = user if user and master and user != master else ""
    kept = picture.database.kept if picture.database and not other else ""
    if kept:
        return _kept(picture, kept, evidence, severity)
    change = f"aws rds modify-db-instance --db-instance-identifier {picture.subject.database} --apply-immediately"
    if other:
        advice = f"Give {other} the password that the secret holds, as {master}: ALTER ROLE {other} PASSWORD ..."
        return _refused(evidence, severity, "", advice)
    command = f"{change} --master-user-password PASSWORD"
    return _refused(evidence, severity, command, "PASSWORD is the one that the secret holds.")


def _refused(evidence: str, severity: Severity, command: str, advice: str, *, by_up: bool = False) -> Finding:
    return Finding(
        id="login.password",
        link=SYMPTOM,
        severity=severity,
        what="The database does not take the password that the secret holds.",
        evidence=evidence,
        command=command,
        advice=advice,
        by_up=by_up,
    )


def _finding(picture: Picture, id: str, what: str, evidence: str) -> Finding:  # noqa: A002 - its name
    logs = picture.function.logs if picture.function else ""
    return Finding(id=id, link=SYMPTOM, what=what, evidence=evidence, command=LOGS.format(logs))
