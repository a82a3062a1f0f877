"""A stack's name that is taken fits everything that is called after it, in the longest Region too."""

from __future__ import annotations

import re

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision import blueprint
from provision.checks import check_name
from provision.errors import BadSetting
from provision.names import Names
from provision.settings import Settings

NAMES = st.from_regex(r"[a-z](-?[a-z0-9]){0,62}", fullmatch=True)
REGIONS = st.sampled_from(
    [
        region
        for partition in boto3.Session().get_available_partitions()
        for region in boto3.Session().get_available_regions("rds", partition)
    ]
)
ROLE = r"[\w+=,.@-]{1,64}"
GROUP = r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}"
LOGS = r"[\w./#-]{1,512}"
RULES = {
    "database": r"[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]",
    "proxy": r"(?=.{1,63}$)[a-zA-Z](?:-?[a-zA-Z0-9]+)*",
    "function": r"[\w-]{1,64}",
    "secret": r"(?!.*-\w{6}$)[\w/+=.@-]{1,512}",
    "role.function": ROLE,
    "role.proxy": ROLE,
    "role.monitoring": ROLE,
    "role.flow": ROLE,
    "role.rotation": ROLE,
    "database.subnets": r"[\w. -]{1,255}",
    "database.parameters": r"[a-z](?!.*--)[a-z0-9-]{0,253}[a-z0-9]",
    "group.function": GROUP,
    "group.database": GROUP,
    "group.proxy": GROUP,
    "group.endpoint": GROUP,
    "group.rotation": GROUP,
    "rotation.function": r"[\w-]{1,64}",
    "rotation.logs": LOGS,
    "function.logs": LOGS,
    "logs.flow": LOGS,
    "logs.postgresql": LOGS,
    "logs.upgrade": LOGS,
}
"""AWS's own rules, by the step's key."""


@given(NAMES, REGIONS)
def test_every_derived_name_fits_aws(name: str, region: str) -> None:
    for taken in {name, drawn_out(name, region)}:
        if fits(taken, region):
            steps = blueprint.everything(Settings(), Names(stack=taken, region=region))
            names = {step.key: getattr(step, "name", getattr(step, "identifier", None)) for step in steps}
            called = {key: one for key, one in names.items() if one is not None}
            assert called.keys() == RULES.keys()
            assert {key: one for key, one in called.items() if not re.fullmatch(RULES[key], one)} == {}
            assert max(map(len, (f"{taken} {key}" for key in names))) <= 256, "its tag Name"


def drawn_out(name: str, region: str) -> str:
    """The longest name that begins like this one and is taken."""
    while fits(f"{name}x", region):
        name += "x"
    return name


def fits(name: str, region: str) -> bool:
    try:
        check_name(name, region=region)
    except BadSetting:
        return False
    return True


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "A", "1a", "a_b", "ä", "a b", "a" * 64])
def test_a_name_that_no_service_takes(name: str) -> None:
    with pytest.raises(BadSetting) as refused:
        check_name(name)
    assert "--name" in refused.value.what
