"""One command struck, the same command again, and the teardown; and what must hold of each."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.account import Moment, RestorableAccount, Seen
from tests.crash.blows import DRAFT, STATE, Blow
from tests.crash.clock import SharedClock
from tests.crash.commands import Commands, Ended

UP, PROXIED = ("up", "--no-preflight"), ("up", "--proxy", "--no-preflight")
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")
NOTHING = "[]"
KILLED = -9
UNIQUE = re.compile(
    r"(?<=:)lambda-rds/database-\w{6}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|127(?:\.\d+){3}|(?:sg|acl|prx-tg)-\w{17}"
)
"""What is drawn anew in every run and is not in the census: the end of a secret's ARN, the versions of secrets, public
addresses, a VPC's default group and ACL, a proxy's target group."""
FAIR = (0, 5)
"""How a command may end that was struck and not killed: it got over it, or says that it is to be run again."""


@dataclass(frozen=True)
class Command:
    """A command line, and the one whose work it starts from."""

    name: str
    arguments: tuple[str, ...]
    after: tuple[str, ...] = ()


COMMANDS = (
    Command("up", UP),
    Command("up --proxy", PROXIED),
    Command("enable-proxy", ("enable-proxy",), after=UP),
    Command("disable-proxy", ("disable-proxy",), after=PROXIED),
    Command("teardown", TEARDOWN, after=PROXIED),
)


@dataclass(frozen=True)
class Undisturbed:
    """What a command does that nothing befalls: the calls it makes, the moments of its writes, what there is then."""

    calls: list[str]
    changes: int
    moments: list[str]
    things: str
    remembered: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`trouble` is empty when all held; `like`: the very same state was left behind, and carried on from, before."""

    at: str
    struck: bool
    trouble: str = ""
    like: bool = False


