"""What becomes of a call that AWS refused or did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.engine.resource import NotKnown, NotYet
from provision.errors import Failed, ProvisionError, QuotaReached

if TYPE_CHECKING:
    from provision.engine.resource import Resource
    from provision.engine.run import Run


class Missing(Exception):
    """AWS says that the thing is not there."""


@dataclass(frozen=True)
class Verdict:
    """`meaning` is what to raise instead; `answered` whether AWS surely did not carry the call out."""

    meaning: NotYet | Missing | ProvisionError
    answered: bool


@contextmanager
def refused(run: Run, step: Resource[Any]) -> Iterator[None]:
    """Around any call about `step`: raises the verdict's meaning in place of the AWS layer's exception, `NotYet` for
    what is missing or not known. A state that cannot heal is recorded; a defect of ours goes through as it is."""
    try:
        yield
    except (Failed, QuotaReached):
        row = run.recorded(step)
        if row is not None and row.status == "creating":
            run.ledger.fail(step.key)
        raise
    except NotKnown as unknown:
        raise NotYet(f"AWS has not told {unknown} yet") from unknown
    except (NotYet, Missing, ProvisionError):
        raise
    except Exception as error:
        verdict = run.judge(error, step)
        if verdict is None:
            raise
        meaning = verdict.meaning
        if isinstance(meaning, Missing):
            raise NotYet(f"AWS does not show it yet ({meaning})", doubtful=True) from error
        raise meaning from error


@contextmanager
def sending(run: Run, step: Resource[Any]) -> Iterator[None]:
    """Around a create: a refusal that AWS surely did not act on takes the intent back, a lost answer renews it.
    Raises the exception itself, for `refused` outside of it to judge."""
    try:
        yield
    except Exception as error:
        # What we raise ourselves says that nothing went out, or that AWS made nothing.
        unsent = isinstance(error, NotYet | Missing | NotKnown | ProvisionError)
        verdict = None if unsent else run.judge(error, step)
        if unsent or (verdict is not None and verdict.answered):
            run.ledger.forget(step.key)
        else:
            run.ledger.cut_off(step.key)
        raise


@contextmanager
def if_there(run: Run, step: Resource[Any]) -> Iterator[None]:
    """Around a delete: what is missing already is as good as deleted. Raises any other exception as it is."""
    try:
        yield
    except Exception as error:
        verdict = run.judge(error, step)
        if verdict is None or not isinstance(verdict.meaning, Missing):
            raise
