"""What the function and AWS say themselves, where nothing else tells why; and how findings are put in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from provision.doctor.asking import parsed
from provision.doctor.diagnosis import diagnose
from provision.doctor.finding import Link
from provision.doctor.picture import Database, Picture, Target, Unseen
from provision.doctor.probe import Probe
from provision.ui.diagnosis import FindingRow, LinkRow, StepRow, diagnosis
from tests.doctor.pictures import DATABASE, HEALTHY, PROXIED, PROXY_ROLE, ROLE

REFUSED = 'connection to server failed: FATAL: password authentication failed for user "postgres"'


def probe(step: str, error: str = "OperationalError", text: str = "", code: str = "") -> Probe:
    """What the handler answers when that step fails."""
    return parsed({"probe": [{"step": step, "ok": False, "ms": 5000.0, "error": error, "text": text, "code": code}]})


def first(picture: Picture) -> str:
    found = diagnose(picture)
    assert found.root is not None, found.findings
    return found.root.id


def test_nothing_is_wrong_with_a_healthy_picture() -> None:
    for picture in (HEALTHY, PROXIED):
        assert diagnose(picture).findings == ()


@pytest.mark.parametrize(
    ("answer", "root"),
    [
        (probe("secret", "ConnectTimeoutError", "Connect timeout on endpoint URL"), "probe.secret"),
        (probe("secret", "ClientError", "not authorized", "AccessDeniedException"), "probe.secret"),
        (probe("resolve", "gaierror", "Name or service not known"), "probe.resolve"),
        (probe("connect", "TimeoutError", "timed out"), "probe.connect"),
        (probe("tls", "SSLCertVerificationError", "certificate verify failed"), "probe.tls"),
        (probe("authenticate", text=REFUSED), "login.password"),
        (probe("authenticate", text='FATAL: database "shop" does not exist'), "login.database"),
        (probe("authenticate", text="FATAL: sorry, too many clients already"), "connections.full"),
        (probe("authenticate", text="Timed-out waiting to acquire database connection"), "connections.full"),
        (probe("query", text="FATAL:  query_wait_timeout\nserver closed the connection"), "connections.full"),
        (probe("query", text="Timed-out waiting to acquire database connection"), "connections.full"),
        (probe("query", text="server closed the connection"), "probe.query"),
        (Probe(failure="Runtime.ImportModuleError: No module named 'psycopg2._psycopg'"), "function.code"),
        (Probe(failure="Sandbox.Timedout: Task timed out after 3.00 seconds"), "function.fails"),
    ],
)
def test_what_the_function_says_is_the_cause_where_nothing_else_is(answer: Probe, root: str) -> None:
    assert first(replace(HEALTHY, probe=answer)) == root


@pytest.mark.parametrize(
    ("target", "root"),
    [
        (Target(database="db", state="UNAVAILABLE", reason="CONNECTION_FAILED", description="TLS"), "proxy.health"),
        (Target(database="db", state="UNAVAILABLE", reason="PENDING_PROXY_CAPACITY", description=""), "proxy.health"),
        (Target(database="db", state="UNAVAILABLE", reason="AUTH_FAILURE", description=REFUSED), "login.password"),
    ],
)
def test_a_targets_health_is_told_with_awss_reason(target: Target, root: str) -> None:
    assert PROXIED.proxy is not None
    picture = replace(PROXIED, proxy=replace(PROXIED.proxy, targets=(target,)))
    assert first(picture) == root
    assert target.reason in diagnose(picture).findings[0].evidence


def test_a_cause_comes_before_what_it_shows_as() -> None:
    stopped = replace(HEALTHY, database=replace(DATABASE, state="stopped"), probe=probe("connect", "TimeoutError"))
    assert [one.id for one in diagnose(stopped).findings] == ["database.state", "probe.connect"]


def test_a_link_shows_the_worst_that_was_found_there() -> None:
    picture = replace(HEALTHY, database=replace(DATABASE, state="failed", public=True))
    found = diagnose(picture)
    assert [(one.id, one.severity) for one in found.findings] == [
        ("database.state", "blocks"),
        ("database.public", "risks"),
    ]
    assert dict(found.links)[Link.DATABASE] == "blocks"
    assert Link.PROXY not in dict(found.links), "there is none"


def test_a_call_that_got_through_is_believed() -> None:
    """A database and a user may have been made by hand."""
    assert HEALTHY.function is not None
    elsewhere = replace(HEALTHY.function, variables={**HEALTHY.function.variables, "DB_NAME": "shop"})
    works = parsed({"probe": [{"step": "query", "ok": True, "ms": 1.0}]})
    assert first(replace(HEALTHY, function=elsewhere)) == "function.database-name"
    assert diagnose(replace(HEALTHY, function=elsewhere, probe=works)).findings == ()


def test_the_database_itself_says_how_many_connections_it_takes() -> None:
    assert HEALTHY.function is not None
    steps: list[dict[str, Any]] = [{"step": "query", "ok": True, "ms": 1.0, "told": {"max_connections": 40}}]
    busy = replace(HEALTHY, function=replace(HEALTHY.function, reserved=100), probe=parsed({"probe": steps}))
    [found] = diagnose(busy).findings
    assert (found.id, found.severity) == ("connections.budget", "risks")
    assert "37" in found.evidence


@pytest.mark.parametrize(
    ("what", "gone"),
    [
        ("the function", {"function": None, "roles": {}}),
        ("the database", {"database": None}),
        ("the proxies", {"proxy": None}),
        ("the secret", {"secret": None}),
        ("the role secret-f", {"roles": {}}),
        ("the policies of f", {"roles": {PROXY_ROLE.arn: PROXY_ROLE, ROLE.arn: replace(ROLE, policies={})}}),
        ("the subnets", {"network": replace(HEALTHY.network, subnets={})}),
    ],
)
def test_what_may_not_be_seen_is_said_and_nothing_is_made_of_it(what: str, gone: dict[str, Any]) -> None:
    blind = Unseen(what=what, why="The action is not allowed.", hint="Allow it.")
    wanted = replace(PROXIED, subject=replace(PROXIED.subject, proxy="p"))
    found = diagnose(replace(wanted, unseen=(blind,), **gone))
    assert found.root is None
    assert [(one.id, one.severity) for one in found.findings] == [("rights.unseen", "unseen")]


@pytest.mark.parametrize(
    ("found", "gone"),
    [
        ("function.missing", {"function": None}),
        ("database.missing", {"database": None}),
        ("proxy.missing", {"proxy": None}),
        ("role.missing", {"roles": {PROXY_ROLE.arn: PROXY_ROLE}}),
        ("proxy.role", {"roles": {ROLE.arn: ROLE}}),
        ("network.subnet", {"network": replace(HEALTHY.network, subnets={})}),
    ],
)
def test_one_right_that_is_lacking_hides_nothing_else(found: str, gone: dict[str, Any]) -> None:
    """Whoever has not run `up` may not read the secret's value, by the secret's own policy."""
    blind = Unseen(what="the secret's value", why="The action is not allowed.", hint="Allow it.")
    assert PROXIED.secret is not None
    unread = replace(PROXIED.secret, readable=False, current=False, keys=None, facts={})
    wanted = replace(PROXIED, subject=replace(PROXIED.subject, proxy="p"), secret=unread, unseen=(blind,))
    root = diagnose(replace(wanted, **gone)).root
    assert root is not None
    assert root.id == found


def test_no_door_is_called_shut_that_could_not_be_looked_at() -> None:
    blind = Unseen(what="the security groups", why="The action is not allowed.", hint="Allow it.")
    stopped = replace(DATABASE, state="stopped")
    picture = replace(HEALTHY, network=replace(HEALTHY.network, groups={}), unseen=(blind,), database=stopped)
    assert [one.id for one in diagnose(picture).findings] == ["database.state", "rights.unseen"]


def test_a_secret_under_a_key_of_ones_own_needs_the_key() -> None:
    assert HEALTHY.secret is not None
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    locked = replace(HEALTHY, secret=replace(HEALTHY.secret, key=key))
    assert diagnose(locked).findings == ()
    reading = {"Statement": {"Effect": "Allow", "Action": ["secretsmanager:*", "ec2:*", "logs:*"], "Resource": "*"}}
    role = replace(ROLE, policies={"reading": reading})
    [found] = diagnose(replace(locked, roles={role.arn: role})).findings
    assert (found.id, found.severity) == ("secret.key", "risks")


def test_ends_of_support_and_certificates() -> None:
    later = replace(HEALTHY, today=date(2031, 1, 1))
    old: Database = replace(DATABASE, certificate_until=date(2030, 12, 1))
    found = {one.id: one.severity for one in diagnose(replace(later, database=old)).findings}
    assert found == {"database.certificate": "blocks", "function.runtime": "risks", "database.support": "risks"}


def test_the_page_is_readable_and_fits_the_terminal() -> None:
    row = FindingRow(
        id="a.b", severity="blocks", link="secret", what="W " * 60, evidence="E", mend=("one", "two"), advice="A"
    )
    page = diagnosis(
        function="f",
        database="db",
        root=row,
        lesser=[replace(row, severity="risks")],
        way=[LinkRow(link="secret", state="blocks")],
        steps=[StepRow(name="connect", ok=False, ms=5000.0, text="TimeoutError: timed out")],
        unasked="",
        width=60,
    )
    assert max(len(line) for line in page.splitlines()) <= 60
    assert page.index("cannot reach") < page.index("[a.b]") < page.index("Also:") < page.index("Path:")
    assert "Mend:  one" in page
    assert "or:  two" in page
    assert "Note:  A" in page


def test_a_command_can_be_copied_whole_from_a_narrow_terminal() -> None:
    command = "aws ec2 authorize-security-group-ingress --group-id sg-0123456789abcdef0 --ip-permissions IpProtocol=tcp"
    row = FindingRow(id="a.b", severity="blocks", link="secret", what="W", evidence="E", mend=(command,))
    way = [LinkRow(link="secret", state="blocks")]
    page = diagnosis(function="f", database="db", root=row, lesser=[], way=way, steps=[], unasked="", width=40)
    assert f"  Mend:  {command}" in page.splitlines()


def test_what_no_command_mends_is_said_in_words() -> None:
    row = FindingRow(id="a.b", severity="blocks", link="secret", what="W", evidence="E", mend=(), advice="Make room.")
    way = [LinkRow(link="secret", state="blocks")]
    page = diagnosis(function="f", database="db", root=row, lesser=[], way=way, steps=[], unasked="", width=60)
    assert "Mend:  Make room." in page
