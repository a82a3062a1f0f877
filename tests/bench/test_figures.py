"""Percentiles, sentences and the picture, of any figures."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.bench.figures import Burst, Calls, Figures, Times, Way
from provision.bench.meaning import meaning
from provision.bench.plot import WIDTH, svg

times = st.builds(Times, samples=st.lists(st.floats(0, 1e5, allow_nan=False), max_size=40))
refusals = st.dictionaries(st.text(max_size=20), st.integers(1, 9), max_size=2)


def figures(*ways: Way) -> st.SearchStrategy[Figures]:
    calls = [
        st.builds(Calls, way=st.just(way), kept=st.just(kept), times=times, refused=refusals)
        for way in ways
        for kept in (False, True)
    ]
    bursts = [
        st.builds(
            Burst,
            way=st.just(way),
            at_once=st.just(40),
            times=times,
            backends=st.integers(0, 40),
            refused=refusals,
            throttled=st.integers(0, 3),
        )
        for way in ways
    ]
    return st.builds(Figures, calls=st.tuples(*calls), bursts=st.just(()) | st.tuples(*bursts))


any_figures = figures("direct") | figures("direct", "proxy")


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_was_measured(samples: list[float], percent: float) -> None:
    value = Times(samples=samples).percentile(percent)
    assert value is not None
    assert value in samples
    assert sum(one <= value for one in samples) >= percent / 100 * len(samples)
    assert sum(one < value for one in samples) <= percent / 100 * len(samples)


def test_of_nothing_there_is_no_percentile() -> None:
    assert Times(samples=[]).median is None


@given(any_figures, st.none() | st.floats(0, 1e4))
def test_there_are_two_sentences_whatever_was_measured(figures: Figures, usd: float | None) -> None:
    time, connections = meaning(figures, proxy_usd=usd)
    for sentence in (time, connections):
        assert sentence.endswith(".")
        assert "None" not in sentence


def burst(way: Way, *, backends: int, failed: int = 0, throttled: int = 0) -> Burst:
    refused = {"too many clients": failed} if failed else {}
    return Burst(
        way=way, at_once=20, times=Times(samples=[9.0]), backends=backends, refused=refused, throttled=throttled
    )


def said(direct: Burst, proxy: Burst | None) -> str:
    bursts = [direct, proxy] if proxy else [direct]
    calls = [Calls(way=one.way, kept=kept, times=Times(samples=[1.0])) for one in bursts for kept in (False, True)]
    return meaning(Figures(calls=calls, bursts=bursts), proxy_usd=21.9)[1]


@pytest.mark.parametrize(
    ("direct", "proxy", "verdict"),
    [
        (burst("direct", backends=20), burst("proxy", backends=4), "buys room for larger bursts"),
        (burst("direct", backends=20), burst("proxy", backends=19), "nothing seen here speaks for its 21.90 USD"),
        (burst("direct", backends=15, failed=5), burst("proxy", backends=4), "5 against 0 calls failed: this speaks"),
        (burst("direct", backends=20), burst("proxy", backends=4, failed=2), "nothing seen here speaks"),
        (burst("direct", backends=10, throttled=10), burst("proxy", backends=4), "does not judge"),
        (burst("direct", backends=20), burst("proxy", backends=4, throttled=3), "turned 3 of the calls away"),
        (burst("direct", backends=20), None, "only a bench with one can tell"),
    ],
)
def test_the_verdict_follows_from_the_burst(direct: Burst, proxy: Burst | None, verdict: str) -> None:
    assert verdict in said(direct, proxy)


@settings(max_examples=30, deadline=None)
@given(any_figures)
def test_the_picture_has_a_dot_for_each_call_and_nothing_outside(figures: Figures) -> None:
    drawn = ET.fromstring(svg(figures, title="<a & b>"))  # noqa: S314 - our own
    space = {"s": "http://www.w3.org/2000/svg"}
    measured: list[Calls | Burst] = [*figures.calls, *figures.bursts]
    dots = drawn.findall("s:circle", space)
    assert len(dots) == sum(len(one.times.samples) for one in measured)
    height = float(drawn.attrib["height"])
    for dot in dots:
        assert 0 <= float(dot.attrib["cx"]) <= WIDTH
        assert 0 <= float(dot.attrib["cy"]) <= height
    assert "prefers-color-scheme: dark" in (drawn.findtext("s:style", namespaces=space) or "")
    assert drawn.attrib["aria-label"] == "<a & b>"
