"""Each check finds what it is about, from where on it is so and no earlier; a picture with one part changed says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.finding import Finding
from provision.doctor.picture import Auth, Picture, Subject, Target
from provision.doctor.probe import Probe, Step
from tests.doctor.changed import PAST, database, function, network, proxy, secret, told
from tests.doctor.pictures import ARN, HEALTHY, PROXIED, PROXY_ROLE, ROLE

BLOCKS, RISKS = "blocks", "risks"
MINE = {"HOST": "db.example", "SECRET": ARN}
LOST = {"function.address": BLOCKS}
FULL = {"max_connections": "100"}
GONE = replace(PROXIED, proxy=None, subject=replace(PROXIED.subject, proxy="p"))
"""A proxy that is wanted and is not there."""
THEIRS = function(replace(HEALTHY, subject=Subject(function="f", database="db", ours=False)), variables=MINE)
"""A function that somebody else wrote."""
WITHOUT_ROLE = {ROLE.arn: ROLE}
OTHER = (Target(database="other", state="AVAILABLE", reason="", description=""),)
UNUSED = (Target(database="db", state="UNUSED", reason="", description=""),)
OTHERS_FAILURE = (*PROXIED.proxy.targets, replace(OTHER[0], state="UNAVAILABLE")) if PROXIED.proxy else ()


def only(picture: Picture) -> Finding:
    (finding,) = diagnose(picture).findings
    return finding


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (function(state="Pending"), {"function.state": BLOCKS}),
        (function(state="Inactive"), {"function.inactive": RISKS}),
        (function(update="Failed"), {"function.update": BLOCKS}),
        (function(variables={}, unreadable="No."), {"function.variables-unreadable": RISKS}),
        (function(timeout=6), {}),
        (function(timeout=5), {"function.timeout": RISKS}),
        (replace(HEALTHY, today=date(2029, 3, 31)), {}),
        (replace(HEALTHY, today=date(2029, 4, 2)), {"function.runtime": RISKS}),
        (function(database(parameters=FULL), reserved=97), {}),
        (function(database(parameters=FULL), reserved=98), {"connections.budget": RISKS}),
        (function(database(PROXIED, parameters=FULL), reserved=98), {}),
        (database(parameters=FULL), {}),
        (network(subnets={"subnet-a": replace(HEALTHY.network.subnets["subnet-a"], free=0)}), {"network.full": RISKS}),
        (database(state="backing-up"), {}),
        (database(state="rebooting"), {"database.state": BLOCKS}),
        (database(parameter_state="pending-reboot"), {"database.reboot": RISKS}),
        (database(certificate_until=date(2026, 12, 26)), {}),
        (database(certificate_until=date(2026, 12, 25)), {"database.certificate": RISKS}),
        (database(certificate_until=date(2026, 11, 24)), {"database.certificate": BLOCKS}),
        (database(PROXIED, certificate_until=date(2026, 11, 24)), {"database.certificate": RISKS}),
        (GONE, {"proxy.missing": BLOCKS}),
        (replace(GONE, function=HEALTHY.function), {"proxy.missing": RISKS}),
        (proxy(state="creating"), {"proxy.state": BLOCKS}),
        (proxy(PAST, state="creating"), {"proxy.state": RISKS}),
        (proxy(told(PROXIED, DB_ENDPOINT_ADDRESS="former"), state="creating"), LOST | {"proxy.state": BLOCKS}),
        (proxy(auth=(Auth(secret=ARN, iam="ENABLED"),)), {}),
        (proxy(PAST, auth=()), {}),
        (replace(PROXIED, roles=WITHOUT_ROLE), {"proxy.role": BLOCKS}),
        (replace(PAST, roles=WITHOUT_ROLE), {"proxy.role": RISKS}),
        (proxy(targets=OTHER), {"proxy.target": BLOCKS}),
        (proxy(PAST, targets=OTHER), {"proxy.target": RISKS}),
        (proxy(targets=UNUSED), {}),
        (proxy(targets=OTHERS_FAILURE), {}),
        (proxy(borrow_seconds=179), {}),
        (proxy(borrow_seconds=180), {"proxy.patience": RISKS}),
        (replace(PAST, subject=replace(PAST.subject, proxy="p")), {"function.past-proxy": RISKS}),
        (PAST, {}),
        (secret(current=False), {"secret.empty": BLOCKS}),
        (secret(readable=False, current=False, keys=None), {}),
        (secret(facts={"username": "postgres"}), {}),
        (secret(database(address="", port=0), facts={"username": "postgres", "host": "former"}), {}),
        (told(DB_ENDPOINT_ADDRESS=""), {"function.variable": BLOCKS}),
        (THEIRS, {}),
        (told(DB_PORT="5433"), {"function.port": BLOCKS}),
        (told(database(PROXIED, port=6432), DB_PORT="5432"), {}),
        (told(database(PROXIED, port=6432), DB_PORT="6432"), {}),
        (told(database(port=6432), DB_PORT="5432"), {"function.port": BLOCKS}),
        (told(DB_NAME="postgres"), {}),
        (replace(HEALTHY, probe=Probe(failure="BadConfiguration: DB_PORT is not a number")), {}),
        (replace(HEALTHY, probe=Probe(failure="Runtime.HandlerNotFound: no handler")), {"function.code": BLOCKS}),
    ],
)
def test_a_part_is_found_out_from_where_on_it_matters(picture: Picture, found: dict[str, str]) -> None:
    assert {one.id: one.severity for one in diagnose(picture).findings} == found


@pytest.mark.parametrize(
    ("picture", "command", "by_up"),
    [
        (function(state="Pending"), "aws lambda wait function-active-v2", False),
        (function(state="Failed"), "provision up", True),
        (database(state="stopped"), "aws rds start-db-instance", True),
        (database(state="rebooting"), "aws rds wait db-instance-available", False),
        (database(state="storage-full"), "aws rds modify-db-instance", False),
        (database(state="failed"), "aws rds describe-events", False),
        (database(state="stopping"), "aws rds start-db-instance", True),
        (database(state="inaccessible-encryption-credentials-recoverable"), "aws rds start-db-instance", False),
        (database(state="inaccessible-encryption-credentials"), "aws rds describe-db-instances", False),
        (proxy(state="creating"), "aws rds describe-db-proxies", False),
        (proxy(state="incompatible-network"), "provision disable-proxy", False),
        (proxy(state="suspended"), "provision up", True),
        (replace(HEALTHY, today=date(2029, 7, 1)), "provision up", False),
        (replace(HEALTHY, probe=Probe(failure="Runtime.ImportModuleError: no psycopg2")), "provision up", True),
        (replace(HEALTHY, probe=Probe(failure="Task timed out")), "aws logs tail", False),
    ],
)
def test_what_mends_it_depends_on_how_it_is(picture: Picture, command: str, by_up: bool) -> None:  # noqa: FBT001 - a column
    finding = only(picture)
    assert finding.command.startswith(command)
    assert finding.by_up is by_up


def test_a_database_is_upgraded_with_parameters_of_its_new_version() -> None:
    """AWS refuses it with those of its own, which are for the old one."""
    finding = only(database(version="13.4"))
    assert "--db-parameter-group-name default.postgresMAJOR" in finding.command
    assert "database.engine_version" in finding.advice


def failed(step: str, **said: Any) -> Probe:
    return Probe(steps=(Step(name=step, ok=False, ms=5000.0, **said),))


def health(reason: str, description: str = "") -> Picture:
    return proxy(targets=(Target(database="db", state="UNAVAILABLE", reason=reason, description=description),))


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (replace(HEALTHY, today=date(2029, 6, 1)), "will soon no longer be supported"),
        (replace(HEALTHY, today=date(2029, 7, 1)), "is no longer supported"),
        (database(certificate_until=date(2026, 12, 1)), "expires soon"),
        (database(certificate_until=date(2026, 11, 1)), "has expired"),
        (health("PENDING_PROXY_CAPACITY"), "only getting ready"),
        (health("CONNECTION_FAILED", "password"), "cannot use the database"),
        (health("AUTH_FAILURE", "the role may not read it"), "cannot use the database"),
        (replace(HEALTHY, probe=failed("connect", text="timed out")), "The database does not answer"),
        (replace(HEALTHY, probe=failed("connect", text="Connection refused")), "The database refuses the connection"),
        (replace(PROXIED, probe=failed("connect", error="TimeoutError")), "The proxy does not answer"),
        (replace(HEALTHY, probe=failed("secret", text="timed out")), "does not answer the function"),
        (replace(HEALTHY, probe=failed("secret", text="not JSON")), "cannot be used"),
        (replace(HEALTHY, probe=failed("secret", code="AccessDeniedException")), "refuses the function: AccessDenied"),
        (
            replace(HEALTHY, probe=failed("authenticate", text='role "x" does not exist')),
            "does not let the function in",
        ),
        (replace(HEALTHY, probe=failed("authenticate", text="remaining connection slots are")), "are taken"),
        (replace(PROXIED, probe=failed("authenticate", text="query_wait_timeout")), "are taken"),
    ],
)
def test_it_is_told_as_what_it_is(picture: Picture, words: str) -> None:
    assert words in only(picture).what


def test_a_proxy_that_is_not_used_is_told_of_and_no_cause() -> None:
    unhealthy = replace(health("CONNECTION_FAILED"), function=HEALTHY.function)
    assert (only(unhealthy).id, only(unhealthy).severity) == ("proxy.health", RISKS)
    assert diagnose(unhealthy).root is None


def test_whoever_got_through_with_another_user_is_believed() -> None:
    reader = secret(facts={"username": "reader"})
    assert only(reader).id == "secret.user"
    assert diagnose(replace(reader, probe=Probe(steps=(Step(name="query", ok=True, ms=1.0),)))).findings == ()


def test_a_proxy_is_not_said_to_lack_a_right_to_what_is_being_deleted() -> None:
    powerless = {**PROXIED.roles, PROXY_ROLE.arn: replace(PROXY_ROLE, policies={})}
    assert [one.id for one in diagnose(replace(PROXIED, roles=powerless)).findings] == ["proxy.denied"]
    leaving = secret(replace(PROXIED, roles=powerless), deleting="2026-11-20")
    assert [one.id for one in diagnose(leaving).findings] == ["secret.deleting"]


@pytest.mark.parametrize(("by", "shown"), [("r", True), ("theirs", False)])
def test_where_the_rotation_that_does_not_end_says_why(by: str, *, shown: bool) -> None:
    """`logs` knows the log group of the stack's own function."""
    picture = secret(replace(HEALTHY, subject=replace(HEALTHY.subject, rotation="r")), pending="2", rotated_by=by)
    advice = only(picture).advice
    assert (f"/aws/lambda/{by}" in advice, "`provision logs --rotation" in advice) == (True, shown)
