"""Every command with its own policy enforced, and without single actions of it: it says which one is missing, and with
the whole policy carries on to where it would have got undisturbed. Each action is needed by some call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from provision.aws.local.manners.permitted import requests, silent
from provision.aws.local.permissions import Request, allowed
from provision.policy.document import COMMANDS, document, needed
from provision.policy.scope import Place
from tests.policy.scenes import SCENES, Scene
from tests.stage import REGION, Stage, stage

PLACE = Place(partition="aws", account="123456789012", region=REGION, stack="lambda-rds")
DENIED = 3
TOLD = {
    "up ec2:DescribeAccountAttributes",
    "up rds:DescribeAccountAttributes",
    "up rds:DescribeOrderableDBInstanceOptions",
    "up servicequotas:GetServiceQuota",
}
"""Questions beforehand: a warning names the action, and the command goes on."""


@dataclass(frozen=True)
class Played:
    """One scene as it goes undisturbed."""

    scene: Scene
    asked: list[Request]
    things: str

    def needs(self, command: str, action: str) -> bool:
        """Whether some call would be refused without that action."""
        poorer = without(command, action)
        return any(not allowed([poorer], request) for request in self.asked if request.action == action)


class Table:
    """Each command's scenes, played when they are asked for."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._asked: list[Request] = []
        self._played: dict[tuple[str, int], Played] = {}
        stage.account.hear(lambda call: self._asked.extend([*requests(call), *silent(call)]))

    def scene(self, command: str, action: str) -> Played | None:
        """The first one that the action is needed in."""
        numbers = range(len(SCENES[command]))
        return next(
            (one for one in (self._play(command, number) for number in numbers) if one.needs(command, action)),
            None,
        )

    def _play(self, command: str, number: int) -> Played:
        if (command, number) not in self._played:
            scene = SCENES[command][number]
            scene.begin(self.stage)
            self._asked.clear()
            self.run(command, scene)
            self._played[command, number] = Played(scene, list(self._asked), self.stage.things())
        return self._played[command, number]

    def run(self, command: str, scene: Scene) -> None:
        """With all that its policy gives, it ends as it should."""
        self.stage.account.manners.set({"allowed": document(command, PLACE)})
        told = self.stage.type(*scene.words, settings=scene.settings)
        assert told.code == scene.code, told
        assert "is not allowed" not in told.err


def without(command: str, action: str) -> dict[str, Any]:
    policy = document(command, PLACE)
    for statement in policy["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one != action]
    return policy


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with stage(tmp_path_factory.mktemp("stage")) as there:
        yield Table(there)


def actions(command: str) -> set[str]:
    return {need.action for need in needed(command)}


ORDER = ("up", "teardown", *(command for command in COMMANDS if command not in ("up", "teardown")))
EACH = [(command, action) for command in ORDER for action in sorted(actions(command))]
AGAIN = [
    (command, action)
    for number, command in enumerate(ORDER)
    for action in sorted(actions(command))
    if any(action in actions(earlier) for earlier in ORDER[:number])
]
"""Rights that a command before needs, too."""
LOOKED_AT = set(AGAIN) - set(AGAIN[::8])
"""A refusal is told in one place for all commands: of those rights, seven in eight are not taken away once more."""
CARRIED_ON = set(EACH[::3])
"""With the whole policy the command is run to its end: after a refusal that is what it does after any other blow."""


def check(table: Table, command: str, action: str) -> None:
    played = table.scene(command, action)
    if played is None:
        assert command == "doctor-fix", "a right that nothing needs"
        assert action in actions("up"), "it repairs as `up` does, with the rights shown there"
        return
    if (command, action) in LOOKED_AT:
        return
    stage, scene = table.stage, played.scene
    scene.begin(stage)
    before = stage.remembered()
    stage.account.manners.set({"allowed": without(command, action)})
    told = stage.type(*scene.words, settings=scene.settings)
    assert "Traceback" not in told.err
    assert action in told.err + told.out
    if command not in ("doctor", "doctor-fix"):
        assert told.code == (scene.code if f"{command} {action}" in TOLD else DENIED), told
    if stage.remembered() == before and not any(call.mutating for call in stage.heard):
        return  # all is as it was, from where it was seen to go well
    if (command, action) not in CARRIED_ON:
        return
    table.run(command, scene)
    # What is healthy by then is nothing that `doctor --fix` finds any more; `up` repairs the rest.
    assert command == "doctor-fix" or stage.things() == played.things


SAMPLE = {
    ("up", "logs:CreateLogGroup"),
    ("up", "rds:StartDBInstance"),
    ("invoke", "lambda:InvokeFunction"),
    ("status", "lambda:ListTags"),
    ("logs", "logs:FilterLogEvents"),
    ("doctor", "iam:GetRole"),
    ("doctor-fix", "lambda:DeleteFunctionConcurrency"),
}


def cases(*commands: str) -> list[Any]:
    """A few always, the rest where there is time."""
    return [
        pytest.param(command, action, marks=() if (command, action) in SAMPLE else pytest.mark.long)
        for command, action in EACH
        if command in commands
    ]


# Three classes, because what is run at the same time is shared out by classes.
class TestUp:
    @pytest.mark.parametrize(("command", "action"), cases("up"))
    def test_without_any_one_action(self, table: Table, command: str, action: str) -> None:
        check(table, command, action)


class TestDoctorFix:
    @pytest.mark.parametrize(("command", "action"), cases("doctor-fix"))
    def test_without_any_one_action(self, table: Table, command: str, action: str) -> None:
        check(table, command, action)


class TestTheOthers:
    @pytest.mark.parametrize(("command", "action"), cases(*(set(COMMANDS) - {"up", "doctor-fix"})))
    def test_without_any_one_action(self, table: Table, command: str, action: str) -> None:
        check(table, command, action)
