"""Talk without a terminal: a line for each thing that happens, and few of them while AWS takes its time."""

from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from provision import blueprint
from provision.engine.events import (
    Event,
    Note,
    RunEnded,
    StepBegan,
    StepDone,
    StepFailed,
    StepFound,
    StepWaiting,
    Warned,
)
from provision.names import Names
from provision.settings import Settings
from provision.ui.event_text import LABEL
from provision.ui.lines import Lines
from provision.ui.listen import listener

TEXT = """\
up lambda-rds on aws (account 123456789012, Region eu-central-1)
Asking whether it can work: identity, quotas, zones, engine version, free names.
  database                    creating … 1s of usually 6m
  database                    creating … 31s of usually 6m
  database                    creating … 35s of usually 6m (AWS: configuring-enhanced-monitoring)
  function                    asking again: the role cannot be assumed yet
  function                    changed in 3s (DB_PORT)
Warning: ListServiceQuotas is not implemented by this endpoint. The quotas were not checked.
  database                    created in 6m12s: lambda-rds
Done in 6m40s.
"""
FAILED = StepFailed(key="vpc", label="VPC", at=1, what="The account has no room for one more VPC.")


def told(events: list[Event], *, quiet: bool = False) -> str:
    stream = io.StringIO()
    lines = Lines(stream, quiet=quiet)
    for event in events:
        lines(event)
    return stream.getvalue()


def test_a_run_in_a_pipe(recorded: list[Event]) -> None:
    assert told(recorded) == TEXT


def test_quiet_tells_warnings_and_failures_only(recorded: list[Event]) -> None:
    assert told([*recorded, FAILED], quiet=True).splitlines() == [
        "Warning: ListServiceQuotas is not implemented by this endpoint. The quotas were not checked.",
        "  VPC                         failed: The account has no room for one more VPC.",
    ]


def test_a_run_without_changes_is_one_line() -> None:
    found: list[Event] = [StepFound(key=f"subnet.{n}", label="subnet", at=1, id=f"subnet-{n}") for n in range(34)]
    assert told([*found, RunEnded(elapsed=2, changed=0)]) == "Done in 2s.\n"


def test_what_took_no_time_and_what_awss_word_adds_nothing_to_is_short() -> None:
    quick = StepDone(key="vpc", label="VPC", at=1, verb="create", id="vpc-1", elapsed=0.4)
    began = StepBegan(key="database", label="database", at=1, verb="create")
    waits = StepWaiting(key="database", label="database", at=3, elapsed=2, usual=360, patience=900, detail="creating")
    assert told([quick, began, waits]).splitlines() == [
        "  VPC                         created: vpc-1",
        "  database                    creating … 2s of usually 6m",
    ]


def test_every_label_of_the_stack_fits_its_column() -> None:
    steps = blueprint.everything(Settings(), Names(stack="lambda-rds", region="eu-central-1"))
    assert [step.label for step in steps if len(step.label) >= LABEL] == []
    assert len({step.label for step in steps}) == len(steps), "two are told by the same words"


def test_an_id_that_would_not_fit_is_left_out() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:lambda-rds-AbCdEf"
    done = StepDone(key="secret", label="secret", at=1, verb="create", id=arn, elapsed=1)
    assert told([done]) == "  secret                      created in 1s\n"


def test_nobody_can_colour_or_break_our_lines() -> None:
    assert told([Note(text="a\x1b[31m\rb\nc")]) == "a b c\n"


def test_threads_do_not_mix_lines() -> None:
    stream = io.StringIO()
    lines = Lines(stream, quiet=False)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: lines(Warned(what=f"number {n}.")), range(200)))
    assert sorted(stream.getvalue().splitlines()) == sorted(f"Warning: number {n}." for n in range(200))


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_pipe_gets_lines_without_escape_codes(recorded: list[Event], output: str) -> None:
    stream = io.StringIO()
    with listener(stream, quiet=False, output=output, environ={"TERM": "xterm-256color"}) as emit:
        for event in recorded:
            emit(event)
    assert stream.getvalue() == told(recorded)
    assert "\x1b" not in stream.getvalue()
    assert "\r" not in stream.getvalue()


def test_lines_and_reports_do_not_import_rich() -> None:
    code = "import sys, provision.ui.listen, provision.ui.report, provision.ui.problem; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
