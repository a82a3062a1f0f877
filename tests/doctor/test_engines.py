"""The same with real engines and the function itself, which says what it sees of a path that is blocked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from tests.doctor.corpus import data, function, hands, network
from tests.doctor.world import REGION, Aws
from tests.waiting import until

Break = Callable[[Aws], None]
WATCHED = sys.platform == "linux"
"""Where the local AWS can keep a function's connections from passing."""


class Stack:
    """One stack on the local target, driven by the command line and broken by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.provision("up")
        self.aws = Aws(local.ensure(folder / "state" / "local" / "aws").url)
        self.learn()

    def learn(self) -> None:
        rows = json.loads((self._folder / "state" / "local" / "lambda-rds.json").read_text())["resources"]
        self.aws.ids = {key: row["id"] for key, row in rows.items()}

    def provision(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """One command's document."""
        options = ["--state-dir", str(self._folder / "state"), "--region", REGION, "--output", "json"]
        command = [sys.executable, "-m", "provision", *options, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self._folder)
        assert done.returncode == code, f"{done.returncode}: {done.stdout} {done.stderr}"
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def set(self, settings: str) -> None:
        (self._folder / "provision.toml").write_text(settings, encoding="utf-8")

    def settled(self) -> bool:
        """Whether the database has followed what was done by hand."""
        [one] = self.aws.rds.describe_db_instances(DBInstanceIdentifier=self.aws.names.database)["DBInstances"]
        return one["DBInstanceStatus"] in ("available", "stopped")

    def unwell(self) -> bool:
        """Whether the proxy has noticed that it cannot use the database."""
        [one] = self.aws.rds.describe_db_proxy_targets(DBProxyName=self.aws.names.proxy)["Targets"]
        return bool(one["TargetHealth"]["State"] == "UNAVAILABLE")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("stack"))
    yield made
    made.provision("teardown", "--yes")


def another_password(aws: Aws) -> None:
    aws.rds.modify_db_instance(
        DBInstanceIdentifier=aws.names.database,
        MasterUserPassword="Another-Horse.43",
        ApplyImmediately=True,
    )


def no_way_out(aws: Aws) -> None:
    for table in ("a", "b"):
        aws.ec2.delete_route(RouteTableId=aws.ids[f"table.private-{table}"], DestinationCidrBlock="0.0.0.0/0")


def failing(document: dict[str, Any]) -> str:
    return next((one["name"] for one in document["probe"]["steps"] if not one["ok"]), "")


DIRECT: list[tuple[Break, str, str]] = [
    (network.the_databases_door_is_shut, "group.function-database.ingress", "connect"),
    (no_way_out, "route.none", "secret"),
    (function.the_role_may_not_read_the_secret, "secret.denied", "secret"),
    (data.the_secret_is_a_bare_password, "secret.content", "secret"),
    (data.the_database_is_stopped, "database.state", "connect"),
    (another_password, "login.password", "authenticate"),
    (function.the_port_is_another_engines, "function.port", "connect"),
]
PROXY: list[tuple[Break, str, str]] = [
    (network.the_proxys_door_is_shut, "group.function-proxy.ingress", "connect"),
    (data.the_proxys_role_may_not_read_the_secret, "proxy.denied", "authenticate"),
    (network.the_database_does_not_let_the_proxy_in, "group.proxy-database.ingress", "authenticate"),
    (another_password, "login.password", "authenticate"),
]


QUICK = (network.the_databases_door_is_shut, no_way_out, network.the_proxys_door_is_shut)


def each(faults: list[tuple[Break, str, str]]) -> list[Any]:
    """A few always, the rest where there is time."""
    return [pytest.param(*one, id=one[0].__name__, marks=() if one[0] in QUICK else pytest.mark.long) for one in faults]