@dataclass(repr=False)
class World:
    """An account, and commands that work on it."""

    account: RestorableAccount
    commands: Commands
    clock: SharedClock
    folder: Path
    survived: set[str] = field(default_factory=set)

    @contextmanager
    def others(self, *, here: bool) -> Iterator[Commands]:
        """Somebody else's commands, with the same state files or with their own."""
        with tempfile.TemporaryDirectory(prefix="others-") as name:
            home = self.folder if here else None
            commands = Commands(self.account.url, Path(name), self.folder / "clock", home)
            try:
                yield commands
            finally:
                commands.close()

    def moment(self) -> Moment:
        files = {path.name: path.read_bytes() for path in _files(self.commands.state)}
        return Moment(self.account.snapshot(), files)

    def restore(self, moment: Moment, *, consistent: bool) -> None:
        self.account.restore(moment.account, consistent=consistent)
        shutil.rmtree(self.commands.state, ignore_errors=True)
        self.commands.state.mkdir(parents=True)
        for name, content in moment.files.items():
            (self.commands.state / name).write_bytes(content)

    def prepared(self, command: Command) -> Moment:
        """What the command starts from."""
        start = Moment(self.account.empty, {})
        if not command.after:
            return start
        self.restore(start, consistent=True)
        ended = self.commands.run(*command.after)
        if ended.code != 0:
            raise RuntimeError(f"{command.after} ends with {ended.code}: {ended.said}")
        return self.moment()

    def undisturbed(self, command: Command, start: Moment, *, consistent: bool) -> Undisturbed:
        self.restore(start, consistent=consistent)
        ended = self.commands.run(*command.arguments)
        if ended.code != 0:
            raise RuntimeError(f"{command.name} ends with {ended.code}: {ended.said}")
        calls = [f"{call['service']}:{call['action']}" for call in self.account.calls()]
        seen = self.account.look()
        changes = sum(call["mutating"] for call in self.account.calls())
        return Undisturbed(calls, changes, ended.moments, seen.things, self.remembered(seen))

    def endure(self, command: Command, start: Moment, wanted: Undisturbed, blow: Blow, *, consistent: bool) -> Outcome:
        """Strike the command; then it must get to where the undisturbed one got, and the teardown to nothing."""
        self.restore(start, consistent=consistent)
        struck = self._struck(command, blow)
        at = self._where(wanted, blow)
        if at == "never" or (blow.kills and struck.code != KILLED):
            return Outcome(at=at, struck=False, trouble=_unfair(struck))
        if not blow.kills and struck.code not in FAIR:
            return Outcome(at=at, struck=True, trouble=f"ended with {_told(struck)}")
        self.account.settle()
        self.account.spare()
        left = self._left(command, consistent=consistent)
        if left in self.survived:
            return Outcome(at=at, struck=True, like=True)
        trouble = self.carried_on(command, wanted)
        if not trouble:
            self.survived.add(left)
        return Outcome(at=at, struck=True, trouble=trouble)

    def carried_on(self, command: Command, wanted: Undisturbed) -> str:
        """The same command again, then the teardown; empty, or what did not hold."""
        again = self.commands.run(*command.arguments)
        if again.code != 0:
            return f"the same command again ended with {_told(again)}"
        seen = self.account.look()
        if seen.things != wanted.things:
            return f"the account differs: {differing(wanted.things, seen.things)}"
        if self.remembered(seen) != wanted.remembered:
            return f"the state file differs: {differing(wanted.remembered, self.remembered(seen))}"
        done = f"done {seen.things} {self.remembered(seen)}"
        if done in self.survived:  # as many a time before, and torn down then
            return ""
        if not (trouble := self.torn_down()):
            self.survived.add(done)
        return trouble

    def torn_down(self) -> str:
        """Empty, or what the teardown left behind."""
        down = self.commands.run(*TEARDOWN)
        if down.code != 0:
            return f"the teardown ended with {_told(down)}"
        if (left := self.account.look().things) != NOTHING:
            return f"the teardown left {left}"
        files = [path.name for path in _files(self.commands.state)]
        return f"the teardown left the files {', '.join(files)}" if files else ""

    def remembered(self, seen: Seen) -> str:
        """The state file without what differs from run to run: ids by what they are called, no times, no tokens."""
        path = next((path for path in _files(self.commands.state) if path.suffix == ".json"), None)
        if path is None:
            return ""
        try:
            document = json.loads(path.read_bytes())
        except ValueError:
            return "damaged"
        for row in document["resources"].values():
            row["since"], row["token"] = 0, ""
        text = json.dumps(document, sort_keys=True)
        for known in sorted(seen.names, key=len, reverse=True):
            text = text.replace(known, seen.names[known])
        return UNIQUE.sub("<unique>", text)

    def _struck(self, command: Command, blow: Blow) -> Ended:
        pid = self.commands.begin(*command.arguments, blow=blow)
        if not blow.at_write:
            self.account.strike(**blow.rule(pid))
        return self.commands.end(pid)

    def _where(self, wanted: Undisturbed, blow: Blow) -> str:
        if blow.at_write:
            return f"{wanted.moments[blow.number - 1]}"
        call = next((one for one in self.account.calls() if one["fault"]), None)
        return f"{call['service']}:{call['action']}" if call else "never"

    def _left(self, command: Command, *, consistent: bool) -> str:
        seen = self.account.look()
        shown = "" if consistent else self.account.unsettled()
        drafts = sorted(path.name for path in _files(self.commands.state))
        return json.dumps([command.name, seen.things, self.remembered(seen), shown, drafts])


@contextmanager
def world() -> Iterator[World]:
    """An account and commands, in a folder of their own that goes with them."""
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        clock = SharedClock(folder / "clock")
        account = RestorableAccount(folder / "account", clock)
        commands = Commands(account.url, folder, folder / "clock")
        try:
            yield World(account, commands, clock, folder)
        finally:
            commands.close()
            account.close()


def _files(folder: Path) -> list[Path]:
    """The state file and what a killed write left of its draft."""
    return [path for path in (folder / STATE, folder / DRAFT) if path.exists()]


def _unfair(ended: Ended) -> str:
    """A blow that found nothing to strike; only a command that went well may say so."""
    return "" if ended.code == 0 else f"ended with {_told(ended)}"


def _told(ended: Ended) -> str:
    return f"{ended.code}: {ended.said.strip()[-1500:]}"


def differing(wanted: str, have: str) -> str:
    """The parts that only one of the two has."""
    one, other = (_parts(json.loads(text) if text else []) for text in (wanted, have))
    lacking = [part for part in one if part not in other]
    more = [part for part in other if part not in one]
    return f"lacks {lacking[:4]}, has instead {more[:4]}"


def _parts(things: Any) -> list[str]:
    if isinstance(things, dict):
        things = list(things.pop("resources", {}).items()) + list(things.items())
    return [json.dumps(part, sort_keys=True) for part in things]
