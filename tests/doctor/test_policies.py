"""Policies as other people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.doctor.diagnosis import diagnose
from tests.doctor.pictures import HEALTHY, ROLE, TRUST


@pytest.mark.parametrize(("account", "found"), [(123456789012, []), (999999999999, ["role.trust"])])
def test_a_condition_may_have_a_number_where_we_write_text(account: int, found: list[str]) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    role = replace(ROLE, trust={"Statement": {**TRUST["Statement"], "Condition": condition}})
    picture = replace(HEALTHY, roles={**HEALTHY.roles, ROLE.arn: role})
    assert [one.id for one in diagnose(picture).findings] == found
