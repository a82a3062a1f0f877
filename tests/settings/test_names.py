"""A stack's name that is taken fits everything that is called after it, in the longest Region too."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision import blueprint
from provision.checks import check_name
from provision.errors import BadSetting
from provision.names import Names
from provision.settings import Settings

NAMES = st.from_regex(r"[a-z](-?[a-z0-9]){0,62}", fullmatch=True)
REGIONS = st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-1", "us-gov-west-1", "us-isob-east-1"])
RULES = {
    "database": r"[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]",
    "proxy": r"[a-zA-Z](?:-?[a-zA-Z0-9]+)*",
    "function": r"[\w-]{1,64}",
    "secret": r"[\w/+=.@-]{1,512}",
    "role.function": r"[\w+=,.@-]{1,64}",
    "role.proxy": r"[\w+=,.@-]{1,64}",
    "role.monitoring": r"[\w+=,.@-]{1,64}",
    "role.flow": r"[\w+=,.@-]{1,64}",
    "database.subnets": r"[\w. -]{1,255}",
    "database.parameters": r"[a-z](?!.*--)[a-z0-9-]{0,253}[a-z0-9]",
    "group.function": r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}",
    "function.logs": r"[\w./#-]{1,512}",
}
"""AWS's own rules, by the step's key."""


@given(NAMES, REGIONS)
def test_every_derived_name_fits_aws(name: str, region: str) -> None:
    try:
        check_name(name, region=region)
    except BadSetting:
        return
    steps = blueprint.everything(Settings(), Names(stack=name, region=region))
    called = {key: getattr(steps[key], "name", getattr(steps[key], "identifier", "")) for key in RULES}
    assert {key: one for key, one in called.items() if not re.fullmatch(RULES[key], one)} == {}
    assert max(len(called["database"]), len(called["proxy"])) <= 63


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "A", "1a", "a_b", "ä", "a b", "a" * 64])
def test_a_name_that_no_service_takes(name: str) -> None:
    with pytest.raises(BadSetting) as refused:
        check_name(name)
    assert "--name" in refused.value.what
