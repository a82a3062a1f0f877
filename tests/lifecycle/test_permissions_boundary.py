"""Where an organization demands a permissions boundary of every role, through the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from provision.policy.document import document
from provision.policy.scope import Place
from tests.policy.by_hand.found import ROLE
from tests.stage import REGION, UP, Stage, stage

PROXIED = ("up", "--proxy", "--no-preflight")
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")
LIMIT = "arn:aws:iam::123456789012:policy/limit"
OTHER = "arn:aws:iam::aws:policy/PowerUserAccess"
BOUNDED = f'[iam]\npermissions_boundary = "{LIMIT}"\n'
ALL_ROLES = f'profile = "production"\n[database]\ndeletion_protection = false\n{BOUNDED}'
DEMANDED: dict[str, Any] = {
    "Effect": "Deny",
    "Action": [
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
    ],
    "Resource": "*",
    "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": LIMIT}},
}
"""As in AWS's guide to boundaries: no role without it, and no other change of such a role."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


def boundaries(there: Stage) -> dict[str, str]:
    """Of the stack's roles, by the ends of their names; "none" for none."""
    iam, start = there.client("iam"), ROLE.removesuffix("function")
    names = [one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].startswith(start)]
    roles = {name.removeprefix(start): iam.get_role(RoleName=name)["Role"] for name in names}
    return {
        name: role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "none") for name, role in roles.items()
    }


def set_by_hand(there: Stage, role: str, arn: str) -> None:
    name = ROLE.removesuffix("function") + role
    there.client("iam").put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn)


def changing(there: Stage) -> list[str]:
    return [call.action for call in there.heard if call.mutating]


def demand(there: Stage) -> None:
    policy = document("up", Place(partition="aws", account="123456789012", region=REGION, stack="lambda-rds"))
    policy["Statement"].append(DEMANDED)
    there.account.manners.set({"allowed": policy})


def test_every_role_is_made_with_it_and_goes_with_it(there: Stage) -> None:
    there.after()
    empty = there.things()
    there.type(*PROXIED, settings=ALL_ROLES).well()
    assert changing(there).count("CreateRole") == 5
    assert "PutRolePermissionsBoundary" not in changing(there), "it is in the request that makes the role"
    assert boundaries(there) == dict.fromkeys(("flow", "function", "monitoring", "proxy", "rotation"), LIMIT)
    there.type("plan", "--detailed-exitcode", settings=ALL_ROLES).well()
    there.type(*TEARDOWN, settings=ALL_ROLES).well()
    assert there.things() == empty


def test_a_role_without_it_or_with_another_is_shown_and_repaired(there: Stage) -> None:
    there.after(*PROXIED)
    set_by_hand(there, "proxy", OTHER)
    for command in ("plan", "status"):
        told = there.type(command, settings=BOUNDED).well().out
        assert f"permissions boundary: none -> {LIMIT}" in told
        assert f"permissions boundary: {OTHER} -> {LIMIT}" in told
    there.type("up", settings=BOUNDED).well()
    assert changing(there) == ["PutRolePermissionsBoundary"] * 2
    assert boundaries(there) == {"function": LIMIT, "proxy": LIMIT}
    there.type("plan", "--detailed-exitcode", settings=BOUNDED).well()


def test_without_the_setting_whatever_is_there_stays(there: Stage) -> None:
    """An organization's automation may have set it; and to take the setting away takes no boundary away."""
    there.after(*PROXIED, settings=BOUNDED)
    set_by_hand(there, "proxy", OTHER)
    there.type("plan", "--detailed-exitcode").well()
    there.type("up").well()
    assert changing(there) == []
    assert boundaries(there) == {"function": LIMIT, "proxy": OTHER}


def test_an_organization_that_demands_it(there: Stage) -> None:
    there.after()
    demand(there)
    told = there.type(*UP)
    assert told.code == 3
    assert "iam:CreateRole is not allowed" in told.err
    assert "iam.permissions_boundary" in told.err
    there.type(*UP, settings=BOUNDED).well()
    assert "CreateRole" in changing(there)


def test_a_role_that_lost_it_may_be_repaired_once_it_has_it_again(there: Stage) -> None:
    there.after(*UP, settings=BOUNDED)
    iam = there.client("iam")
    iam.delete_role_permissions_boundary(RoleName=ROLE)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="provision")
    demand(there)
    there.type(*UP, settings=BOUNDED).well()
    assert changing(there) == ["PutRolePermissionsBoundary", "PutRolePolicy"]


def test_a_policy_that_is_not_there(there: Stage) -> None:
    """Told at once, with AWS's reason, rather than waited for like a role that AWS does not show yet."""
    there.after()
    said = f"Scope ARN: {LIMIT} does not exist or is not attachable."
    fault = {"do": "refuse", "action": "CreateRole", "code": "NoSuchEntity", "message": said, "status": 404}
    there.account.manners.set({"faults": [fault]})
    told = there.type(*UP, settings=BOUNDED)
    assert told.code == 5
    assert said in told.err
    assert "Set iam.permissions_boundary" in told.err
