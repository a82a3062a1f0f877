"""From options, variables and file to settings: what comes first wins, and what cannot work is told by its name."""

from __future__ import annotations

import contextlib
import dataclasses
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provision.configuration import load
from provision.errors import BadSetting
from provision.settings import SECTIONS, Settings

KEYS = [(section, spec.name, spec.default) for section, kind in SECTIONS.items() for spec in dataclasses.fields(kind)]
OTHER: dict[str, tuple[Any, Any, Any]] = {
    "network.cidr": ("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"),
    "network.nat_gateways": (2, 1, 2),
    "database.port": (5433, 5434, 5435),
    "database.multi_az": (True, False, True),
    "function.memory_mb": (512, 1024, 2048),
    "proxy.max_connections_percent": (50, 60, 70),
}
"""Values for the file, the environment and the option, each that works."""


def settings(file: str = "", folder: Path | None = None, **told: Any) -> Settings:
    place = None
    if folder is not None:
        place = folder / "provision.toml"
        place.write_text(file, encoding="utf-8")
    return load(file=place, environment=told.get("environment", {}), options=told.get("options", {}), tags={})


def value(found: Settings, name: str) -> Any:
    section, key = name.split(".")
    return getattr(getattr(found, section), key)


def toml(given: Any) -> str:
    return str(given).lower() if isinstance(given, bool) else repr(given)


@pytest.mark.parametrize("name", OTHER)
def test_option_then_variable_then_file_then_default(name: str, tmp_path: Path) -> None:
    section, key = name.split(".")
    of_file, of_variable, of_option = OTHER[name]
    file = f"[{section}]\n{key} = {toml(of_file)}\n"
    environment = {f"PROVISION_{section}_{key}".upper(): str(of_variable)}
    options = {section: {key: of_option}}
    assert value(settings(), name) == next(default for *names, default in KEYS if names == [section, key])
    assert value(settings(file, tmp_path), name) == of_file
    assert value(settings(file, tmp_path, environment=environment), name) == of_variable
    assert value(settings(file, tmp_path, environment=environment, options=options), name) == of_option


def test_a_file_may_begin_with_the_mark_that_windows_editors_write(tmp_path: Path) -> None:
    assert settings("\ufeff[database]\nstorage_gib = 30\n", tmp_path).database.storage_gib == 30


@pytest.mark.parametrize(("section", "key"), [(section, key) for section, key, _ in KEYS])
def test_a_slip_of_the_pen_is_told_the_key_that_was_meant(section: str, key: str, tmp_path: Path) -> None:
    slips = {key[:-1], key[:2] + key[3:], key.replace("_", "-", 1), key + "s"} - {name for _, name, _ in KEYS}
    for slip in slips:
        with pytest.raises(BadSetting) as refused:
            settings(f"[{section}]\n{slip} = 1\n", tmp_path)
        assert f"{section}.{slip}" in refused.value.what
        assert refused.value.hint.startswith("The nearest known one is ")


@example(("function", "timeout_seconds", 180), "20")
@example(("database", "storage_gib", 20), "300")
@given(st.sampled_from(KEYS), st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=20))
def test_a_variable_of_any_text_works_or_is_refused_by_its_name(key: tuple[str, str, Any], text: str) -> None:
    section, name, _ = key
    variable = f"PROVISION_{section}_{name}".upper()
    with contextlib.suppress(BadSetting):
        found = settings(environment={variable: text})
        assert isinstance(getattr(getattr(found, section), name), type(key[2]) if key[2] != () else tuple)
        return
    with pytest.raises(BadSetting) as refused:
        settings(environment={variable: text})
    assert variable in refused.value.what or f"{section}.{name}" in refused.value.what


@given(st.integers(-10, 70000), st.integers(-10, 70000))
def test_storage_and_its_ceiling(storage: int, ceiling: int) -> None:
    """AWS: the ceiling exceeds the storage by a tenth, or equals it, which turns autoscaling off."""
    fine = 20 <= storage <= 65536 and ceiling <= 65536 and (ceiling == storage or ceiling * 10 >= storage * 11)
    with contextlib.nullcontext() if fine else pytest.raises(BadSetting):
        found = settings(options={"database": {"storage_gib": storage, "max_storage_gib": ceiling}})
        assert (found.database.storage_gib, found.database.max_storage_gib) == (storage, ceiling)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso-b", "aws-eusc"])
@pytest.mark.parametrize("policy", ["123456789012:policy/limit", "123456789012:policy/ours/limit", "aws:policy/Any"])
def test_a_boundary_is_a_managed_policy_of_any_partition(partition: str, policy: str) -> None:
    arn = f"arn:{partition}:iam::{policy}"
    assert settings(environment={"PROVISION_IAM_PERMISSIONS_BOUNDARY": arn}).iam.permissions_boundary == arn


PLACES = st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/0"])


@given(PLACES.flatmap(lambda place: st.ip_addresses(network=place)), st.integers(12, 26))
def test_a_range_that_is_taken_holds_four_subnets(address: IPv4Address, prefix: int) -> None:
    """Private, and not where AWS's own services keep theirs."""
    within = IPv4Network((address, prefix), strict=False)
    fine = 16 <= prefix <= 22 and within.is_private and not within.overlaps(IPv4Network("172.17.0.0/16"))
    with contextlib.nullcontext() if fine else pytest.raises(BadSetting):
        network = settings(options={"network": {"cidr": str(within)}}).network
        subnets = {IPv4Network(network.subnet(number)) for number in range(4)}
        assert len(subnets) == 4
        assert all(subnet.prefixlen == 24 and subnet.subnet_of(within) for subnet in subnets)


TAGS = st.text("aZ9\u00e9 _.:/=+-@" + "#<", max_size=260)


@given(TAGS | st.sampled_from(["Name", "aws:a", "AWS:a", "Provision:key"]), TAGS)
def test_tags_of_ones_own(key: str, text: str) -> None:
    own = key != "Name" and not key.lower().startswith(("aws:", "provision:"))
    fine = own and 0 < len(key) <= 128 and len(text) <= 256 and not {"#", "<"} & set(key + text)
    with contextlib.nullcontext() if fine else pytest.raises(BadSetting):
        assert load(file=None, environment={}, options={}, tags={key: text}).tags == {key: text}
