"""One stack from the first command to the last, with the real PostgreSQL, PgBouncer and runtime client."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from provision.aws.local.manners.client import Manners
from tests.command import Told
from tests.docs.normal import missing, shown
from tests.e2e.stack import Answers, Census, Stack, connected, differing, listens
from tests.shape.sources import ROOT

pytestmark = pytest.mark.timeout(1200)  # the whole life is the first test's fixture, two minutes on a quick machine


@dataclass
class Life:
    """What was seen, in the order in which it happened."""

    up: Told
    direct: Census
    again: Told
    again_calls: list[str]
    enabled: Told
    proxied: Census
    proxied_again_calls: list[str]
    codes: tuple[str, str]
    through: dict[str, Any]
    outputs: dict[str, str]
    status: dict[str, Any]
    local: list[dict[str, Any]]
    ids: tuple[dict[str, str], dict[str, str]]
    rows: list[Any]
    survived: dict[str, Any]
    other: dict[str, Any]
    disabled: Told
    direct_again: Census
    endpoint: Census
    two_nats: Census
    nat_again: Census
    meanwhile: Answers
    stopped: Told
    stopped_left: dict[int, str]
    password: str
    told_by: list[str]
    gone: Told
    ports: list[int]
    left: dict[int, str]
    files: list[str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("life")
    (folder / "tmp").mkdir()
    here = Stack(folder, {"TMPDIR": str(folder / "tmp")})  # what is left there is left
    yield here
    here.end()


def query(stack: Stack, statement: str) -> list[Any]:
    """Asked of the database itself, by somebody who may read the secret."""
    connection = connected(stack.secret())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


@pytest.fixture(scope="module")
def life(stack: Stack) -> Life:
    """Everything that is done to the stack, once."""
    seen: dict[str, Any] = {"up": stack.provision("up").well(), "direct": stack.census()}
    before = stack.code()
    stack.mutating(reset=True)
    seen |= {"again": stack.provision("up").well(), "again_calls": stack.mutating(reset=True)}

    seen |= {"enabled": stack.provision("enable-proxy").well(), "proxied": stack.census()}
    stack.mutating(reset=True)
    for words in (("up",), ("enable-proxy",), ("plan",), ("status",)):
        stack.provision(*words).well()
    seen |= {"proxied_again_calls": stack.mutating(), "codes": (before, stack.code()), "through": stack.invoked()}
    seen["outputs"] = stack.provision("--output", "json", "outputs").well().document["outputs"]
    seen["status"] = stack.provision("--output", "json", "status").well().document
    seen["local"] = stack.provision("--output", "json", "local", "status").well().document["processes"]

    password = stack.secret()["password"]
    seen["told_by"] = stack.tellers(password, *seen.values(), *talkative(stack))
    seen["password"] = password
    query(stack, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')")
    ids = stack.ids()
    os.kill(stack.server["pid"], signal.SIGKILL)
    seen["survived"] = stack.invoked()
    seen |= {"ids": (ids, stack.ids()), "rows": query(stack, "SELECT word FROM kept")}

    stack.provision("--name", "other", "up").well()
    seen["other"] = stack.invoked("other")
    stack.provision("--name", "other", "teardown", "--yes").well()

    seen |= {"disabled": stack.provision("disable-proxy").well(), "direct_again": stack.census()}
    with stack.calling() as seen["meanwhile"]:
        stack.provision("up", "--egress", "endpoint").well()
        seen["endpoint"] = stack.census()
        stack.provision("up", PROVISION_NETWORK_NAT_GATEWAYS="2").well()
        seen["two_nats"] = stack.census()
        stack.provision("up").well()
        seen["nat_again"] = stack.census()

    seen["stopped"] = stack.provision("local", "stop").well()
    seen["stopped_left"] = stack.processes()
    stack.invoked()
    local = stack.provision("--output", "json", "local", "status").well().document["processes"]
    seen["ports"] = [one["port"] for one in local if one["port"]]
    seen |= {"gone": stack.provision("--debug", "teardown", "--yes").well(), "left": stack.processes()}
    seen["told_by"] += stack.tellers(password, *(output for name, output in seen.items() if name != "password"))
    return Life(**seen, files=stack.files())


def talkative(stack: Stack) -> list[Told]:
    """Commands that say much, and one that is refused."""
    doctor = stack.provision("--debug", "--output", "json", "doctor")
    invoked = stack.provision("--debug", "invoke", "--payload", '{"probe": true}')
    manners = Manners.of(stack.aws)
    manners.fault(do="refuse", action="Invoke", code="AccessDeniedException", status=403, message="not authorized")
    refused = stack.provision("--debug", "up")
    manners.no_faults()
    assert refused.code == 3, refused
    return [doctor, invoked, refused]


def answered(output: Told) -> dict[str, str]:
    """The function's answer as people read it."""
    rows = output.out.partition("The function answered:\n")[2].splitlines()
    return dict(row.split(maxsplit=1) for row in rows if row.startswith("  "))


