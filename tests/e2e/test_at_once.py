"""Stacks that are made at once are the same as those that came to be step by step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Census, Stack, differing


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    here = Stack(tmp_path_factory.mktemp("once"))
    yield here
    here.end()


def census_of(stack: Stack, *words: str) -> Census:
    stack.provision(*words).well()
    return stack.census()


def test_with_the_proxy_and_with_the_interface_endpoint(stack: Stack) -> None:
    at_once = census_of(stack, "up", "--proxy", "--egress", "endpoint")
    host = stack.provision("--output", "json", "outputs").well().document["outputs"]["proxy_endpoint"]
    assert stack.invoked()["host"] == host
    stack.provision("teardown", "--yes").well()
    first = census_of(stack, "up")
    census_of(stack, "enable-proxy")
    assert differing(census_of(stack, "up", "--egress", "endpoint"), at_once) == []
    stack.provision("--output", "json", "disable-proxy").well()
    assert differing(census_of(stack, "up"), first) == []
    stack.provision("teardown", "--yes").well()
    assert stack.files() == ["state/local/aws/log"]
