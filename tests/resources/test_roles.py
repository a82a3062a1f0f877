"""A role that somebody uses for something of their own."""

from __future__ import annotations

import pytest

from provision.blueprint import wanted
from provision.engine.resource import Steps
from provision.errors import Failed
from provision.settings import Settings
from tests.resources.harness import Account
from tests.resources.whole import NAMES


def test_a_role_in_an_instance_profile_stays_whole(account: Account) -> None:
    """AWS refuses to delete it; without its policy it would be of no use to whoever took it."""
    drawn = wanted(Settings(), NAMES, proxy=False)
    steps = Steps()
    for key in ("secret", "role.function"):
        steps.add(drawn[key])
    account.up(steps)
    iam, role = account.outside("iam"), account.ids()["role.function"]
    iam.create_instance_profile(InstanceProfileName="mine")
    iam.add_role_to_instance_profile(InstanceProfileName="mine", RoleName=role)
    with pytest.raises(Failed, match="something that is not this stack's holds it") as told:
        account.down(steps)
    assert "instance profile mine" in told.value.why
    assert account.sent == []
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["provision"]
    iam.remove_role_from_instance_profile(InstanceProfileName="mine", RoleName=role)
    account.down(steps)
    assert account.ids() == {}