def test_up_ends_with_the_functions_own_answer(life: Life) -> None:
    answer = answered(life.up)
    assert re.match(r"\d+ created, \d+ changed\.\nThe function answered:\n", life.up.out)
    assert (answer["message"], answer["connection"]) == ("Hello world!", "new")
    assert answer["database"] == "cloudtechsimplified"
    assert answer["host"] == life.outputs["database_endpoint"]


def test_a_first_run_here_is_not_said_to_take_as_long_as_on_aws(life: Life) -> None:
    assert re.search(r"^  database +creating … ", life.up.err, re.MULTILINE)
    assert "of usually" not in life.up.err


def test_up_again_changes_nothing(life: Life) -> None:
    assert life.again_calls == []
    assert life.again.out.startswith("Nothing changed.\n")
    assert answered(life.again)["connection"] == "reused"


def test_with_the_proxy_the_function_reaches_the_database_through_it(life: Life) -> None:
    assert answered(life.enabled)["host"] == life.through["host"] == life.outputs["proxy_endpoint"]
    assert life.outputs["proxy_endpoint"] != life.outputs["database_endpoint"]
    assert life.codes[0] == life.codes[1], "the code is the same"
    assert life.proxied_again_calls == [], "a later `up` keeps the proxy, and nothing changes anything"


def test_status_and_outputs_agree(life: Life) -> None:
    ids = {one["key"]: one["id"] for one in life.status["resources"]}
    assert [one for one in life.status["resources"] if one["state"] != "ready" or one["drift"]] == []
    assert [one["state"] for one in life.status["health"]] == ["AVAILABLE"]
    assert life.outputs["vpc_id"] == ids["vpc"]
    assert life.outputs["endpoint"] == life.outputs["proxy_endpoint"]


def test_real_processes_stand_behind_the_account(life: Life) -> None:
    what = sorted(one["what"] for one in life.local)
    assert what[0] == "control plane"
    assert {"database lambda-rds-database", "proxy lambda-rds-proxy", "function lambda-rds-function"} <= set(what)


def test_the_local_aws_survives_a_kill_with_the_same_ids_and_rows(life: Life) -> None:
    assert life.survived["host"] == life.outputs["proxy_endpoint"]
    assert life.ids[0] == life.ids[1]
    assert life.rows == [("here",)]


def test_another_stack_side_by_side_is_another_database(life: Life) -> None:
    assert life.other["message"] == "Hello world!"
    assert (life.other["host"], life.other["port"]) != (life.through["host"], life.through["port"])


def test_without_the_proxy_it_is_as_if_there_had_never_been_one(life: Life) -> None:
    assert answered(life.disabled)["host"] == life.outputs["database_endpoint"]
    assert differing(life.direct_again, life.direct) == []


def test_the_ways_out_change_and_the_function_answers_all_the_while(life: Life) -> None:
    assert life.meanwhile.bad == []
    assert len(life.meanwhile.good) > 5
    names = [{one["name"] for one in census} for census in (life.endpoint, life.two_nats)]
    assert [{"nat.a", "nat.b", "endpoint.secretsmanager"} & each for each in names] == [
        {"endpoint.secretsmanager"},
        {"nat.a", "nat.b"},
    ]
    assert differing(life.nat_again, life.direct) == []


def test_local_stop_leaves_no_process(life: Life) -> None:
    assert life.stopped.out == "The local AWS has stopped.\n"
    assert life.stopped_left == {}


def test_after_teardown_nothing_is_left_but_the_log(life: Life) -> None:
    assert life.gone.out.endswith("Nothing is left.\n")
    assert life.left == {}
    assert len(life.ports) > 1
    assert [port for port in life.ports if listens(port)] == []
    assert life.files == ["state/local/aws/log"]


def test_the_password_is_nowhere(life: Life) -> None:
    """Neither in a file, a process's arguments or environment, nor in anything that was said."""
    assert len(life.password) >= 30
    assert life.told_by == []


@pytest.mark.parametrize("command", ["up", "enable-proxy", "teardown --yes"])
def test_the_readme_shows_what_was_seen(life: Life, command: str) -> None:
    output = {"up": life.up, "enable-proxy": life.enabled, "teardown --yes": life.gone}[command]
    assert missing(shown(ROOT / "README.md", command), output.err + output.out) == []
