"""RDS Proxy: the function's way to it, its state, how it logs in, and what it stands in front of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from provision.doctor.checks import apart, ways
from provision.doctor.checks.role import keyless, reading, trusting, widening
from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Auth, Picture
from provision.doctor.policy import READ, evaluate, trusts

RDS = "rds.amazonaws.com"


@check
def missing(picture: Picture) -> Iterator[Finding]:
    wanted = picture.subject.proxy
    if not wanted or picture.proxy is not None:
        return
    yield Finding(
        id="proxy.missing",
        link=Link.PROXY,
        severity=Severity.risks if picture.direct else Severity.blocks,
        what="The proxy that the function is to go through is gone.",
        evidence=f"RDS knows no proxy {wanted}.",
        command="provision up",
        by_up=True,
    )


@check
def way(picture: Picture) -> Iterator[Finding]:
    proxy = picture.proxy
    if proxy is not None and picture.via_proxy and apart.connected(picture):
        target = ways.end(picture, "proxy", proxy.subnets, proxy.groups)
        yield from ways.closed(picture, Link.PROXY_WAY, ways.own(picture), target, proxy.port)


@check
def state(picture: Picture) -> Iterator[Finding]:
    proxy = picture.proxy
    if proxy is None or proxy.state == "available":
        return
    passing = proxy.state in ("creating", "modifying", "resetting", "reactivating")
    broken = proxy.state in ("incompatible-network", "insufficient-resource-limits")
    again = "provision disable-proxy" if broken else "provision up"
    yield Finding(
        id="proxy.state",
        link=Link.PROXY,
        severity=Severity.blocks if picture.via_proxy else Severity.risks,
        what=f"The proxy is {proxy.state}.",
        evidence=f"RDS says so of {proxy.name}." + (" It passes by itself." if passing else ""),
        command=f"aws rds describe-db-proxies --db-proxy-name {proxy.name} --query 'DBProxies[0].Status'"
        if passing
        else again,
        advice="Then see that ten addresses are free in its subnets, and run `provision enable-proxy`."
        if broken
        else "",
        by_up=not (passing or broken),
    )


@check
def auth(picture: Picture) -> Iterator[Finding]:
    """AWS: the proxy knows only the users of the secrets that it was given."""
    proxy, secret = picture.proxy, picture.secret
    if proxy is None or not picture.via_proxy:
        return
    mine = next((one for one in proxy.auth if secret is not None and one.secret == secret.arn), None)
    severity = (
        Severity.blocks if picture.subject.ours else Severity.risks
    )  # theirs may come with a token, or its own copy
    if secret is not None and mine is None:
        given = ", ".join(one.secret for one in proxy.auth) or "none"
        yield Finding(
            id="proxy.auth",
            link=Link.PROXY,
            severity=severity,
            what="The proxy was not given the secret that the function logs in with.",
            evidence=f"Its secrets: {given}. The function's: {secret.arn}.",
            command=_authenticating(proxy.name, [*proxy.auth, Auth(secret=secret.arn, iam="DISABLED")]),
            by_up=True,
        )
    if mine is not None and mine.iam == "REQUIRED":
        yield Finding(
            id="proxy.iam",
            link=Link.PROXY,
            severity=severity,
            what="The proxy takes IAM tokens alone, and the function comes with a password.",
            evidence=f"IAMAuth of {proxy.name} is REQUIRED for {mine.secret}.",
            command=_authenticating(
                proxy.name, [replace(one, iam="DISABLED") if one is mine else one for one in proxy.auth]
            ),
            by_up=True,
        )


def _authenticating(proxy: str, auth: Sequence[Auth]) -> str:
    """AWS: what is given replaces all that the proxy had."""
    listed = " ".join(f"AuthScheme=SECRETS,IAMAuth={one.iam},SecretArn={one.secret}" for one in auth if one.secret)
    return f"aws rds modify-db-proxy --db-proxy-name {proxy} --auth {listed}"


@check
def role(picture: Picture) -> Iterator[Finding]:
    proxy, secret = picture.proxy, picture.secret
    if proxy is None or not proxy.role:
        return
    held = picture.roles.get(proxy.role)
    context = {"aws:sourceaccount": picture.account}
    if held is None:
        evidence = f"IAM knows no {proxy.role}."
        yield _role(picture, "proxy.role", "The proxy's role is gone.", evidence, "provision up")
        return
    if not trusts(held, RDS, context):
        evidence = f"The trust policy of {held.name} does not let {RDS} assume it."
        command = trusting(held, RDS, picture.account)
        yield _role(picture, "proxy.trust", "RDS may not take the proxy's role.", evidence, command)
    if secret is None or secret.deleting:
        return
    context = {"aws:principalaccount": picture.account, "aws:principalarn": held.arn}
    verdict = evaluate(held, READ, secret.arn, context, own=secret.policy)
    if not verdict.allowed:
        what, evidence = "The proxy's role may not read the secret.", f"{verdict.sentence} on {secret.arn}."
        advice = widening(picture, verdict)
        command = "" if advice else reading(held, verdict, secret.arn)
        finding = _role(picture, "proxy.denied", what, evidence, command)
        yield replace(finding, advice=advice, by_up=not verdict.added)
    if not any(one.state == "AVAILABLE" for one in proxy.targets):  # it has read the secret
        yield from keyless(picture, held, "proxy.key", Link.PROXY, "proxy", Severity.risks)


def _role(picture: Picture, id: str, what: str, evidence: str, command: str) -> Finding:  # noqa: A002 - its name
    return Finding(
        id=id,
        link=Link.PROXY,
        severity=Severity.blocks if picture.via_proxy else Severity.risks,
        what=what,
        evidence=evidence,
        command=command,
        by_up=True,
    )


@check
def target(picture: Picture) -> Iterator[Finding]:
    proxy, database = picture.proxy, picture.database
    if proxy is None or database is None or any(one.database == database.identifier for one in proxy.targets):
        return
    others = ", ".join(one.database for one in proxy.targets)
    yield Finding(
        id="proxy.target",
        link=Link.PROXY,
        severity=Severity.blocks if picture.via_proxy else Severity.risks,
        what="The proxy does not stand in front of the database.",
        evidence=f"The targets of {proxy.name}: {others or 'none'}.",
        command=f"aws rds register-db-proxy-targets --db-proxy-name {proxy.name} "
        f"--db-instance-identifiers {database.identifier}",
        advice=f"A proxy stands in front of one database; first `aws rds deregister-db-proxy-targets --db-proxy-name "
        f"{proxy.name} --db-instance-identifiers {proxy.targets[0].database}`."
        if proxy.targets
        else "",
        by_up=True,
    )


@check
def patience(picture: Picture) -> Iterator[Finding]:
    """AWS: 120 s by default, which is longer than most functions may run."""
    proxy, function = picture.proxy, picture.function
    if proxy is None or function is None or proxy.borrow_seconds < function.timeout:
        return
    yield Finding(
        id="proxy.patience",
        link=Link.PROXY,
        severity=Severity.risks,
        what="The proxy lets the function wait for a connection for longer than it may run.",
        evidence=f"Borrow timeout {proxy.borrow_seconds} s, function's timeout {function.timeout} s.",
        command=f"aws rds modify-db-proxy-target-group --db-proxy-name {proxy.name} --target-group-name default "
        f"--connection-pool-config ConnectionBorrowTimeout={max(1, function.timeout // 2)}",
        by_up=True,
    )


@check
def tls(picture: Picture) -> Iterator[Finding]:
    proxy = picture.proxy
    if proxy is not None and not proxy.require_tls:
        yield Finding(
            id="proxy.tls",
            link=Link.PROXY,
            severity=Severity.risks,
            what="The proxy takes connections without TLS.",
            evidence=f"RequireTLS of {proxy.name} is off.",
            command=f"aws rds modify-db-proxy --db-proxy-name {proxy.name} --require-tls",
            by_up=True,
        )
