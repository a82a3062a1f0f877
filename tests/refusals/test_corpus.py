"""Every refusal of AWS: its exit code, its sentence, and whether asking again is the cure."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws.refusals import explained, is_missing, judge, not_implemented
from provision.blueprint import everything
from provision.engine.failures import Missing, Verdict
from provision.engine.resource import Resource
from provision.errors import ProvisionError
from provision.names import Names
from provision.settings import Settings
from tests.refusals import corpus_identity, corpus_limits, corpus_states
from tests.refusals.expected import Again, Case, Gone, Told, check_again, failed
from tests.refusals.wire import REGION, protocol_of, raised, refusal

CASES = [*corpus_states.CASES, *corpus_limits.CASES, *corpus_identity.CASES]
STACK = everything(Settings(), Names(stack="shop", region=REGION))


def error_of(case: Case) -> Exception:
    answer = refusal(protocol_of(case.service), case.code, case.status, case.text)
    return raised(case.service, case.operation, answer)


def step_of(case: Case) -> Resource[Any] | None:
    return STACK[case.step] if case.step else None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_refusal_comes_to_what_it_should(case: Case) -> None:
    error = error_of(case)
    verdict = judge(error, step_of(case))
    assert verdict is not None
    outcome = case.outcome
    if isinstance(outcome, Gone):
        assert isinstance(verdict.meaning, Missing)
        assert is_missing(error)
    elif isinstance(outcome, Again):
        check_again(verdict, outcome)
    else:
        check_told(verdict, outcome)
        assert_whole(verdict.meaning, case.text)


def check_told(verdict: Verdict, outcome: Told) -> None:
    meaning = verdict.meaning
    assert type(meaning) is outcome.error
    assert verdict.answered
    assert meaning.exit_code == outcome.exit_code
    assert outcome.what in meaning.what
    assert outcome.hint in meaning.hint
    for word in outcome.absent:
        assert word not in str(meaning)


def assert_whole(meaning: Any, text: str) -> None:
    """Full sentences for a person, AWS's own words quoted, a step to take, no code first."""
    assert meaning.what.endswith(".")
    assert meaning.why.startswith("AWS: ")
    assert text.partition(" Encoded authorization")[0] in meaning.why
    assert meaning.hint[0].isupper()
    assert "\n" not in str(meaning)


@pytest.mark.parametrize("parameter", ["secretString", "masterUserPassword"])
@pytest.mark.parametrize("value", ["hunter2", "{\n'hunter2'\n}"], ids=["plain", "of several lines"])
def test_a_secret_that_aws_repeats_is_not_repeated(parameter: str, value: str) -> None:
    text = f"1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: too short"
    case = Case("secretsmanager", "CreateSecret", "ValidationException", 400, text, failed("carries on"), "secret")
    told = str(explained(error_of(case)))
    assert "hunter2" not in told
    assert f"at '{parameter}' failed to satisfy constraint" in told


@pytest.mark.parametrize("case", CASES, ids=str)
def test_outside_any_step_every_refusal_has_its_sentence(case: Case) -> None:
    told = explained(error_of(case))
    assert isinstance(told, ProvisionError)
    assert told.exit_code in (3, 4, 5)
    assert all((told.what, told.why, told.hint))


@pytest.mark.parametrize("case", [case for case in CASES if case not in corpus_limits.EMULATORS], ids=str)
def test_no_answer_of_aws_is_taken_for_an_emulators_limit(case: Case) -> None:
    assert not not_implemented(error_of(case))


@pytest.mark.parametrize("case", corpus_limits.EMULATORS, ids=str)
def test_emulators_say_in_many_ways_that_they_lack_a_call(case: Case) -> None:
    assert not_implemented(error_of(case))
