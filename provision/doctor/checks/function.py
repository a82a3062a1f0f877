"""The function itself."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture

SHORTEST = 6
"""Seconds; a connection that is refused by silence takes the handler five."""


@check
def missing(picture: Picture) -> Iterator[Finding]:
    if picture.function is None:
        name = picture.subject.function
        yield Finding(
            id="function.missing",
            link=Link.FUNCTION,
            what=f"There is no function {name}.",
            evidence=f"Lambda knows no {name} in {picture.region}.",
            command="provision up",
            by_up=True,
        )


@check
def state(picture: Picture) -> Iterator[Finding]:
    """AWS: Failed is final for that configuration; an Inactive function fails once and wakes up."""
    function = picture.function
    if function is None:
        return
    name = function.name
    if function.state not in ("Active", "Inactive"):
        yield Finding(
            id="function.state",
            link=Link.FUNCTION,
            what=f"The function is {function.state}.",
            evidence=f"Lambda: {function.reason or 'no reason given'}",
            command="provision up"
            if function.state == "Failed"
            else f"aws lambda wait function-active-v2 --function-name {name}",
            by_up=function.state == "Failed",
        )
    if function.state == "Inactive":
        yield Finding(
            id="function.inactive",
            link=Link.FUNCTION,
            severity=Severity.risks,
            what="The function has been idle for so long that Lambda took its network interfaces away.",
            evidence=f"Lambda: {function.reason or 'Inactive'}. The next call fails and wakes it up.",
            command=f"aws lambda invoke --function-name {name} /dev/stdout",
        )
    if function.update == "Failed":
        yield Finding(
            id="function.update",
            link=Link.FUNCTION,
            what="The last change of the function failed, so that it may still run what was before.",
            evidence=f"Lambda: {function.update_reason or 'no reason given'}",
            command="provision up",
            by_up=True,
        )


@check
def stopped(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    if function is not None and function.reserved == 0:
        yield Finding(
            id="function.stopped",
            link=Link.FUNCTION,
            what="The function may not run at all: its reserved concurrency is 0.",
            evidence=f"Every call of {function.name} is answered with TooManyRequestsException.",
            command=f"aws lambda delete-function-concurrency --function-name {function.name}",
        )


@check
def handler(picture: Picture) -> Iterator[Finding]:
    function, wanted = picture.function, picture.subject.handler
    if function is not None and wanted and function.handler != wanted:
        yield Finding(
            id="function.handler",
            link=Link.FUNCTION,
            what="The function begins with a handler that its code does not have.",
            evidence=f"Its handler is {function.handler}; the code's is {wanted}.",
            command="provision up",
            by_up=True,
        )


@check
def timeout(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    if function is not None and function.timeout < SHORTEST:
        yield Finding(
            id="function.timeout",
            link=Link.FUNCTION,
            severity=Severity.risks,
            what="The function may run for too short a time to connect on a bad day.",
            evidence=f"Its timeout is {function.timeout} s; what goes wrong is told only after 5 s.",
            command=f"aws lambda update-function-configuration --function-name {function.name} --timeout 30",
            by_up=True,
        )
