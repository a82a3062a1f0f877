"""Every way out of the program: done, refused, interrupted, or a defect; each with its words and its exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer
from typer.exceptions import TyperException

from provision.cli import glance, signals
from provision.cli.globals import About
from provision.cli.signals import INTERRUPTED
from provision.errors import BadUsage, ProvisionError
from provision.ui import problem
from provision.ui.words import let_go, say

BROKEN_PIPE = 141
UNWRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})
"""Of a file that stdout goes to."""


class Ended(Exception):
    """Ctrl-C at what goes on until then, such as `logs --follow`: nothing was under way, so nothing is said."""


def exit_code(
    command: Callable[[], Any], about: About, arguments: Sequence[str], environment: Mapping[str, str]
) -> int:
    """Run `command`; whatever it raises becomes a message on stderr (and, with JSON output, on stdout) and a code.

    `about` is what the command line turns out to be about while it runs.
    """
    document = about if glance.wants_json(arguments, environment) else None
    signals.listen()
    try:
        ended = _done(command)
    except typer.Abort:
        return _unanswered(document)
    except KeyboardInterrupt:
        return _interrupted(about, document)
    except typer.Exit as leave:
        return leave.exit_code
    except Ended:
        return INTERRUPTED
    except TyperException as error:
        return _refused(_usage(error, arguments), document)
    except ProvisionError as error:
        return _refused(error, document)
    except SystemExit as leave:
        return 0 if leave.code in (0, None) else _unread()  # Typer: a shell's completion, or a broken pipe
    except BrokenPipeError:
        return _unread()
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect becomes a sentence
        return _unforeseen(error, document, trace="--debug" in arguments)
    return ended if isinstance(ended, int) else 0


def _of_stdout(error: Exception) -> ProvisionError | None:
    """The sentence for what cannot be written to the file that stdout goes to; nothing more goes there."""
    if not isinstance(error, OSError) or error.errno not in UNWRITTEN or error.filename is not None:
        return None
    let_go(sys.stdout)
    return ProvisionError(
        what="What there was to tell could not be written to stdout.", why=f"{os.strerror(error.errno or 0)}."
    )


def _unread() -> int:
    """The reader of stdout has gone: there is nothing more to say."""
    let_go(sys.stdout)
    return BROKEN_PIPE


def _done(command: Callable[[], Any]) -> Any:
    ended = command()
    if ended == INTERRUPTED:  # Typer makes an exit code of Ctrl-C, and says nothing
        raise KeyboardInterrupt
    sys.stdout.flush()
    return ended


def _interrupted(about: About, document: About | None) -> int:
    error = ProvisionError(what="Interrupted.", why="The stack was not changed.")
    if about.changing:
        error = ProvisionError(
            what="Interrupted.",
            why="What is under way is recorded.",
            hint="The same command carries on from here; `teardown` removes what there is.",
        )
    _tell(error, document, code="Interrupted")
    return INTERRUPTED


def _unanswered(document: About | None) -> int:
    """Ctrl-C or Ctrl-D at a question, whose line is still open."""
    say(sys.stderr, "")
    error = ProvisionError(what="Interrupted.", why="Nothing was begun.", hint="Run it again, or say --yes.")
    _tell(error, document, code="Interrupted")
    return INTERRUPTED


def _refused(error: ProvisionError, document: About | None) -> int:
    _tell(error, document, code=error.code)
    return error.exit_code


def _usage(error: TyperException, arguments: Sequence[str]) -> ProvisionError:
    where = getattr(error, "ctx", None)  # none where an option lacks its value
    command = where.command_path if where is not None else glance.command(arguments)
    hint = f"`{command} --help` shows what is accepted."
    option = getattr(error, "option_name", "")
    ours = [one for one in where.find_root().command.params if option in one.opts] if where is not None else []
    if ours:
        program, _, words = command.partition(" ")
        named = option if getattr(ours[0], "is_flag", False) else f"{option} VALUE"
        hint = f"Options for all commands come before the command: `{program} {named} {words}`."
    return BadUsage(what=error.format_message(), hint=hint)


def _of_aws(error: Exception) -> ProvisionError | None:
    """The sentence for a refusal that no step of the stack was about."""
    if "botocore" not in sys.modules:
        return None
    from provision.aws.refusals import explained

    return explained(error)


def _unforeseen(error: Exception, document: About | None, *, trace: bool) -> int:
    if refusal := _of_aws(error):
        return _refused(refusal, document)
    if refusal := _of_stdout(error):
        return _refused(refusal, None)
    return _defect(error, document, trace=trace)


def _defect(error: Exception, document: About | None, *, trace: bool) -> int:
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    where = "--debug shows the trace."
    with contextlib.suppress(OSError):  # a full disk must not keep us from saying that something went wrong
        descriptor, log = tempfile.mkstemp(prefix="provision-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        where = f"The trace is in {log}; --debug shows it here."
    if trace:
        say(sys.stderr, text)
    defect = ProvisionError(what="Something unforeseen went wrong.", why=f"{type(error).__name__}.", hint=where)
    _tell(defect, document, code="Unforeseen")
    return 1


def _tell(error: ProvisionError, document: About | None, *, code: str) -> None:
    problem.show(error, sys.stderr)
    if document is not None:
        from provision.cli.output import json_document

        failure = problem.as_json(error)
        failure["error"]["code"] = code
        try:
            say(sys.stdout, json_document(document, **document.outcome, **failure))
        except OSError:  # Ctrl-C ends a whole pipeline; stderr and the exit code have told
            let_go(sys.stdout)