def broken_and_mended(stack: Stack, make: Break, root: str, step: str) -> None:
    make(stack.aws)
    until(stack.settled)
    if step == "authenticate" and "proxy" in stack.aws.ids:
        until(stack.unwell)
    document = stack.provision("doctor", code=5)
    assert document["root"]["id"] == root, document
    for finding in (document["root"], *document["findings"]):
        assert all(command.startswith(("aws ", "provision ")) for command in finding["mend"]), finding
        assert finding["mend"] or finding["advice"]
    if WATCHED or root not in ("group.function-database.ingress", "route.none", "group.function-proxy.ingress"):
        assert failing(document) == step, document["probe"]
    mended = stack.provision("doctor", "--fix")
    assert mended["healthy"], mended
    assert mended["changed"]
    assert mended["outputs"]["function_name"] in {one["id"] for one in mended["resources"]}
    stack.learn()


@pytest.mark.parametrize(("make", "root", "step"), each(DIRECT))
def test_it_is_found_felt_and_mended(stack: Stack, make: Break, root: str, step: str) -> None:
    broken_and_mended(stack, make, root, step)


def test_what_is_not_ours_to_mend_is_said(stack: Stack) -> None:
    """A network ACL was put there by somebody: `--fix` leaves it, and names the command."""
    hands.deny(stack.aws, hands.private(stack.aws), egress=True, ports=(443, 443))
    document = stack.provision("doctor", code=5)
    assert document["root"]["id"] == "acl.function-internet"
    assert failing(document) == ("secret" if WATCHED else "")
    left = stack.provision("doctor", "--fix", code=5)
    assert left["root"]["mend"][0].startswith("aws ")
    assert left["changed"] == []
    hands.undeny(stack.aws)
    assert stack.provision("doctor")["healthy"]


def test_two_faults_at_once(stack: Stack) -> None:
    """What the first hides is found behind it."""
    network.the_databases_door_is_shut(stack.aws)
    another_password(stack.aws)
    until(stack.settled)
    assert stack.provision("doctor", code=5)["root"]["id"] == "group.function-database.ingress"
    assert stack.provision("doctor", "--fix")["healthy"]
    assert stack.provision("doctor")["findings"] == []


def test_a_function_and_database_that_are_not_ours_are_only_looked_at(stack: Stack) -> None:
    """Without the stack's tags there is nothing to ask and nothing to mend."""
    aws = stack.aws
    arn = aws.awslambda.get_function(FunctionName=aws.names.function)["Configuration"]["FunctionArn"]
    tags = aws.awslambda.list_tags(Resource=arn)["Tags"]
    aws.awslambda.untag_resource(Resource=arn, TagKeys=list(tags))
    network.the_databases_door_is_shut(aws)
    about = ("--name", "another", "doctor", "--function", aws.names.function, "--db", aws.names.database)
    document = stack.provision(*about, "--fix", code=5)
    assert document["root"]["id"] == "group.function-database.ingress"
    assert document["root"]["mend"][0].startswith("aws ")
    assert document["changed"] == []
    assert "not asked" in document["probe"]["unasked"]
    aws.awslambda.tag_resource(Resource=arn, Tags=tags)
    assert stack.provision("doctor", "--fix")["healthy"]
    nothing_to_do = stack.provision("doctor", "--fix")
    assert nothing_to_do["changed"] == []
    assert nothing_to_do["outputs"]["function_name"] == aws.names.function


@pytest.fixture(scope="module")
def proxied(stack: Stack) -> Stack:
    stack.provision("enable-proxy")
    stack.learn()
    return stack


@pytest.mark.parametrize(("make", "root", "step"), each(PROXY))
def test_it_is_found_felt_and_mended_with_the_proxy(proxied: Stack, make: Break, root: str, step: str) -> None:
    broken_and_mended(proxied, make, root, step)


@pytest.mark.long
def test_it_is_found_felt_and_mended_at_the_endpoint(proxied: Stack) -> None:
    """There the call gets through and is refused, by neither the role's nor the secret's policy."""
    proxied.set('[network]\negress = "endpoint"\n')
    proxied.provision("up")
    proxied.learn()
    broken_and_mended(proxied, network.the_endpoints_policy_is_for_another_service, "endpoint.policy", "secret")
