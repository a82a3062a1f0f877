"""One contract over every line of the blueprint: absent, made once, found, as wanted, gone, and gone again."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from provision.engine.apply import apply
from provision.engine.resource import Resource
from provision.engine.run import Run
from provision.engine.survey import Look, survey
from tests.resources.whole import Whole, whole

MAKING = ("Create", "Allocate", "Authorize", "Register", "Rotate")
FROM_THE_START: dict[str, dict[str, Any]] = {
    "CreateDBInstance": {
        "AutoMinorVersionUpgrade": True,
        "CopyTagsToSnapshot": True,
        "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "PubliclyAccessible": False,
        "StorageEncrypted": True,
    },
    "CreateDBProxy": {"DebugLogging": False, "IdleClientTimeout": 1800, "RequireTLS": True},
    "CreateFlowLogs": {"TrafficType": "ALL"},
    "CreateVpcEndpoint": {"PrivateDnsEnabled": True},
    "GetRandomPassword": {"PasswordLength": 30, "RequireEachIncludedType": True},
    "PutResourcePolicy": {"BlockPublicPolicy": True},
    "DeleteDBInstance": {"DeleteAutomatedBackups": True, "SkipFinalSnapshot": True},
    "DeleteSecret": {"ForceDeleteWithoutRecovery": True},
}
"""What is asked for in the first request: a later look does not show it, or would mend what stood open till then."""
GROUPS = {
    "CreateDBInstance": "VpcSecurityGroupIds",
    "CreateDBProxy": "VpcSecurityGroupIds",
    "CreateVpcEndpoint": "SecurityGroupIds",
}
"""Without one AWS takes the VPC's default group."""
TOKENS = {
    "CreateFlowLogs": "ClientToken",
    "CreateNatGateway": "ClientToken",
    "CreateRouteTable": "ClientToken",
    "CreateSecret": "ClientRequestToken",
    "CreateVpcEndpoint": "ClientToken",
    "PutSecretValue": "ClientRequestToken",
}
"""By which AWS knows a request that it has carried out before."""
OURS = re.compile("[0-9a-f]{32}")
"""A token of the state file, which outlives the run. botocore makes one up, with hyphens, where none is given."""
NOT_IN_A_PASSWORD = "/@\"' "
"""RDS refuses these."""


def own(step: Resource[Any]) -> bool:
    """Whether it is a thing of its own, neither a setting on another nor made by AWS along with one."""
    return not (step.property_only or step.made_by_aws)


def test_every_line_of_the_blueprint_lives_its_life(tmp_path: Path) -> None:
    with whole(tmp_path) as stack:
        asked = [*goes_up(stack), *goes_down(stack)]
        assert stack.here.census() == []
    calls = dict(asked)
    assert {
        name: {field: calls[name].get(field) for field in wanted} for name, wanted in FROM_THE_START.items()
    } == FROM_THE_START
    assert [name for name, field in GROUPS.items() if not calls[name].get(field)] == []
    assert {name for name, call in asked if name in TOKENS and not OURS.fullmatch(call[TOKENS[name]])} == set()
    assert set(NOT_IN_A_PASSWORD) <= set(calls["GetRandomPassword"]["ExcludeCharacters"])


def goes_up(stack: Whole) -> list[tuple[str, dict[str, Any]]]:
    """Every call of the product's."""
    account, run = stack.account, stack.account.run()
    asked = []
    for step in stack.steps():
        if own(step):
            assert look_at(run, step).verb == "create", step.key
        account.calls.clear()
        apply(run, [step])
        asked += account.calls
        made = [operation for operation in account.sent if operation.startswith(MAKING)]
        assert len(made) == 1 or not own(step), (step.key, made)
        if step.made_by_aws:
            continue
        look = look_at(run, step)
        assert look.verb == "leave", (step.key, look)
        assert look.found is not None
        assert look.found.id, step.key
        account.calls.clear()
        run.reads.forget()
        apply(run, [step])
        assert account.sent == [], step.key
    return asked


def look_at(run: Run, step: Resource[Any]) -> Look:
    run.reads.forget()
    return survey(run, [step])[0]


def goes_down(stack: Whole) -> list[tuple[str, dict[str, Any]]]:
    """The same."""
    asked = []
    account, steps = stack.account, list(stack.steps())
    for number in range(len(steps) - 1, -1, -1):
        step = steps[number]
        account.down([step])
        asked += account.calls
        if not own(step):
            continue
        assert account.sent, step.key
        assert step.find(account.run()) == [], step.key
        assert step.key not in account.ids()
        account.down([step])
        assert account.sent == [], step.key
    return asked


def test_a_lost_state_file_costs_nothing(stack: Whole) -> None:
    ids = stack.account.ids()
    stack.account.ledger.unlink()
    stack.up()
    assert stack.account.sent == []
    assert stack.account.ids() == ids


DATED = {
    "NAT gateway", "VPC endpoint", "database", "flow log", "log group", "proxy", "role", "secret"
}  # fmt: skip
"""Kinds of which AWS tells when one was made; of the others `status` goes by the state file."""


def test_what_aws_dates_says_since_when_it_is_there(stack: Whole) -> None:
    made = {look.step.kind: look.found.made for look in stack.look().values() if look.found and look.found.made}
    assert set(made) == DATED
    assert all(datetime.fromisoformat(one).tzinfo for one in made.values())
