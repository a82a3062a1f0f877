"""What the function is told: where the database is, and which secret opens it."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture

NEEDED = ("DB_ENDPOINT_ADDRESS", "DB_PORT", "DB_NAME", "DB_SECRET_ARN")


def _finding(picture: Picture, id: str, what: str, evidence: str, severity: Severity = Severity.blocks) -> Finding:  # noqa: A002 - its name
    name = picture.function.name if picture.function else ""
    ours = picture.subject.ours
    by_hand = f"aws lambda update-function-configuration --function-name {name} --environment file://environment.json"
    return Finding(
        id=id,
        link=Link.FUNCTION,
        severity=severity,
        what=what,
        evidence=evidence,
        command="provision up" if ours else by_hand,
        advice="" if ours else 'environment.json is {"Variables": {...}} with every variable: it replaces them all.',
        by_up=True,
    )


@check
def unreadable(picture: Picture) -> Iterator[Finding]:
    """AWS: whoever may not decrypt with the function's key gets an error in place of the variables."""
    function = picture.function
    if function is not None and function.unreadable:
        yield Finding(
            id="function.variables-unreadable",
            link=Link.FUNCTION,
            severity=Severity.risks,
            what="The function's variables cannot be read from here, so that nothing is known of what it is told.",
            evidence=f"Lambda: {function.unreadable}",
            command=f"aws kms describe-key --key-id {function.key or 'alias/aws/lambda'}",
            advice="The key has to be enabled, and this identity needs kms:Decrypt with it, as the role does.",
        )


@check
def missing(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    if function is None or function.unreadable or not picture.subject.ours:
        return
    lacking = [name for name in NEEDED if not function.variables.get(name)]
    if lacking:
        yield _finding(
            picture,
            "function.variable",
            f"The function is not told {', '.join(lacking)}.",
            f"{', '.join(lacking)}: not set in the function's environment.",
        )


@check
def address(picture: Picture) -> Iterator[Finding]:
    """Whether the name leads to the database or to the proxy. One that is still coming up has no address yet."""
    function, database, proxy = picture.function, picture.database, picture.proxy
    if function is None or database is None or not database.address:
        return
    if picture.subject.ours and (not picture.address or (picture.subject.proxy and proxy is None)):
        return  # `missing`, or the proxy's own check, says it
    known = {"the database": database.address, **({"the proxy": proxy.address} if proxy else {})}
    if picture.address in known.values():
        return
    places = ", ".join(f"{whose} is at {where}" for whose, where in known.items())
    if picture.subject.ours:
        what = "The function is told an address that is neither the database's nor the proxy's."
        yield _finding(picture, "function.address", what, f"It is told {picture.address}; {places}.")
    else:
        yield Finding(
            id="function.address",
            link=Link.FUNCTION,
            severity=Severity.risks,
            what="Where the function looks for the database cannot be told from here.",
            evidence=f"Neither its variables nor its secret hold a known address; {places}.",
            advice="What its code connects to instead, such as a name of your own, has to lead there.",
        )


@check
def past_the_proxy(picture: Picture) -> Iterator[Finding]:
    if picture.proxy is not None and picture.subject.proxy and picture.direct:
        yield _finding(
            picture,
            "function.past-proxy",
            "The function goes past the proxy, to the database itself.",
            f"DB_ENDPOINT_ADDRESS is {picture.address}; the proxy is at {picture.proxy.address}.",
            Severity.risks,
        )


@check
def port(picture: Picture) -> Iterator[Finding]:
    """The local AWS's proxy listens on the database's own port."""
    function, database = picture.function, picture.database
    given = function.variables.get("DB_PORT", "") if function and picture.subject.ours else ""
    if not given or database is None or not database.port:
        return
    proxy = picture.proxy if picture.via_proxy else None
    right = {str(database.port), str(proxy.port)} if proxy else {str(database.port)}
    if given not in right:
        yield _finding(
            picture,
            "function.port",
            "The function is told a port on which nobody listens.",
            f"DB_PORT is {given}; the database listens on {database.port}.",
        )


@check
def name(picture: Picture) -> Iterator[Finding]:
    """A database may have been made by hand, so a call that got through is right."""
    function, database = picture.function, picture.database
    given = function.variables.get("DB_NAME", "") if function and picture.subject.ours else ""
    if not given or database is None or picture.probe.works or given in (database.name, "postgres"):
        return
    yield _finding(
        picture,
        "function.database-name",
        "The function is told a database that this instance was not made with.",
        f"DB_NAME is {given}; the instance was made with {database.name or 'none'}.",
    )


@check
def other_secret(picture: Picture) -> Iterator[Finding]:
    wanted, secret = picture.subject.secret, picture.secret
    if wanted and secret is not None and secret.name != wanted:
        yield _finding(
            picture,
            "function.secret",
            "The function is told another secret than this stack's.",
            f"DB_SECRET_ARN is that of {secret.name}; the stack's is {wanted}.",
        )
