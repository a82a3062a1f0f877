"""What the commands put on stdout as text: aligned where there is room, whole where nobody looks."""

from __future__ import annotations

import pytest

from provision.errors import BadUsage, NotOurs
from provision.ui import problem, report
from provision.ui.report import HealthRow, LeftRow, LocalRow, PlanRow, StatusRow

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:lambda-rds-database-AbCdEf"
STATUS = [
    StatusRow(key="vpc", label="VPC", id="vpc-0123", state="available", age=10900, drift=["DnsSupport: False -> True"]),
    StatusRow(key="secret", label="secret", id=ARN, state="ready", age=200000),
    StatusRow(key="nat", label="NAT gateway", id="", state="missing"),
]
HEALTH = [
    HealthRow(
        target="lambda-rds",
        state="UNAVAILABLE",
        reason="AUTH_FAILURE",
        description="Proxy does not have any registered credentials",
    )
]
TAKEN = NotOurs(
    what="A database named lambda-rds is there already, without this stack's tags.",
    why="Someone else made it.",
    hint="Choose another name with --name.",
)


def test_plan() -> None:
    rows = [
        PlanRow(key="vpc", label="VPC", verb="create"),
        PlanRow(key="database", label="database", verb="change", details=["AllocatedStorage: 20 -> 30"]),
        PlanRow(key="nat.b", label="NAT gateway b", verb="remove"),
        PlanRow(key="secret", label="secret", verb="leave"),
    ]
    assert report.plan(rows, width=80) == (
        "  + create   VPC            vpc\n"
        "  ~ change   database       database\n"
        "             AllocatedStorage: 20 -> 30\n"
        "  - remove   NAT gateway b  nat.b\n"
        "\n"
        "Plan: 1 to create, 1 to change, 1 to remove, 1 as they are."
    )


def test_plan_with_prices() -> None:
    rows = [
        PlanRow(key="vpc", label="VPC", verb="create"),
        PlanRow(key="nat.a", label="NAT gateway", verb="create", monthly_usd=32.85),
        PlanRow(key="secret", label="secret", verb="remove", monthly_usd=0.4),
    ]
    assert report.plan(rows).startswith(
        "  + create   VPC          vpc\n"
        "  + create   NAT gateway  nat.a    32.85 USD\n"
        "  - remove   secret       secret    0.40 USD\n"
    )


def test_plan_with_nothing_to_do() -> None:
    rows = [PlanRow(key=f"subnet.{n}", label="subnet", verb="leave") for n in range(3)]
    assert report.plan(rows) == "Plan: nothing to do, 3 as they are."


def test_status_at_80_columns() -> None:
    assert report.status(STATUS, HEALTH, width=80) == (
        "RESOURCE     ID                                                   STATE      AGE\n"
        "VPC          vpc-0123                                             available  3h\n"
        "secret       arn:aws:secretsmanager:eu…ambda-rds-database-AbCdEf  ready      2d\n"
        "NAT gateway  -                                                    missing    -\n"
        "\n"
        "Differs from the settings (`up` repairs it):\n"
        "  VPC: DnsSupport: False -> True\n"
        "\n"
        "Proxy target lambda-rds is UNAVAILABLE (AUTH_FAILURE): Proxy does not have any\n"
        "  registered credentials"
    )


def test_status_at_40_columns_fits() -> None:
    assert max(map(len, report.status(STATUS, HEALTH, width=40).splitlines()[:4])) <= 40
    assert max(map(len, report.status([], HEALTH, width=40).splitlines())) <= 40


def test_status_in_a_pipe_shortens_nothing_and_has_no_tabs() -> None:
    text = report.status(STATUS, HEALTH)
    assert ARN in text
    assert "\t" not in text
    assert "Proxy does not have any registered credentials" in text
    rows = text.splitlines()[:4]
    assert (
        len({row.index(word) for row, word in zip(rows, ("STATE", "available", "ready", "missing"), strict=True)}) == 1
    )


def test_status_of_nothing() -> None:
    assert report.status([]) == "Nothing is there yet. `up` makes it."


