"""Functions and databases that somebody else made: what is not known of them is no fault."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.picture import Auth, Picture, Subject, Target
from provision.doctor.probe import Probe
from tests.doctor.changed import BY_NAT, database, function, network, proxy, secret, table
from tests.doctor.pictures import ARN, HEALTHY, PROXIED, ROLE, TRUST
from tests.doctor.test_policies import holding, may
from tests.doctor.typed import wrong

SUBJECT = Subject(function="f", database="db", ours=False)
OTHERS = ARN.replace(":secret:db-", ":secret:other-")


def told(picture: Picture = HEALTHY, /, **variables: str) -> Picture:
    """Their function with these variables and no others."""
    arn = next((one for one in variables.values() if ":secretsmanager:" in one), "")
    there = replace(picture, subject=SUBJECT, secret=picture.secret if arn else None, secret_arn=arn)
    return function(there, variables=variables)


def found(picture: Picture) -> dict[str, str]:
    return {one.id: str(one.severity) for one in diagnose(picture).findings}


@pytest.mark.parametrize(
    "variables",
    [
        {"HOST": "db.example"},
        {"DATABASE_URL": "postgresql://app:pw@db.example:5432/app"},
        {"DATABASE_URL": "jdbc:postgresql://DB.Example/app"},
        {"ADDRESS": "db.example:5432"},
        {"SECRET": ARN},
    ],
    ids=["host", "url", "jdbc", "host and port", "in the secret"],
)
def test_an_address_may_be_part_of_a_variable_or_stand_in_the_secret(variables: dict[str, str]) -> None:
    assert found(told(**variables)) == {}


def test_an_address_that_only_ends_like_it_is_another() -> None:
    assert found(told(HOST="mydb.example")) == {"function.address": "risks"}
    assert found(told(HOST="db.example.org")) == {"function.address": "risks"}


def test_an_address_that_its_code_may_have_from_elsewhere_is_no_fault() -> None:
    (finding,) = diagnose(told(NAME="value")).findings
    assert (finding.id, finding.severity, finding.command) == ("function.address", "risks", "")
    assert "db.example" in finding.evidence + finding.advice


def test_whoever_is_told_both_addresses_is_looked_at_by_way_of_the_proxy() -> None:
    both = told(PROXIED, READER="db.example", WRITER="proxy.example")
    assert both.via_proxy
    assert both.address == "proxy.example"


@pytest.mark.parametrize(
    "network_without",
    [{"endpoints": ()}, {"endpoints": (), "tables": (table("subnet-a"),)}, {"endpoints": (), "acls": ()}],
)
def test_the_way_to_a_secret_matters_little_to_whoever_is_told_of_none(network_without: dict[str, Any]) -> None:
    """It may have a password in a variable; it may as well ask for a secret by a name that its code knows."""
    there = network(HEALTHY, **network_without)
    assert "blocks" not in found(told(there, HOST="db.example")).values()
    shut = network(BY_NAT, tables=(table("subnet-a"), table("subnet-p", "igw-1")))
    assert found(told(shut, HOST="db.example")) == {"route.none": "risks"}
    assert found(told(shut, HOST="db.example", SECRET=ARN)) == {"route.none": "blocks"}


@pytest.mark.parametrize("keys", [None, ("token",), ("username",)])
def test_a_secret_of_theirs_may_hold_something_else(keys: Any) -> None:
    """The password alone, or what opens another door; what a proxy reads has to be what a proxy looks for."""
    bare = {"keys": keys, "facts": {}}
    assert found(secret(told(HOST="db.example", SECRET=ARN), **bare)) == {"secret.content": "risks"}
    assert found(secret(told(PROXIED, HOST="proxy.example", SECRET=ARN), **bare)) == {"secret.content": "blocks"}
    apart = proxy(told(PROXIED, HOST="proxy.example", SECRET=ARN), auth=(Auth(secret=OTHERS, iam="DISABLED"),))
    assert found(secret(apart, **bare)) == {"secret.content": "risks", "proxy.auth": "risks"}


def test_a_function_of_theirs_may_come_with_a_token() -> None:
    required = proxy(told(PROXIED, HOST="proxy.example", SECRET=ARN), auth=(Auth(secret=ARN, iam="REQUIRED"),))
    assert found(required) == {"proxy.iam": "risks"}
    assert found(proxy(auth=(Auth(secret=ARN, iam="REQUIRED"),))) == {"proxy.iam": "blocks"}


def test_a_proxy_keeps_the_secrets_that_it_has() -> None:
    """AWS: modify-db-proxy replaces the whole list, and whoever is not in it any more is locked out."""
    (lacking,) = diagnose(proxy(auth=(Auth(secret=OTHERS, iam="REQUIRED"),))).findings
    assert f"IAMAuth=REQUIRED,SecretArn={OTHERS} " in lacking.command
    assert lacking.command.endswith(f"IAMAuth=DISABLED,SecretArn={ARN}")
    both = (Auth(secret=ARN, iam="REQUIRED"), Auth(secret=OTHERS, iam="REQUIRED"))
    (tokens,) = diagnose(proxy(auth=both)).findings
    assert f"IAMAuth=DISABLED,SecretArn={ARN} " in tokens.command
    assert tokens.command.endswith(f"IAMAuth=REQUIRED,SecretArn={OTHERS}")
    assert [*wrong(lacking), *wrong(tokens)] == []


def test_a_proxy_stands_in_front_of_one_database() -> None:
    """AWS: its target group takes one instance or cluster."""
    (finding,) = diagnose(
        proxy(targets=(Target(database="other", state="AVAILABLE", reason="", description=""),))
    ).findings
    assert "deregister-db-proxy-targets --db-proxy-name p --db-instance-identifiers other" in finding.advice
    (none,) = diagnose(proxy(targets=())).findings
    assert none.advice == ""


@pytest.mark.parametrize(
    ("engine", "version", "ends"),
    [
        ("postgres", "11.22", True),
        ("aurora-postgresql", "11.9", True),
        ("mariadb", "11.4.5", False),
        ("sqlserver-se", "15.00.4430.1.v1", False),
    ],
)
def test_the_ends_of_support_are_those_of_postgresql(engine: str, version: str, ends: bool) -> None:  # noqa: FBT001 - a column
    assert found(database(engine=engine, version=version)) == ({"database.support": "risks"} if ends else {})


@pytest.mark.parametrize(("user", "command"), [("postgres", "modify-db-instance"), ("app", "")])
def test_the_masters_password_is_not_set_to_that_of_somebody_else(user: str, command: str) -> None:
    refused = Target(
        database="db", state="UNAVAILABLE", reason="AUTH_FAILURE", description="password authentication failed"
    )
    there = told(PROXIED, HOST="proxy.example", SECRET=ARN)
    picture = secret(proxy(database(there, master="postgres"), targets=(refused,)), facts={"username": user})
    (finding,) = diagnose(picture).findings
    assert finding.id == "login.password"
    assert command in finding.command
    assert bool(finding.command) is bool(command)
    if not command:
        assert user in finding.advice
        assert "ALTER ROLE" in finding.advice


@pytest.mark.parametrize(
    ("ours", "same", "command"),
    [
        (True, False, "provision up"),
        (False, True, "--rotate-master-user-password"),
        (False, False, ""),
    ],
)
def test_no_password_is_given_to_a_database_whose_own_rds_keeps(*, ours: bool, same: bool, command: str) -> None:
    """AWS refuses one."""
    refused = Target(
        database="db", state="UNAVAILABLE", reason="AUTH_FAILURE", description="password authentication failed"
    )
    there = told(PROXIED, HOST="proxy.example", SECRET=ARN)
    there = replace(there, subject=replace(there.subject, ours=ours))
    kept = ARN if same else "arn:aws:secretsmanager:eu-west-1:1:secret:rds!db-1"
    findings = diagnose(proxy(database(there, kept=kept), targets=(refused,))).findings
    finding = next(one for one in findings if one.id == "login.password")
    assert (command in finding.command, bool(finding.command)) == (True, bool(command))
    assert "--master-user-password" not in finding.command
    assert kept in finding.advice
    assert [*wrong(finding)] == []


def test_a_secret_of_another_region_was_not_looked_at_and_is_not_gone() -> None:
    elsewhere = ARN.replace("eu-west-1", "us-east-1")
    assert found(replace(told(HOST="db.example", SECRET=elsewhere), secret=None)) == {"secret.elsewhere": "risks"}
    assert found(replace(told(HOST="db.example", SECRET=ARN), secret=None)) == {"secret.missing": "blocks"}


def test_their_code_may_not_look_at_the_certificate() -> None:
    over: dict[str, Any] = {"certificate_until": HEALTHY.today - timedelta(days=1)}
    assert found(database(told(HOST="db.example"), **over)) == {"database.certificate": "risks"}
    assert found(database(**over)) == {"database.certificate": "blocks"}


def test_whoever_else_may_take_a_role_goes_on_to() -> None:
    """AWS: update-assume-role-policy replaces the whole document."""
    others = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    against = {**TRUST["Statement"], "Effect": "Deny"}
    picture = holding(HEALTHY, ROLE, trust={"Version": "2012-10-17", "Statement": [others, against]})
    (finding,) = diagnose(picture).findings
    document = json.loads(shlex.split(finding.command)[-1])
    assert [one["Principal"]["Service"] for one in document["Statement"]] == [
        "ec2.amazonaws.com",
        "lambda.amazonaws.com",
    ]
    assert {one["Effect"] for one in document["Statement"]} == {"Allow"}


def test_a_log_group_of_ones_own_is_asked_for() -> None:
    """Lambda's LoggingConfig names another than /aws/lambda/NAME."""
    write = {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:*:*:log-group:/shared/app:*"}
    policies = {**may("secretsmanager:*", "ec2:*"), "logs": {"Statement": write}}
    there = function(holding(told(HOST="db.example"), ROLE, policies=policies), log_group="/shared/app")
    assert found(there) == {}
    (fails,) = diagnose(
        function(replace(HEALTHY, probe=Probe(failure="Task timed out")), log_group="/shared/app")
    ).findings
    assert fails.command.startswith("aws logs tail /shared/app ")
