"""Every line of the blueprint in one account that is made once and left by each test as it was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from provision.aws.local.wire import CALLER
from provision.blueprint import everything
from provision.engine.resource import Steps
from provision.engine.run import Run
from provision.engine.survey import Look
from provision.names import Names
from provision.operations.work import Work
from provision.settings import Database, Settings
from tests.resources.harness import NAME, REGION, Account
from tests.served import Served, served

NAMES = Names(stack=NAME, region=REGION)
USUAL = Settings(database=Database(rotation_days=30))


class Whole:
    """The stack with all that any settings could have made. `settings` may be changed for one look or run."""

    def __init__(self, account: Account, here: Served) -> None:
        self.account = account
        self.here = here
        self.settings = USUAL
        self.pristine: list[dict[str, Any]] = []

    def steps(self) -> Steps:
        return everything(self.settings, NAMES)

    def up(self) -> Run:
        return self.account.up(self.steps())

    def down(self) -> Run:
        return self.account.down(self.steps())

    def look(self) -> dict[str, Look]:
        return self.account.look(self.steps())

    def differing(self) -> dict[str, list[str]]:
        """The fields that a look finds changed, by key; `absent` for what is not there."""
        return {
            key: [change.field for change in look.changes] if look.found else ["absent"]
            for key, look in self.look().items()
            if look.changes or look.found is None
        }

    def census(self) -> list[dict[str, Any]]:
        """What is in the account, but for AWS's own interfaces and snapshots, which come and go, and for which secret's
        password the database has."""
        there = [one for one in self.here.census() if one["kind"] not in ("interface", "snapshot")]
        return [{**one, "tags": {**one["tags"], "provision:secret": ""}} for one in there]

    def as_made(self) -> None:
        """Make it, or make it anew where the test before failed."""
        self.settings = USUAL
        self.account.relent()
        self.account.tags = {}
        if not self.pristine or self.census() != self.pristine:
            self.up()
            self.pristine = self.pristine or self.census()


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    """An empty account to make it in."""
    with served(folder / "aws") as here:
        yield Whole(Account(folder, endpoint=here.url, caller=CALLER), here)


def work(stack: Whole) -> Work:
    """What `teardown` starts from."""

    def invoking(_: float) -> Any:
        raise AssertionError("a teardown calls no function")

    return Work(run=stack.account.run(), settings=stack.settings, names=NAMES, invoking=invoking)
