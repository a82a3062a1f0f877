"""Whether the function can use up the database's connections."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture

KEPT_BACK = 3
"""PostgreSQL keeps so many for superusers (superuser_reserved_connections)."""


def most(picture: Picture) -> int | None:
    """max_connections, as the database itself or its parameter group says; RDS's default is a formula."""
    limit = picture.probe.learned("query", "max_connections")
    if limit is not None:
        return int(limit)
    value = picture.database.parameters.get("max_connections", "") if picture.database else ""
    return int(value) if value.isdecimal() else None


@check
def budget(picture: Picture) -> Iterator[Finding]:
    """Each environment of the function keeps one connection; a proxy shares its own among them."""
    function, limit = picture.function, most(picture)
    if function is None or limit is None or picture.via_proxy or function.reserved is None:
        return
    usable = limit - KEPT_BACK
    if function.reserved > usable:
        yield Finding(
            id="connections.budget",
            link=Link.DATABASE,
            severity=Severity.risks,
            what="A burst of calls can use up all of the database's connections.",
            evidence=f"Up to {function.reserved} environments at once, one connection each; the database takes "
            f"{usable} (max_connections {limit}).",
            command="provision enable-proxy"
            if picture.subject.ours
            else f"aws lambda put-function-concurrency --function-name {function.name} "
            f"--reserved-concurrent-executions {usable}",
        )