def test_outputs() -> None:
    values = {"vpc_id": "vpc-1", "proxy_endpoint": "p.example"}
    assert report.outputs(values) == "vpc_id          vpc-1\nproxy_endpoint  p.example"
    assert report.output(values, "vpc_id") == "vpc-1"


def test_an_unknown_output_names_the_nearest() -> None:
    with pytest.raises(BadUsage) as caught:
        report.output({"vpc_id": "vpc-1", "proxy_endpoint": "p.example"}, "proxy_endpont")
    assert caught.value.hint == "Did you mean proxy_endpoint?"


def test_answer() -> None:
    response = {
        "message": "Hello world!",
        "host": "db.example",
        "port": 5432,
        "connection": "new",
        "secret_ms": None,
        "connect_ms": 33,
        "query_ms": 1.5,
    }
    assert report.answer(response) == (
        "  message     Hello world!\n"
        "  host        db.example\n"
        "  port        5432\n"
        "  connection  new\n"
        "  time        connect 33 ms, query 1.5 ms"
    )


def test_neither_name_nor_value_of_an_answer_can_colour_or_break_a_line() -> None:
    assert report.answer({"\x1b[31mred\n": "\x1b[31m1\n"}) == "  red  1"


@pytest.mark.parametrize(("response", "text"), [(None, "null"), ("Köln", '"Köln"'), ({}, "{}"), ([1], "[1]")])
def test_an_answer_of_another_shape_is_shown_as_json(response: object, text: str) -> None:
    assert report.answer(response) == text


def test_receipt_of_nothing() -> None:
    assert report.receipt([]) == "Nothing is left."
    assert report.receipt([], ended=87.38) == ("This saves about 87.38 USD a month at AWS's prices.\nNothing is left.")


def test_receipt() -> None:
    left = [
        LeftRow(kind="snapshot", id="lambda-rds-final", why="You asked for it.", monthly_usd=2.3),
        LeftRow(kind="log group", id="/aws/lambda/x", why=""),
    ]
    assert report.receipt(left, width=80) == (
        "LEFT       ID                USD A MONTH\n"
        "snapshot   lambda-rds-final  2.30\n"
        "log group  /aws/lambda/x     unknown\n"
        "\n"
        "snapshot lambda-rds-final: You asked for it.\n"
        "2 left, about 2.30 USD a month, and 1 of unknown cost."
    )
    assert report.receipt(left[1:]).endswith("\n1 left, of unknown cost.")


def test_changed() -> None:
    assert report.changed([]) == "Nothing changed."
    several = [("vpc", "create"), ("function", "update"), ("database", "create")]
    assert report.changed(several) == "2 created, 1 changed."


def test_local() -> None:
    assert report.local([]) == "The local AWS is not running."
    rows = [LocalRow(what="AWS", state="running", pid=7, port=5000, age=61), LocalRow(what="db", state="stopped")]
    assert report.local(rows, width=80) == (
        "PROCESS  STATE    PID  PORT  AGE\nAWS      running  7    5000  1m\ndb       stopped  -    -     -"
    )


def test_problem_in_a_pipe() -> None:
    assert problem.render(TAKEN) == (
        "Error: A database named lambda-rds is there already, without this stack's tags.\n"
        "Why:   Someone else made it.\n"
        "Next:  Choose another name with --name."
    )


def test_problem_at_40_columns() -> None:
    assert problem.render(TAKEN, width=40) == (
        "Error: A database named lambda-rds is\n"
        "       there already, without this\n"
        "       stack's tags.\n"
        "Why:   Someone else made it.\n"
        "Next:  Choose another name with --name."
    )


def test_colour_changes_no_word_of_a_problem() -> None:
    coloured = problem.render(TAKEN, width=40, colour=True)
    assert coloured.startswith("\x1b[")
    assert coloured.replace("\x1b[1;31m", "").replace("\x1b[0m", "") == problem.render(TAKEN, width=40)


def test_a_problem_without_why_and_hint_is_one_line() -> None:
    assert problem.render(NotOurs(what="No.")) == "Error: No."


def test_problem_as_json() -> None:
    assert problem.as_json(TAKEN) == {
        "error": {"code": "NotOurs", "what": TAKEN.what, "why": TAKEN.why, "hint": TAKEN.hint}
    }
