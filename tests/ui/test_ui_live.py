"""The live display on a real pseudo-terminal, read back through a small screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from provision.engine.events import Event, RunEnded, StepBegan, StepDone, StepFound, StepWaiting, Warned
from provision.errors import NotOurs
from provision.ui import problem
from provision.ui.listen import listener
from provision.ui.live import Live

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
XTERM = {"TERM": "xterm-256color"}


class Terminal:
    """A pty of a fixed size whose output is collected while it is used."""

    def __init__(self, master: int, stream: TextIO) -> None:
        self.stream = stream
        self._master = master
        self._bytes = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._master, 65536)
            except OSError:  # Linux: the other end is closed
                return
            if not chunk:
                return
            self._bytes += chunk

    def finish(self) -> str:
        """Everything written; the stream is closed by this."""
        self.stream.close()
        self._reader.join(60)
        return self._bytes.decode()


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    masters: list[int] = []

    def build(*, columns: int = 80, rows: int = 24, encoding: str = "utf-8") -> Terminal:
        master, slave = pty.openpty()
        masters.append(master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        stream = os.fdopen(slave, "w", encoding=encoding)
        return Terminal(master, stream)

    yield build
    for master in masters:
        os.close(master)


def screen(written: str) -> list[str]:
    """The lines a terminal shows at the end; knows only the codes that the display uses."""
    lines, row, column = [""], 0, 0
    for token in re.findall(r"\x1b\[[0-?]*[ -/]*[@-~]|\r|\n|[^\x1b\r\n]+", written):
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif token.endswith("A") and token.startswith("\x1b["):
            row -= int(token[2:-1])
        elif token == "\x1b[2K":
            lines[row] = ""
        elif not token.startswith("\x1b["):
            lines[row] = lines[row][:column].ljust(column) + token + lines[row][column + len(token) :]
            column += len(token)
    return [line.rstrip() for line in lines if line.strip()]


@contextmanager
def listening(terminal: Terminal, **environ: str) -> Iterator[Callable[[Event], None]]:
    with listener(terminal.stream, quiet=False, output="text", environ=XTERM | environ) as emit:
        yield emit


def under_way(n: int) -> StepBegan:
    return StepBegan(key=f"subnet.{n}", label=f"subnet {n}", at=0, verb="create")


def test_at_80_columns_what_is_done_stays(terminal: Callable[..., Terminal], recorded: list[Event]) -> None:
    tty = terminal()
    with listening(tty) as emit:
        for event in recorded:
            emit(event)
    written = tty.finish()
    assert screen(written) == [
        "up lambda-rds on aws (account 123456789012, Region eu-central-1)",
        "Asking whether it can work: identity, quotas, zones, engine version, free names.",
        "  function                    changed in 3s (DB_PORT)",
        "Warning: ListServiceQuotas is not implemented by this endpoint. The quotas were",
        "    not checked.",
        "  database                    created in 6m12s: lambda-rds",
        "Done in 6m40s.",
    ]
    assert written.count(HIDE) == written.count(SHOW) == 1


def test_at_40_columns_no_line_is_wider(terminal: Callable[..., Terminal], recorded: list[Event]) -> None:
    tty = terminal(columns=40)
    with listening(tty) as emit:
        for event in recorded:
            emit(event)
    lines = screen(tty.finish())
    assert max(map(len, lines)) <= 40
    assert lines[-2:] == ["  database  created in 6m12s: lambda-rds", "Done in 6m40s."]


def test_what_is_under_way_is_drawn_with_awss_words(terminal: Callable[..., Terminal]) -> None:
    tty = terminal()
    seconds = iter(range(1000))
    with Live(tty.stream, environ=XTERM, clock=lambda: float(next(seconds))) as live:
        live(StepBegan(key="database", label="database", at=0, verb="create"))
        live(
            StepWaiting(
                key="database", label="database", at=1, elapsed=130, usual=360, patience=2400, detail="backing-up"
            )
        )
        live(Warned(what="Redrawn now."))
        live(StepDone(key="database", label="database", at=2, verb="create", id="d", elapsed=132))
    assert re.search(
        r"[⠋-⠿] database                    creating 2m1\ds of usually 6m \(AWS: backing-up\)", tty.finish()
    )


def test_more_steps_than_lines_are_counted(terminal: Callable[..., Terminal]) -> None:
    tty = terminal(rows=60)
    with Live(tty.stream, environ=XTERM) as live:
        for n in range(40):
            live(under_way(n))
        live(Warned(what="Redrawn now."))
        for n in range(40):
            live(StepDone(key=f"subnet.{n}", label=f"subnet {n}", at=1, verb="create", id="s", elapsed=1))
    written = tty.finish()
    assert "… and 18 more" in written
    heights = [frame.count("\x1b[1A") for frame in re.findall(r"(?:\x1b\[1A\x1b\[2K)+", written)]
    assert max(heights) <= 23


def interrupted(display: Live) -> None:
    with display as live:
        live(under_way(1))
        live(StepWaiting(key="subnet.1", label="subnet 1", at=9, elapsed=130, usual=0, patience=600))
        raise KeyboardInterrupt


def test_ctrl_c_clears_the_display_and_says_what_was_under_way(terminal: Callable[..., Terminal]) -> None:
    tty = terminal()
    with pytest.raises(KeyboardInterrupt):
        interrupted(Live(tty.stream, environ=XTERM, clock=lambda: 5.0))
    written = tty.finish()
    assert screen(written) == ["  subnet 1                    was creating for 2m10s"]
    assert written.rindex(SHOW) > written.rindex(HIDE)


def test_a_run_without_changes_is_one_line(terminal: Callable[..., Terminal]) -> None:
    tty = terminal()
    with listening(tty) as emit:
        for n in range(34):
            emit(StepFound(key=f"subnet.{n}", label="subnet", at=0, id="s"))
        emit(RunEnded(elapsed=2, changed=0))
    assert screen(tty.finish()) == ["Done in 2s."]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(
    terminal: Callable[..., Terminal], recorded: list[Event], no_color: str, *, coloured: bool
) -> None:
    tty = terminal()
    with listening(tty, NO_COLOR=no_color) as emit:
        for event in recorded:
            emit(event)
    assert bool(re.search(r"\x1b\[(?:\d+;)*3\dm", tty.finish())) == coloured


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_gets_plain_lines(terminal: Callable[..., Terminal], recorded: list[Event], term: str) -> None:
    tty = terminal()
    with listening(tty, TERM=term) as emit:
        for event in recorded:
            emit(event)
    written = tty.finish()
    assert "\x1b" not in written
    assert "  database                    creating … 31s of usually 6m\r\n" in written


def test_a_terminal_without_unicode_gets_ascii(terminal: Callable[..., Terminal], recorded: list[Event]) -> None:
    tty = terminal(encoding="ascii")
    with listening(tty) as emit:
        for event in recorded:
            emit(event)
    assert tty.finish().isascii()


def test_threads_may_emit_while_it_is_drawn(terminal: Callable[..., Terminal]) -> None:
    tty = terminal()

    def work(live: Live, n: int) -> None:
        for i in range(20):
            live(under_way(n))
            live(StepWaiting(key=f"subnet.{n}", label="s", at=i, elapsed=i, usual=9, patience=60))
            live(StepDone(key=f"subnet.{n}", label=f"subnet {n}", at=i, verb="create", id="s", elapsed=1))

    with Live(tty.stream, environ=XTERM) as live:
        threads = [threading.Thread(target=work, args=(live, n)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
    assert len(screen(tty.finish())) == 120


@pytest.mark.parametrize(
    ("environ", "coloured"), [(XTERM, True), (XTERM | {"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_problem_is_coloured_where_that_is_wanted(
    terminal: Callable[..., Terminal], environ: dict[str, str], *, coloured: bool
) -> None:
    tty = terminal(columns=40)
    problem.show(NotOurs(what="The VPC is not this stack's and stays."), tty.stream, environ=environ)
    written = tty.finish()
    assert ("\x1b" in written) == coloured
    assert screen(written) == ["Error: The VPC is not this stack's and", "       stays."]


def test_a_terminal_that_goes_away_stops_no_work() -> None:
    """As for a command that lives on without its window (`disown`)."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream, Live(stream, environ=XTERM) as live:
        live(under_way(1))
        os.close(master)
        live(StepDone(key="subnet.1", label="subnet 1", at=1, verb="create", id="subnet-1", elapsed=1))
        live(under_way(2))
