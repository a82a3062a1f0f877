"""Every way out of the program: done, refused, interrupted, or a defect; each with its words and its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from provision.errors import BadUsage, ProvisionError
from provision.ui import problem
from provision.ui.words import say

INTERRUPTED = 130
BROKEN_PIPE = 141


def exit_code(command: Callable[[], Any], arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command`; whatever it raises becomes a message on stderr (and, with JSON output, on stdout) and a code."""
    wants_json = _wants_json(arguments, environment)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        told = command()
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(json_output=wants_json)
    except typer.Exit as leave:
        return leave.exit_code
    except TyperException as error:
        return _refused(_usage(error), json_output=wants_json)
    except ProvisionError as error:
        return _refused(error, json_output=wants_json)
    except BrokenPipeError:
        # The reader of our stdout has gone: nothing more to say, and Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect becomes a sentence
        if told := _of_aws(error):
            return _refused(told, json_output=wants_json)
        return _defect(error, json_output=wants_json, trace="--debug" in arguments)
    return told if isinstance(told, int) else 0


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _interrupted(*, json_output: bool) -> int:
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))  # a second Ctrl-C ends at once
    error = ProvisionError(
        what="Interrupted.",
        why="What is under way is recorded.",
        hint="The same command carries on from here; `teardown` removes what there is.",
    )
    _tell(error, code="Interrupted", json_output=json_output)
    sys.stdout.flush()
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        os._exit(INTERRUPTED)  # a call that AWS has not answered must not keep the user waiting
    return INTERRUPTED


def _refused(error: ProvisionError, *, json_output: bool) -> int:
    _tell(error, code=error.code, json_output=json_output)
    return error.exit_code


def _usage(error: TyperException) -> ProvisionError:
    where = getattr(error, "ctx", None)
    command = where.command_path if where is not None else "provision"
    return BadUsage(what=error.format_message(), hint=f"`{command} --help` shows what is accepted.")


def _of_aws(error: Exception) -> ProvisionError | None:
    """The sentence for a refusal that no step of the stack was about."""
    if "botocore" not in sys.modules:
        return None
    from provision.aws.refusals import explained

    return explained(error)


def _defect(error: Exception, *, json_output: bool, trace: bool) -> int:
    text = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        descriptor, log = tempfile.mkstemp(prefix="provision-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        where = f"The trace is in {log}; --debug shows it here."
        if trace:
            sys.stderr.write(text)
        told = ProvisionError(what="Something unforeseen went wrong.", why=f"{type(error).__name__}.", hint=where)
        _tell(told, code="Unforeseen", json_output=json_output)
    return 1


def _tell(error: ProvisionError, *, code: str, json_output: bool) -> None:
    problem.show(error, sys.stderr)
    if json_output:
        document = problem.as_json(error)
        document["error"]["code"] = code
        say(sys.stdout, json.dumps(document, indent=2))


def _wants_json(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Known before the options are parsed, because a parse error is told as JSON too."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=False)
    named = [value for option, value in pairs if option == "--output"]
    named += [argument.partition("=")[2] for argument in arguments if argument.startswith("--output=")]
    return (named[-1] if named else environment.get("PROVISION_OUTPUT", "")) == "json"
