"""Commands as processes. One that has imported everything forks a child for each: a start costs milliseconds.

python -m tests.crash.commands CLOCK     # reads a request a line, writes an answer a line
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from provision.settings import SECTIONS
from tests.crash.blows import Blow, Moments
from tests.crash.clock import SharedClock

LONGEST = 300.0
"""Seconds after which a command that does not end is taken as hanging."""
REGION = "eu-west-1"
SETTINGS = ("PROVISION_SETTINGS_PROFILE", *(f"PROVISION_{section.upper()}_" for section in SECTIONS))


def _is_let_in(name: str) -> bool:
    """Whether the commands see this variable: they may be about another stack than the default settings'."""
    return name.startswith(SETTINGS) or not name.startswith(("AWS_", "PROVISION_"))


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (-9: SIGKILL), what it said, and the kinds of its state file's moments."""

    code: int
    said: str
    moments: list[str]


class Commands:
    """Runs commands against the account at `url`, with state files in `folder` unless they are in `home`. Close it."""

    def __init__(self, url: str, folder: Path, clock: Path, home: Path | None = None) -> None:
        self._home = (home or folder) / "state"
        self._said = folder / "said"
        environment = {
            **{name: value for name, value in os.environ.items() if _is_let_in(name)},
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self._parent = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, str(clock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    @property
    def state(self) -> Path:
        """The stack's own folder, which is all that a command remembers."""
        return self._home / "aws"

    def close(self) -> None:
        self._parent.stdin.close()  # type: ignore[union-attr]  # a pipe
        self._parent.wait(timeout=60)
        self._parent.stdout.close()  # type: ignore[union-attr]  # a pipe

    def begin(
        self, *arguments: str, blow: Blow | None = None, largest: int | None = None, last_answers: float | None = None
    ) -> int:
        """A process that stands still until it gets SIGCONT; its id. `largest`: bytes of a file that it may write;
        `last_answers`: see `Surroundings`."""
        request = {
            "largest": largest,
            "last_answers": last_answers,
            "arguments": ["--target", "aws", "--state-dir", str(self._home), "--quiet", *arguments],
            "blow": vars(blow) if blow else None,
            "state": str(self.state),
            "said": str(self._said),
        }
        self._parent.stdin.write(json.dumps(request) + "\n")  # type: ignore[union-attr]  # a pipe
        self._parent.stdin.flush()  # type: ignore[union-attr]  # a pipe
        return int(self._heard()["pid"])

    def end(self, pid: int) -> Ended:
        """Let it go on, and wait for its end."""
        self.resume(pid)
        return self.ended(pid)

    def resume(self, pid: int) -> None:
        os.kill(pid, signal.SIGCONT)

    def ended(self, pid: int) -> Ended:
        """Wait for its end; one that hangs is killed."""
        guard = threading.Timer(LONGEST, os.kill, (pid, signal.SIGKILL))
        guard.start()
        try:
            heard = self._heard()
        finally:
            guard.cancel()
        moments = self._said.with_suffix(".moments")
        kinds = json.loads(moments.read_text()) if moments.exists() else []
        moments.unlink(missing_ok=True)
        return Ended(heard["code"], self._said.read_text(errors="replace"), kinds)

    def run(self, *arguments: str) -> Ended:
        return self.end(self.begin(*arguments))

    def _heard(self) -> dict[str, Any]:
        line = self._parent.stdout.readline()  # type: ignore[union-attr]  # a pipe
        if not line:
            raise RuntimeError("the process that makes commands has ended")
        heard: dict[str, Any] = json.loads(line)
        return heard


def main(clock: SharedClock) -> None:
    """Fork a child for each request until there are no more."""
    import boto3

    from provision.aws import clients

    session = boto3.Session()
    ready = clients.Clients(session, region=REGION, endpoint=None, attempts=clients.READING)
    for service in ("ec2", "iam", "awslambda", "logs", "rds", "secretsmanager", "sts", "quotas"):
        getattr(ready, service)  # loads the service's model; opens no connection
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(request, clock, session)
        os.waitpid(pid, os.WUNTRACED)
        _say(pid=pid)
        _, status = os.waitpid(pid, 0)
        _say(code=os.waitstatus_to_exitcode(status))


def _say(**told: int) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _child(request: dict[str, Any], clock: SharedClock, session: Any) -> None:
    from provision.cli import app, signals
    from provision.cli.globals import Surroundings

    said = Path(request["said"])
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), out, out)):
        os.dup2(file, number)
    blow = Blow(**request["blow"]) if request["blow"] else None
    moments = Moments(Path(request["state"]), blow)
    sys.addaudithook(moments)
    if request["largest"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], resource.RLIM_INFINITY))
    around = Surroundings(clock=clock, session=session, answer_seconds=blow.answer_seconds if blow else None)
    if request["last_answers"]:
        around = replace(around, last_answers=request["last_answers"])
    signals.listen()  # as the program itself, which may be interrupted at any moment from its beginning on
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        code = app.run(request["arguments"], around)
    except KeyboardInterrupt:
        code = signals.INTERRUPTED
    for number in signals.SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # the command has come to its end
    sys.stdout.flush()
    sys.stderr.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    said.with_suffix(".moments").write_text(json.dumps(moments.kinds))
    os._exit(code)


if __name__ == "__main__":
    main(SharedClock(Path(sys.argv[1])))
