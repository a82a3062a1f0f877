"""Every exception of botocore's own: its exit code, its sentence, and whether asking again is the cure."""

from __future__ import annotations

import pytest

from provision.aws.refusals import explained, judge
from provision.engine.failures import Verdict
from provision.engine.resource import NotYet
from provision.errors import ProvisionError
from tests.refusals.corpus_botocore import CASES
from tests.refusals.expected import Again, Outcome, Told, check_again


@pytest.mark.parametrize(("error", "outcome"), CASES, ids=lambda value: type(value).__name__)
def test_every_exception_comes_to_what_it_should(error: Exception, outcome: Outcome) -> None:
    verdict = judge(error, None)
    assert verdict is not None
    if isinstance(outcome, Again):
        check_again(verdict, outcome)
        assert isinstance(verdict.meaning, NotYet)
        assert_whole(verdict.meaning.otherwise)
        assert "hunter2" not in str(verdict.meaning.otherwise), "what was in the answer is nobody's to read"
    elif isinstance(outcome, Told):
        check_told(verdict, outcome)


def check_told(verdict: Verdict, outcome: Told) -> None:
    meaning = verdict.meaning
    assert type(meaning) is outcome.error
    assert (verdict.answered, meaning.exit_code) == (True, outcome.exit_code)
    assert outcome.what in meaning.what
    assert outcome.hint in meaning.hint
    assert [word for word in outcome.absent if word in str(meaning)] == []
    assert_whole(meaning)


def assert_whole(told: ProvisionError | None) -> None:
    assert told is not None
    for part in (told.what, told.why, told.hint):
        assert part.endswith(".")
        assert not part.endswith("..")


def test_a_defect_is_not_explained_away() -> None:
    assert explained(ValueError("a defect of ours")) is None
    assert explained(OSError(28, "No space left on device")) is None
    assert explained(RuntimeError("a defect of ours")) is None
