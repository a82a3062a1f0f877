"""Policies as other people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.picture import Role
from tests.doctor.pictures import HEALTHY, PROXIED, PROXY_ROLE, ROLE, TRUST


@pytest.mark.parametrize(("account", "found"), [(123456789012, []), (999999999999, ["role.trust"])])
def test_a_condition_may_have_a_number_where_we_write_text(account: int, found: list[str]) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    role = replace(ROLE, trust={"Statement": {**TRUST["Statement"], "Condition": condition}})
    picture = replace(HEALTHY, roles={**HEALTHY.roles, ROLE.arn: role})
    assert [one.id for one in diagnose(picture).findings] == found


@pytest.mark.parametrize(("role", "found"), [(ROLE, "secret.denied"), (PROXY_ROLE, "proxy.denied")])
def test_a_boundary_that_the_settings_want_is_to_be_widened_and_not_taken_away(role: Role, found: str) -> None:
    boundary = "arn:aws:iam::123456789012:policy/limit"
    nothing = {"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}
    subject = replace(PROXIED.subject, boundary=boundary)
    picture = replace(PROXIED, subject=subject, roles={**PROXIED.roles, role.arn: replace(role, boundary=nothing)})
    (finding,) = [one for one in diagnose(picture).findings if one.id == found]
    assert finding.command == ""
    assert finding.advice == f"Let {boundary} allow secretsmanager:GetSecretValue on the secret."
    (as_it_was,) = [one for one in diagnose(replace(picture, subject=PROXIED.subject)).findings if one.id == found]
    assert as_it_was.command.startswith("aws iam delete-role-permissions-boundary")
