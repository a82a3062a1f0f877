"""The bill, of any settings: it prices what the blueprint makes and no more, and every variant is another bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from provision import blueprint
from provision.configuration import by_profile
from provision.cost.bill import bill, by_use, every, snapshot, vcpus
from provision.cost.prices import load
from provision.cost.variants import variants
from provision.names import Names
from provision.settings import Database, Function, Network, Settings

PRICES = load(None)
NAMES = Names(stack="bill", region="us-east-1")
COSTLY = ("NAT gateway", "Elastic IP address", "VPC endpoint", "database", "proxy", "secret")
"""The kinds that AWS asks money for while they exist; all others of the blueprint are free."""

settings = st.builds(
    Settings,
    network=st.builds(Network, egress=st.sampled_from(["nat", "endpoint"]), nat_gateways=st.sampled_from([1, 2])),
    database=st.builds(
        Database,
        instance_class=st.sampled_from([*PRICES.database, "db.x2g.16xlarge", "db.z.metal"]),
        storage_gib=st.integers(20, 180),
        multi_az=st.booleans(),
    ),
)


@given(settings, st.booleans())
def test_exactly_what_costs_is_on_the_bill(wanted: Settings, proxy: bool) -> None:  # noqa: FBT001 - drawn
    steps = blueprint.wanted(wanted, NAMES, proxy=proxy)
    costly = {step.key for step in steps if step.kind in COSTLY}
    assert {item.key for item in bill(wanted, PRICES, proxy=proxy).items} == costly


@given(settings)
def test_whatever_can_be_made_or_removed_has_a_price(wanted: Settings) -> None:
    steps = blueprint.everything(wanted, NAMES)
    assert {item.key for item in every(wanted, PRICES).items} == {step.key for step in steps if step.kind in COSTLY}


@given(settings, st.booleans())
def test_a_variant_is_the_difference_of_two_bills(wanted: Settings, proxy: bool) -> None:  # noqa: FBT001 - drawn
    here = bill(wanted, PRICES, proxy=proxy).month
    months = {variant.label: variant.month for variant in variants(wanted, PRICES, proxy=proxy, production=wanted)}
    assert 0 not in months.values()
    if "Multi-AZ" in months:
        twice = replace(wanted, database=replace(wanted.database, multi_az=True))
        assert months["Multi-AZ"] == bill(twice, PRICES, proxy=proxy).month - here
    if not proxy and vcpus(wanted.database.instance_class):
        assert months["RDS Proxy"] == bill(wanted, PRICES, proxy=True).month - here


def test_the_defaults() -> None:
    """By hand, from AWS's list: 0.045 and 0.005 an hour, 0.036 an hour, 20 x 0.115, 0.40, and 2 x 0.015 an hour."""
    direct, through = (bill(Settings(), PRICES, proxy=proxy).month for proxy in (False, True))
    assert direct == Decimal("32.85") + Decimal("3.65") + Decimal("26.28") + Decimal("2.30") + Decimal("0.40")
    assert through - direct == Decimal("21.90")


def test_what_two_zones_double() -> None:
    """By hand: an endpoint's 0.01 an hour, the instance's 0.036, and 20 x 0.115 a month, each twice."""
    wanted = Settings(network=Network(egress="endpoint"), database=Database(multi_az=True))
    priced = bill(wanted, PRICES, proxy=False)
    assert priced.of("endpoint.secretsmanager") == Decimal("14.60")
    assert priced.of("database") == Decimal("52.56") + Decimal("4.60")
    assert priced.of("vpc") is None, "it costs nothing, which is another thing than nobody knows what"


def test_a_snapshot_is_priced_as_backup_storage() -> None:
    assert snapshot(PRICES, 20) == Decimal("1.90")


def test_an_unknown_class_is_no_zero() -> None:
    priced = bill(Settings(database=Database(instance_class="db.x2g.large")), PRICES, proxy=True)
    assert [item.label for item in priced.unknown] == ["database"]
    assert priced.month == bill(Settings(), PRICES, proxy=True).month - Decimal("26.28")


def test_a_step_is_priced_whole_or_not_at_all() -> None:
    """The storage alone is not what such a database costs."""
    assert bill(Settings(database=Database(instance_class="db.x2g.large")), PRICES, proxy=True).of("database") is None


def test_a_proxy_is_billed_by_vcpus() -> None:
    large = Settings(database=Database(instance_class="db.m7g.8xlarge"))
    item = next(item for item in bill(large, PRICES, proxy=True).items if item.key == "proxy")
    assert item.month == Decimal("0.015") * 32 * 730
    assert vcpus("db.m7g.metal") is None


def test_production_is_priced_as_a_whole() -> None:
    """A second gateway with its address, and a second instance with its storage; the rest is by use."""
    (production,) = by_profile(["production"], file=None, environment={}, options={}, tags={})
    offered = variants(Settings(), PRICES, proxy=False, production=production)
    months = {variant.label: variant.month for variant in offered}
    assert months["the production profile"] == months["a second NAT gateway"] + months["Multi-AZ"]
    wanted = Settings(function=replace(Settings().function, tracing=True))
    assert "million traced calls" in [use.unit for use in by_use(wanted, PRICES)]


def test_the_variant_that_saves_most_comes_first() -> None:
    found = variants(Settings(), PRICES, proxy=False, production=Settings())
    months = [variant.month for variant in found]
    assert months == sorted(months)
    graviton = next(variant for variant in found if variant.label == "AWS Graviton")
    assert (graviton.how, graviton.month) == ('database.instance_class = "db.t4g.small"', Decimal("-2.92"))


def test_a_variant_without_a_price_of_its_own_is_not_offered() -> None:
    """Or it would seem to save all that the present one costs."""
    priced = replace(PRICES, database={**PRICES.database, "db.r5.2xlarge": Decimal(1)})
    wanted = Settings(database=Database(instance_class="db.r5.2xlarge"))
    assert "AWS Graviton" not in [variant.label for variant in variants(wanted, priced, proxy=False, production=wanted)]


def test_a_million_calls_by_hand() -> None:
    """0.20, and a quarter of a GiB for 100,000 seconds at each processor's price."""
    for architecture, usd in (("x86_64", "0.6166675"), ("arm64", "0.533335")):
        calls = by_use(Settings(function=Function(architecture=architecture)), PRICES)[0]
        assert architecture in calls.unit
        assert calls.usd == Decimal(usd)


def test_use_names_who_causes_it() -> None:
    plain = " ".join(use.unit for use in by_use(Settings(), PRICES))
    assert "backups beyond" in plain
    assert "baseline" in plain
    assert "written: the function's," not in plain
    database = Database(instance_class="db.m5.large", backup_days=0, log_exports=True, monitoring_seconds=60)
    loud = Settings(database=database, network=Network(flow_logs=True))
    units = [use.unit for use in by_use(loud, PRICES)]
    assert "GiB of log written: the function's, PostgreSQL's, Enhanced Monitoring's, the VPC's traffic" in units
    assert not any("backups" in unit or "baseline" in unit for unit in units)


def test_use_follows_the_settings() -> None:
    units = " ".join(use.unit for use in by_use(Settings(network=Network(egress="endpoint")), PRICES))
    assert "endpoint" in units
    assert "NAT" not in units
