"""From global options to a run: settings, lock, target, ledger, listener; and back again, however it ends."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provision import configuration
from provision.checks import check_name
from provision.cli import output
from provision.cli.globals import Globals
from provision.cli.local_use import Use, used
from provision.cli.recording import Recording
from provision.engine.clock import iso
from provision.engine.events import RunBegan, RunEnded
from provision.errors import BadSetting, ProvisionError
from provision.ledger import lock
from provision.ledger.store import Ledger
from provision.names import Names
from provision.settings import Settings
from provision.ui.listen import listener
from provision.ui.words import say

if TYPE_CHECKING:
    from provision.aws.target import Target
    from provision.engine.executor import Executor
    from provision.engine.run import Run, Stack
    from provision.operations.work import Work

AT_ONCE = 16
"""Calls under way at the same time; well under any of AWS's request rates."""
DEFAULT_CONFIG = Path("provision.toml")


@dataclass(kw_only=True)
class Session:
    """A command's work and where it is done; `result` is what stdout gets once the display on stderr has ended, None
    where the command has written as it went; empty where there is nothing to give."""

    work: Work
    asked: Globals
    result: str | None = None


def settings_of(asked: Globals, options: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Options, environment, file, default. Raises `BadSetting`."""
    return configuration.load(**_sources(asked, options))


def settings_by_profile(
    asked: Globals, options: Mapping[str, Mapping[str, Any]], names: Sequence[str | None]
) -> list[Settings]:
    """The same with each of these profiles; None is the one that is named."""
    return configuration.by_profile(names, **_sources(asked, options))


def _sources(asked: Globals, options: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    # What is there and is no file, or a link that leads nowhere, is told: without its settings `up` would undo them.
    file = asked.config or (DEFAULT_CONFIG if os.path.lexists(DEFAULT_CONFIG) else None)
    return {"file": file, "environment": os.environ, "options": options, "tags": dict(map(_tag, asked.tags))}


def region_of(asked: Globals) -> str | None:
    """The Region that a command would work in, None where nothing names one; asks AWS nothing."""
    from provision.aws import target

    if asked.local:
        return target.local_region(asked.region)
    return target.aws_region(profile=asked.profile, region=asked.region)


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise BadSetting(what=f"--tag {text!r} is not valid.", hint="Write it as key=value.")
    return key, value


@contextmanager
def opened(
    asked: Globals, command: str, *, changes: bool, options: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[Session]:
    """A session for `command`; one that changes things holds the stack's lock."""
    asked.about.outcome = output.NOTHING if changes else {}
    check_name(asked.name, region=region_of(asked) or "")
    settings = settings_of(asked, options or {})
    guard: AbstractContextManager[None] = (
        lock.held(asked.lock_file, command=command, since=iso(asked.around.clock.stamp())) if changes else nullcontext()
    )
    using = used(local_folder(asked)) if asked.local else nullcontext(Use())
    with using as use, guard:
        if changes:  # for `outcome`: what Ctrl-C breaks off in the middle of an import cannot be imported again
            from provision.operations import looking  # noqa: F401 - for its import alone
        asked.about.changing = changes
        with listener(sys.stderr, quiet=asked.quiet, output=asked.output) as emit, _executor(asked) as executor:
            record = Recording(asked.timeline_file, emit, asked.around.clock.stamp)
            session = Session(work=_work(asked, command, settings, record, executor), asked=asked)
            run = session.work.run
            if not changes and (other := lock.holder(asked.lock_file)):
                session.work.note(f"Another run is at work on this stack: {other}. This is how far it has come.")
            try:
                yield session
                record(RunEnded(elapsed=run.at, changed=len(run.changed)))
            except Exception as error:
                raise _of_local(asked, run, error) or error from error
            finally:
                if changes:
                    asked.about.outcome = output.outcome(session, proxy=True)
                    # Nothing of a local stack outlives it; on AWS its teardown is the one most worth a picture.
                    record.close(forget=asked.local and not run.ledger.path.exists())
                # The file of a teardown beside this command, too, has gone.
                use.over = not (run.ledger.rows() and run.ledger.path.exists())
    if session.result:
        say(sys.stdout, session.result)


def _of_local(asked: Globals, run: Run, error: Exception) -> ProvisionError | None:
    """The sentence for what no step was about."""
    from provision.cli.local_ended import ended

    return ended(error, local_folder(asked), run.aws.ec2.meta.endpoint_url) if asked.local else None


def _began(command: str, stack: Stack) -> RunBegan:
    return RunBegan(command=command, name=stack.name, target=stack.target, account=stack.account, region=stack.region)


def _work(asked: Globals, command: str, settings: Settings, record: Recording, executor: Executor) -> Work:
    from provision.aws.refusals import judge
    from provision.cli.local_ended import judging
    from provision.engine.run import Run, Stack
    from provision.operations.work import Work

    target = _target(asked)
    asked.about.account, asked.about.region = target.account, target.region
    clock = asked.around.clock
    where = {"target": target.name, "account": target.account, "region": target.region}
    stack = Stack(name=asked.name, partition=target.partition, caller=target.caller, tags=settings.tags, **where)
    record(_began(command, stack))  # before a state file that cannot be used is refused
    run = Run(
        stack=stack,
        aws=target.reading,
        send=target.sending,
        ledger=Ledger.load(asked.state_file, stack=asked.name, stamp=clock.stamp, **where),
        listener=record,
        earlier=record.earlier,
        at_aws=not asked.local,
        judge=judging(local_folder(asked), target.endpoint) if target.endpoint else judge,
        clock=clock,
        executor=executor,
    )
    names = Names(stack=asked.name, region=target.region)
    return Work(run=run, settings=settings, names=names, invoking=target.invoking)


def _target(asked: Globals) -> Target:
    from provision.aws import target

    if asked.local:
        return target.open_local(folder=local_folder(asked), region=asked.region)
    around = asked.around
    return target.open_aws(
        profile=asked.profile,
        region=asked.region,
        session=around.session,
        answer_seconds=around.answer_seconds,
        clock=around.clock,
    )


def local_folder(asked: Globals) -> Path:
    """Where the embedded local AWS keeps its account, databases and log."""
    return asked.state_dir / "local" / "aws"


@contextmanager
def _executor(asked: Globals) -> Iterator[Executor]:
    """Several calls at once; those under way at the end get a moment to answer."""
    from concurrent.futures import ThreadPoolExecutor

    from provision.engine.executor import Concurrent

    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="call")
    try:
        yield Concurrent(pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        deadline = time.monotonic() + asked.around.last_answers
        for thread in threading.enumerate():
            if thread.name.startswith("call") and thread.ident is not None:  # one may be about to start
                thread.join(timeout=max(0.0, deadline - time.monotonic()))
