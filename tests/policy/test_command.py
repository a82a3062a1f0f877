"""`policy` as a user runs it: without credentials, in three forms."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from provision.policy.document import COMMANDS, LONGEST, size
from tests.command import typed

ACCOUNT = "210987654321"
GLOBAL = ("iam:", "route53:")
"""In no Region."""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command line in an empty folder; what stdout and stderr got."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    def ask(*arguments: str) -> tuple[int, str, str]:
        said = typed(*arguments)
        assert list(tmp_path.iterdir()) == [], "it starts and writes nothing"
        return said.code, said.out, said.err

    return ask


def statements(text: str) -> list[dict[str, Any]]:
    document = json.loads(text)
    assert document["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = document["Statement"]
    return found


@pytest.mark.parametrize("command", [*COMMANDS, "all"])
def test_it_is_a_policy_bound_to_the_stack_account_and_region(told: Any, command: str) -> None:
    code, out, _ = told("--name", "shop", "--region", "eu-west-1", "policy", command, "--account", ACCOUNT)
    assert code == 0
    found = statements(out)
    assert found
    for statement in found:
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"])
        bound = json.dumps(statement.get("Condition", {}))
        for resource in statement["Resource"]:
            own = ACCOUNT in resource or "eu-west-1" in bound or statement["Action"][0].startswith(GLOBAL)
            assert own, statement
            if resource == "*" and "aws:RequestTag/provision:stack" not in bound:
                reading = re.compile(r"\w+:(Describe|List|Get)|route53:AssociateVPCWithHostedZone")
                assert all(reading.match(action) for action in statement["Action"]), statement


def test_a_role_is_passed_to_its_service_alone(told: Any) -> None:
    _, out, _ = told("--region", "eu-west-1", "policy", "all", "--account", ACCOUNT)
    passing = [one for one in statements(out) if "iam:PassRole" in one["Action"]]
    services = {one["Condition"]["StringEquals"]["iam:PassedToService"] for one in passing}
    assert len(passing) == len(services) == 4
    roles = [resource.rpartition("-")[2] for one in passing for resource in one["Resource"]]
    assert sorted(roles) == ["flow", "function", "monitoring", "proxy", "rotation"]


def test_without_an_account_there_is_a_placeholder(told: Any) -> None:
    code, out, err = told("policy", "up")
    assert code == 0
    assert "ACCOUNT_ID:role/lambda-rds-us-east-1-*" in out
    assert "ACCOUNT_ID" in err
    assert str(LONGEST) in err


def test_the_longest_fits_a_role_and_in_parts_managed_policies(told: Any) -> None:
    _, out, _ = told("--output", "json", "--region", "ap-southeast-2", "policy", "up", "--account", ACCOUNT)
    document = json.loads(out)
    assert size(document["policy"]) < 10_240, "what AWS takes of inline policies for a role"
    assert all(size(part) <= LONGEST for part in document["policies"])
    whole = [statement for part in document["policies"] for statement in part["Statement"]]
    assert whole == document["policy"]["Statement"]
    assert (document["account"], document["region"], document["command"]) == (ACCOUNT, "ap-southeast-2", "up")


def test_commands_of_the_aws_cli_hold_the_same(told: Any) -> None:
    _, out, _ = told("--region", "eu-west-1", "policy", "up", "--format", "cli", "--account", ACCOUNT)
    _, whole, _ = told("--region", "eu-west-1", "policy", "up", "--account", ACCOUNT)
    parts = [shlex.split(line) for line in out.splitlines()]
    names = [f"lambda-rds-eu-west-1-up-{number}" for number in range(1, len(parts) + 1)]
    assert [words[:5] for words in parts] == [["aws", "iam", "create-policy", "--policy-name", one] for one in names]
    made = [statement for words in parts for statement in statements(words[words.index("--policy-document") + 1])]
    assert made == statements(whole)


def test_terraform_knows_the_account_itself(told: Any) -> None:
    _, out, _ = told("--region", "eu-west-1", "policy", "teardown", "--format", "terraform")
    assert out.startswith('data "aws_caller_identity" ')
    assert "ACCOUNT_ID" not in out
    assert 'resource "aws_iam_policy" "lambda_rds_eu_west_1_teardown_1"' in out
    assert 'name   = "lambda-rds-eu-west-1-teardown-1"' in out
    inside = re.search(r"jsonencode\((\{.*?\n  \})\)", out, re.DOTALL)
    assert inside is not None
    statements(inside.group(1))


def test_terraform_takes_them_side_by_side(told: Any) -> None:
    """In one module nothing may be declared twice."""
    asked = [("eu-west-1", "up"), ("eu-west-1", "teardown"), ("us-east-1", "up")]
    texts = [told("--region", region, "policy", command, "--format", "terraform")[1] for region, command in asked]
    declared = re.findall(r'^(?:data|resource) "\w+" "\w+"', "\n".join(texts), re.MULTILINE)
    assert len(declared) == len(set(declared)) > len(asked)


@pytest.mark.parametrize("partition", botocore.session.get_session().get_available_partitions())
def test_its_arns_are_those_of_the_regions_partition(
    told: Any, monkeypatch: pytest.MonkeyPatch, partition: str
) -> None:
    """Of every partition that botocore knows, whatever profile is named."""
    region = botocore.session.get_session().get_available_regions("ec2", partition_name=partition)[0]
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    _, out, _ = told("--region", region, "policy", "invoke", "--account", ACCOUNT)
    named = [arn for one in statements(out) for arn in one["Resource"]]
    assert named
    assert all(arn.startswith(f"arn:{partition}:") for arn in named)


@pytest.mark.parametrize(
    ("words", "variables", "region"),
    [
        (["--target", "local"], {"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        (["--target", "local"], {"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        (["--target", "aws"], {"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        (["--target", "aws", "--profile", "shop"], {}, "eu-north-1"),
        (["--target", "aws", "--profile", "shop"], {"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        (["--target", "aws", "--profile", "shop", "--region", "eu-west-3"], {"AWS_REGION": "eu-west-1"}, "eu-west-3"),
    ],
)
def test_its_region_is_that_of_every_other_command(
    told: Any,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    variables: dict[str, str],
    region: str,
) -> None:
    """`cost` stands for the others: it asks AWS nothing either."""
    file = tmp_path_factory.mktemp("aws") / "config"
    file.write_text("[profile shop]\nregion = eu-north-1\n")
    for name, value in {**variables, "AWS_CONFIG_FILE": str(file)}.items():
        monkeypatch.setenv(name, value)
    answers = [told("--output", "json", *words, *each) for each in (["policy", "up", "--account", ACCOUNT], ["cost"])]
    assert [(code, json.loads(out)["region"]) for code, out, _ in answers] == [(0, region)] * 2


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["policy", "destroy"], "teardown"),
        (["policy", "up", "--account", "me"], "twelve digits"),
        (["--target", "aws", "policy", "up"], "Region"),
    ],
)
def test_wrong_usage(told: Any, arguments: list[str], word: str) -> None:
    code, _, err = told(*arguments)
    assert code == 2
    assert word in err
