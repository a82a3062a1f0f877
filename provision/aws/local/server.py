"""The background process: `python -m provision.aws.local.server --folder F --ready N`.

It leaves its parent at once, loads the account, listens on a free loopback port, and says so as one line of JSON on
the descriptor N. From then on it lives until it is told to stop.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import resource
import secrets
import select
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from provision.aws.local.background import HOST, TAKEN, Record
from provision.aws.local.files import Files
from provision.aws.local.log import open_log
from provision.errors import LocalTrouble

log = logging.getLogger("provision.local")

DESCRIPTORS = 10_240
"""macOS lets no process have more, whatever its hard limit says."""
PACKAGES = ("moto", "flask", "psycopg2", "awslambdaric")
"""Of the extra `local`."""


def main() -> None:
    """The process's entry."""
    parser = argparse.ArgumentParser(prog="python -m provision.aws.local.server")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ready", type=int, required=True)
    arguments = parser.parse_args()
    os.umask(0o077)
    files = Files(arguments.folder)
    files.make()
    os.environ["HOME"] = str(files.folder)  # else libpq would use this user's own certificates and revocation lists
    _leave_parent()
    if _nobody_waits(arguments.ready):
        sys.exit(1)  # the starter was killed; whoever wants the local AWS next starts it, and nobody may want it
    open_log(files.log)
    _raise_descriptor_limit()
    gc.disable()  # moto's tables are a million objects that all stay; looking through them takes a third of the start
    try:
        _check_parts(files)
        server = Server(files)
    except Taken:
        _say(arguments.ready, TAKEN)
        sys.exit(1)
    except LocalTrouble as trouble:
        _say(arguments.ready, {"what": trouble.what, "why": trouble.why, "hint": trouble.hint})
        sys.exit(1)
    except Exception as error:
        log.exception("the local AWS could not be started")
        hint = f"Look into its log: {files.log}"
        _say(arguments.ready, {"what": "The local AWS could not be started.", "why": f"{error!r}.", "hint": hint})
        sys.exit(1)
    _say(arguments.ready, vars(server.record))
    gc.freeze()
    gc.enable()
    server.run()


def _raise_descriptor_limit() -> None:
    """An execution environment takes about ten, and many systems begin with 1024 for all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _nobody_waits(descriptor: int) -> bool:
    """Whether the pipe to whoever started us has no other end any more."""
    poller = select.poll()
    poller.register(descriptor, 0)
    return bool(poller.poll(0))


def _say(descriptor: int, message: Mapping[str, Any]) -> None:
    """To whoever started us, who may have been killed meanwhile; the next command then finds us by the record."""
    with suppress(BrokenPipeError), open(descriptor, "w", encoding="utf-8") as ready:
        json.dump(message, ready)


def _check_parts(files: Files) -> None:
    """What must be installed. An account that is there already is served without its engines, so that it can be torn
    down."""
    absent = [package for package in PACKAGES if find_spec(package) is None]
    if absent:
        raise LocalTrouble(
            what=f"The local AWS needs Python packages that are not installed: {', '.join(absent)}.",
            hint="Run `scripts/provision`, or in the checkout's folder: pip install -e '.[local]'",
        )
    from provision.aws.local.engines import missing

    message = None if files.account.exists() else missing()
    if message:
        raise LocalTrouble(what=message)


class Taken(Exception):
    """Another server has this folder."""


def _leave_parent() -> None:
    """A session of our own and a parent that reaps: whoever started us may end at any time and sees no zombie."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")


class Server:
    """The HTTP side: listens from the moment it is made, serves in `run`."""

    def __init__(self, files: Files) -> None:
        from provision.aws.local.app import LocalAws
        from provision.aws.local.manners import install
        from provision.aws.local.serving import listen

        self._files = files
        taken = files.serve()
        if taken is None:
            raise Taken
        self._aws = LocalAws(files)
        install(self._aws)
        self._http = listen(self._aws.wsgi, HOST)
        self.record = Record(id=secrets.token_hex(16), pid=os.getpid(), port=self._http.port, since=time.time())
        self._aws.open(self.record, stop=self._stop, ours=lambda: files.serves(taken))
        self.record.save(files.record)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def run(self) -> None:
        """Serve until told to stop, then end everything that was started."""
        log.info("listening on http://%s:%d", HOST, self.record.port)
        self._http.serve_forever(poll_interval=0.05)
        self._http.server_close()
        self._aws.close()
        with suppress(OSError):
            self._files.record.unlink()
        log.info("stopped")

    def _stop(self) -> None:
        threading.Thread(target=self._http.shutdown, daemon=True).start()


if __name__ == "__main__":
    main()
