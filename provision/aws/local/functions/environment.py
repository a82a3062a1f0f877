"""One execution environment: a process of the runtime interface client, and the Runtime API it talks to."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from provision.aws.local.functions import escaped
from provision.aws.local.functions.code import Shelf, mismatch
from provision.aws.local.functions.guard import Guard
from provision.aws.local.functions.runtime_api import RuntimeApi, RuntimeEvent, Work
from provision.aws.local.functions.spec import FunctionSpec, LogLine

INTERPRETER = [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(Path(__file__).with_name("bootstrap.py"))]

READ_MILLISECONDS = 1000
LINE_BYTES = 256 * 1024
"""A line that is longer is logged in pieces: one that never ends would be copied with each piece that comes."""
MEMORY_LOOK_SECONDS = 0.1
"""How often a process that works is asked for its memory."""

Watch = Callable[["Environment", socket.socket], Guard]
"""Begins to watch a process's connections, over a channel to it."""


class Environment:
    """Starts at once; `initialise` waits for it, `serve` gives it one invocation at a time, `end` kills its whole
    group. Raises OSError, and `zipfile.BadZipFile` for code that is no zip.

    `subnet_number`, modulo how many there are, is the one of the function's subnets that it is in: AWS takes any.
    """

    def __init__(
        self, spec: FunctionSpec, shelf: Shelf, *, folder: Path, extra: Mapping[str, str], watch: Watch | None
    ) -> None:
        self.spec = spec
        one = uuid.uuid4()
        self.log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{spec.version}]{one.hex}"
        self.subnet_number = one.int
        self._lines: list[LogLine] = []
        self._partial = b""
        self._reading = threading.Lock()
        self._shelf = shelf
        root, paths = _paths(spec, shelf)
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as its:
            ours.callback(shelf.put_back, spec)
            folder.mkdir(parents=True, exist_ok=True)
            self._scratch = Path(tempfile.mkdtemp(dir=folder))
            ours.callback(self._scratch.rmdir)
            self._api = RuntimeApi()
            ours.callback(self._api.close)
            lifeline, self._lifeline = _pipe(its, ours)
            self._output, output = _pipe(ours, its)
            os.set_blocking(self._output, False)
            here, there = socket.socketpair() if watch else (None, None)
            if here and there:
                ours.callback(here.close)
                its.callback(there.close)
            channel = there.fileno() if there else -1
            self._process = subprocess.Popen(  # noqa: S603 -- our own command line
                [*INTERPRETER, str(lifeline), str(channel), spec.handler, *paths],
                cwd=root,
                env=_variables(spec, self, root=root, scratch=self._scratch, api=self._api.address, extra=extra),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[lifeline, *([channel] if there else [])],
                start_new_session=True,
            )
            ours.pop_all()
        self._guard = watch(self, here) if watch and here else None
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process, which leads its own group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process may still serve."""
        return self._process.poll() is None

    @property
    def peak_memory_mb(self) -> int | None:
        """None where the system does not tell (macOS), or when the process is gone."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024
        return None

    def initialise(self, seconds: float) -> RuntimeEvent | None:
        """What ended the initialisation, "ready" when all is well; None when it took too long."""
        return self._next(seconds)

    def serve(self, work: Work, seconds: float) -> RuntimeEvent | None:
        """What the function made of `work`; None when it took too long."""
        self._api.give(work)
        return self._next(seconds)

    def take_lines(self) -> tuple[LogLine, ...]:
        """All that was written since the last time."""
        self._drain()
        with self._reading:
            if self._partial:
                self._add(self._partial)
            taken, self._lines, self._partial = tuple(self._lines), [], b""
        return taken

    def end(self) -> None:
        """Kill the process and all it started, and give everything back."""
        self._process.kill()
        self._watcher.join()
        escaped.end(self.log_stream)
        self._drain()
        os.close(self._lifeline)
        self._reader.join()
        if self._guard:
            self._guard.join()
        self._api.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._shelf.put_back(self.spec)

    def _next(self, seconds: float) -> RuntimeEvent | None:
        """AWS: a process that takes more than the function's memory is killed."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._api.events.get(timeout=min(left, MEMORY_LOOK_SECONDS))
            if (self.peak_memory_mb or 0) > self.spec.memory_mb:
                self._process.kill()
        return None

    def _watch(self) -> None:
        code = self._process.wait()
        with contextlib.suppress(ProcessLookupError):  # what it started ends at once: later the group may be another's
            os.killpg(self.pid, signal.SIGKILL)
        self._api.events.put(RuntimeEvent("exit", code=code))

    def _read(self) -> None:
        """Keeps the pipe empty, until the process is gone: what it started may hold the pipe open for longer."""
        poll = select.poll()  # select(2) takes no descriptor above 1023
        poll.register(self._output, select.POLLIN)
        while self._process.poll() is None:
            if poll.poll(READ_MILLISECONDS) and not self._drain():
                self._process.wait()
        self._drain()
        with self._reading:
            os.close(self._output)
            self._output = -1

    def _drain(self) -> bool:
        """False at the end of the output."""
        with self._reading:
            while self._output >= 0:
                try:
                    piece = os.read(self._output, 65536)
                except BlockingIOError:
                    return True
                if not piece:
                    return False
                *whole, self._partial = (self._partial + piece).split(b"\n")
                for line in whole:
                    self._add(line)
                if len(self._partial) >= LINE_BYTES:
                    self._add(self._partial)
                    self._partial = b""
        return False

    def _add(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").replace("\r", "\n")  # the runtime client joins a trace's lines with \r
        self._lines.append(LogLine(time.time_ns() // 1_000_000, text))


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe, each end of which is closed with its stack."""
    read_end, write_end = os.pipe()
    reader.callback(os.close, read_end)
    writer.callback(os.close, write_end)
    return read_end, write_end


def _paths(spec: FunctionSpec, shelf: Shelf) -> tuple[Path, list[str]]:
    """The function's folder, and the arguments of `bootstrap` that say what to import from. Raises BadZipFile."""
    root = shelf.task_root(spec)
    front = [root] if mismatch(spec.runtime, spec.architecture) is None else [shelf.substitutes(), root]
    return root, [*map(str, front), "--", str(shelf.provided())]


def _variables(
    spec: FunctionSpec, environment: Environment, *, root: Path, scratch: Path, api: str, extra: Mapping[str, str]
) -> dict[str, str]:
    """The function's variables over ours; those that Lambda reserves over both (AWS: "Defined runtime variables")."""
    ours = {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": str(scratch),  # else boto3 and libpq would read this user's own files
        "TMPDIR": str(scratch),
        "AWS_ACCESS_KEY_ID": spec.access_key,
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
    }
    reserved = {
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": environment.log_stream,
        "AWS_LAMBDA_RUNTIME_API": api,
        "LAMBDA_TASK_ROOT": str(root),
        "_HANDLER": spec.handler,
    }
    return {**ours, **extra, **spec.environment, **reserved}
