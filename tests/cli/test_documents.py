"""Every command's JSON document and its text, over the life of one stack; what goes to which stream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import Told, typed
from tests.fresh import fresh
from tests.served import REGION, Served

ABOUT = {"name": "lambda-rds", "target": "aws", "account": "123456789012", "region": REGION}
NOTHING: dict[str, Any] = {"changed": [], "resources": [], "outputs": {}}
Life = Mapping[str, Told]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def life(shared: Served, folder: Path) -> Iterator[Life]:
    """What each command told, in the order of a stack's life. Words after a number are what was typed."""
    lines = (
        "0 --output json plan --detailed-exitcode",
        "1 --output json status",
        "2 --output json outputs",
        "3 --output json invoke",
        "4 --output json enable-proxy",
        "5 --output json up",
        "6 --output json up",
        "7 up",
        "8 --quiet up",
        "9 --output json plan --detailed-exitcode",
        "10 --output json enable-proxy",
        "11 --output json status",
        "12 status",
        "13 --output json outputs",
        "14 outputs function_name",
        "15 outputs functionname",
        "16 --output json invoke",
        "17 invoke",
        "timeline --output json timeline",
        "older timeline 99",
        "18 --output json disable-proxy",
        "19 --output json teardown --yes --skip-final-snapshot",
        "20 --output json teardown --yes --skip-final-snapshot",
        "21 plan",
    )
    with fresh(shared, folder):
        told = {}
        for line in lines:
            number, *words = line.split()
            told[number] = typed(*words)
        assert shared.census() == []
        yield told


def document(life: Life, number: str, code: int = 0) -> dict[str, Any]:
    """The one document of a command that ended with `code`, without what all of them begin with."""
    told = life[number]
    assert told.code == code, told
    found = told.document
    assert {key: found.pop(key) for key in ABOUT} == ABOUT
    return found


def test_before_anything_is_there(life: Life) -> None:
    plan = document(life, "0", code=7)
    assert plan["to_do"]
    assert {step["verb"] for step in plan["plan"]} == {"create", "change"}
    assert document(life, "1")["resources"] == []
    assert document(life, "2")["outputs"] == {}
    invoke = document(life, "3", code=2)["error"]
    assert (invoke["code"], "Run `up` first" in invoke["hint"]) == ("BadUsage", True)
    refused = document(life, "4", code=2)
    proxy = refused.pop("error")
    assert (proxy["code"], "`up --proxy`" in proxy["hint"]) == ("BadUsage", True)
    assert refused == NOTHING


def test_up(life: Life) -> None:
    made = document(life, "5")
    keys = [one["key"] for one in made["changed"]]
    assert {one["verb"] for one in made["changed"]} == {"create", "update"}
    assert {"vpc", "secret", "database", "function", "nat.a"} <= set(keys)
    assert {"vpc", "database", "function"} <= {one["key"] for one in made["resources"]}
    assert made["outputs"]["function_name"] == "lambda-rds-function"
    assert made["response"] == {"message": "Hello world!"}


def test_up_again_changes_nothing_and_says_the_rest(life: Life) -> None:
    first, again = document(life, "5"), document(life, "6")
    assert again["changed"] == []
    assert {**again, "changed": first["changed"]} == first


def test_text_of_up_is_the_answer_and_talk_is_on_stderr(life: Life) -> None:
    again = life["7"]
    assert again.out == "Nothing changed.\nThe function answered:\n  message  Hello world!\n"
    assert again.err.startswith(f"up lambda-rds on aws (account 123456789012, Region {REGION})\n")
    assert re.search(r"\nDone in (under 1s|\d+s|1m\d*s?)\.\n\Z", again.err)
    assert life["5"].err.count("created") > 20


def test_quiet_is_quiet(life: Life) -> None:
    assert (life["8"].code, life["8"].err, life["8"].out) == (0, "", life["7"].out)


def test_plan_foretells_what_is_created_and_what_is_changed(life: Life) -> None:
    foretold = {step["key"]: step["verb"] for step in document(life, "0", code=7)["plan"]}
    done = {one["key"]: one["verb"].replace("update", "change") for one in document(life, "5")["changed"]}
    assert {key: done[key] for key in foretold} == foretold


def test_plan_when_all_is_as_wanted(life: Life) -> None:
    plan = document(life, "9")
    assert (plan["to_do"], {step["verb"] for step in plan["plan"]}) == (False, {"leave"})


def test_enable_and_disable_the_proxy(life: Life) -> None:
    on, off = document(life, "10"), document(life, "18")
    assert on["outputs"]["endpoint"] == on["outputs"]["proxy_endpoint"] != on["outputs"]["database_endpoint"]
    assert off["outputs"]["endpoint"] == off["outputs"]["database_endpoint"]
    assert "proxy_endpoint" not in off["outputs"]
    own = {one["key"] for one in on["changed"]}
    assert {one["key"] for one in off["changed"]} == own - {"proxy.pool"}
    assert on["response"] == off["response"] == {"message": "Hello world!"}


def test_status_and_outputs(life: Life) -> None:
    status, outputs = document(life, "11"), document(life, "13")
    assert [one for one in status["resources"] if one["state"] != "ready" or one["drift"]] == []
    assert {"key", "id", "state", "age", "drift"} <= set(status["resources"][0])
    assert [(one["state"], one["target"]) for one in status["health"]] == [("AVAILABLE", "lambda-rds-database")]
    ids = {one["key"]: one["id"] for one in status["resources"]}
    assert outputs["outputs"]["vpc_id"] == ids["vpc"]
    for one in status["resources"]:
        assert one["id"] in life["12"].out


def test_one_output_is_bare(life: Life) -> None:
    assert life["14"].out == "lambda-rds-function\n"
    assert (life["15"].code, life["15"].out) == (2, "")
    assert "Did you mean function_name?" in life["15"].err


def test_invoke(life: Life) -> None:
    assert document(life, "16") == {"response": {"message": "Hello world!"}}
    assert life["17"].out == "  message  Hello world!\n"


def test_timeline_is_about_what_its_run_was(life: Life) -> None:
    found = document(life, "timeline")
    assert (found["run"]["command"], found["run"]["outcome"]) == ("enable-proxy", "done")


def test_a_run_that_is_not_kept_is_refused_with_the_oldest_that_is(life: Life) -> None:
    assert life["older"].code == 2
    assert re.search(r"no run 99 .*The oldest there is: `timeline \d`", life["older"].err, re.DOTALL)


def test_teardown_and_once_more(life: Life) -> None:
    gone, again = document(life, "19"), document(life, "20")
    assert {one["verb"] for one in gone["changed"]} == {"delete"}
    assert (gone["left"], gone["resources"], gone["outputs"]) == ([], [], {})
    assert (again["changed"], again["left"]) == ([], [])
    assert "to create" in life["21"].out


def test_only_what_runs_took_is_kept_on_aws(life: Life, folder: Path) -> None:
    assert life["19"].code == 0
    files = [file.name for file in folder.rglob("*") if file.is_file()]
    assert files == ["lambda-rds.timeline.json"]
