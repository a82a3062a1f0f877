"""Until when AWS supports the database's major version and the function's runtime."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture

AS_OF = date(2026, 8, 31)
"""When the dates were read, from endoflife.date's tables of amazon-rds-postgresql and aws-lambda."""
ENGINES = {
    11: date(2024, 2, 29),
    12: date(2025, 2, 28),
    13: date(2026, 2, 28),
    14: date(2027, 2, 28),
    15: date(2028, 2, 29),
    16: date(2029, 2, 28),
    17: date(2030, 2, 28),
    18: date(2031, 2, 28),
}
"""The end of RDS's standard support by major version of PostgreSQL."""
RUNTIMES = {
    "python3.9": date(2025, 12, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
}
"""Lambda's deprecation dates."""
NEWEST = "python3.14"
NEAR = timedelta(days=90)


@check
def engine(picture: Picture) -> Iterator[Finding]:
    """AWS: parameters of one's own are for one major version, and others have to be named along with another one (RDS
    User Guide, "How to perform a major version upgrade")."""
    database = picture.database
    until = ENGINES.get(database.major) if database and "postgres" in database.engine else None
    if database is not None and until is not None and until < picture.today + NEAR:
        command = f"aws rds modify-db-instance --db-instance-identifier {database.identifier} --engine-version VERSION "
        command += "--allow-major-version-upgrade --db-parameter-group-name default.postgresMAJOR"
        advice = "VERSION is one that RDS upgrades to: ValidUpgradeTarget of `aws rds describe-db-engine-versions`; "
        advice += "MAJOR is what it begins with"
        advice += f", at most {max(ENGINES)}." if picture.subject.ours else "."
        if picture.subject.ours:
            advice += " Once that is done, set database.engine_version to MAJOR and run `provision up`."
        yield _finding(
            picture, "database.support", Link.DATABASE, f"PostgreSQL {database.major}", until, command, advice
        )


@check
def runtime(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    until = RUNTIMES.get(function.runtime) if function else None
    if function is not None and until is not None and until < picture.today + NEAR:
        change = f"aws lambda update-function-configuration --function-name {function.name} --runtime {NEWEST}"
        yield _finding(
            picture,
            "function.runtime",
            Link.FUNCTION,
            f"The runtime {function.runtime}",
            until,
            "provision up" if picture.subject.ours else change,
            f'Set function.runtime = "{NEWEST}" before, if it is older there.'
            if picture.subject.ours
            else "What is compiled in its code has to be made for that runtime.",
        )


def _finding(
    picture: Picture,
    id: str,  # noqa: A002 - its name
    link: Link,
    what: str,
    until: date,
    command: str,
    advice: str = "",
) -> Finding:
    over = until < picture.today
    verb = "is no longer supported by AWS" if over else "will soon no longer be supported by AWS"
    return Finding(
        id=id,
        link=link,
        severity=Severity.risks,
        what=f"{what} {verb}.",
        evidence=f"Its standard support {'ended' if over else 'ends'} on {until} (dates as of {AS_OF}).",
        command=command,
        advice=advice,
    )
