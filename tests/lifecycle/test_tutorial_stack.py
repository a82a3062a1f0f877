"""What the commands make on an endpoint that is none of ours, looked at from outside, a row of the stack at a time."""

from __future__ import annotations

import re

import pytest

from tests.command import Here, Told
from tests.lifecycle.account import ANYWHERE, DATABASE, FUNCTION, KEY, PROXY, STACK, PlainAccount

OWN = {"owner": "me"}


@pytest.fixture(scope="module")
def before(account: PlainAccount) -> dict[str, dict[str, str]]:
    return account.tags()


@pytest.fixture(scope="module")
def made(here: Here, before: dict[str, dict[str, str]]) -> Told:
    assert before == {}
    return here.provision("--tag", "owner=me", "up", "--no-preflight").well()


@pytest.fixture(scope="module")
def code(account: PlainAccount, made: Told) -> str:  # noqa: ARG001 - what it has made
    """The function's code before there is a proxy."""
    return str(account.function()["CodeSha256"])


@pytest.fixture(scope="module")
def proxied(here: Here, code: str) -> Told:  # noqa: ARG001 - after that
    return here.provision("--tag", "owner=me", "enable-proxy").well()


pytestmark = pytest.mark.usefixtures("made")


def test_what_the_endpoint_cannot_do_is_a_warning(made: Told) -> None:
    assert "Warning: The function was not called" in made.err
    assert re.fullmatch(r"\d+ created, \d+ changed\.\n", made.out)


def test_network(account: PlainAccount) -> None:
    vpc = account.vpc
    assert (vpc["CidrBlock"], vpc["InstanceTenancy"]) == ("10.0.0.0/16", "default")
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        told = account.ask("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
        assert told[attribute[0].upper() + attribute[1:]]["Value"], attribute


def test_subnets(account: PlainAccount) -> None:
    subnets = account.by_key("describe_subnets", "Subnets")
    told = {key: (one["CidrBlock"], one["MapPublicIpOnLaunch"]) for key, one in subnets.items()}
    assert told == {
        "subnet.private-a": ("10.0.0.0/24", False),
        "subnet.private-b": ("10.0.1.0/24", False),
        "subnet.public-a": ("10.0.2.0/24", False),  # the gateway has its own address, and nothing else goes there
        "subnet.public-b": ("10.0.3.0/24", False),
    }
    zone = {key: one["AvailabilityZone"] for key, one in subnets.items()}
    assert zone["subnet.private-a"] == zone["subnet.public-a"] != zone["subnet.private-b"] == zone["subnet.public-b"]


def test_ways_out(account: PlainAccount) -> None:
    ec2, subnets = account.ask("ec2"), account.by_key("describe_subnets", "Subnets")
    (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
    assert [one["VpcId"] for one in gateway["Attachments"]] == [account.vpc["VpcId"]]
    (address,) = ec2.describe_addresses()["Addresses"]
    (nat,) = ec2.describe_nat_gateways()["NatGateways"]
    assert (nat["State"], nat["SubnetId"]) == ("available", subnets["subnet.public-a"]["SubnetId"])
    assert [one["AllocationId"] for one in nat["NatGatewayAddresses"]] == [address["AllocationId"]]
    names = {one["SubnetId"]: key for key, one in subnets.items()}
    tables = {}
    for table in account.of_vpc("describe_route_tables", "RouteTables"):
        held = tuple(sorted(names[one["SubnetId"]] for one in table["Associations"] if "SubnetId" in one))
        ways = {one["DestinationCidrBlock"]: one.get("NatGatewayId", one.get("GatewayId")) for one in table["Routes"]}
        assert ways.pop("10.0.0.0/16") == "local"
        tables[held] = ways
    assert tables == {
        (): {},  # the main table, which nobody is to use by accident
        ("subnet.public-a", "subnet.public-b"): {ANYWHERE: gateway["InternetGatewayId"]},
        ("subnet.private-a",): {ANYWHERE: nat["NatGatewayId"]},
        ("subnet.private-b",): {ANYWHERE: nat["NatGatewayId"]},
    }


def test_security_groups_before_the_proxy(account: PlainAccount) -> None:
    assert set(account.groups()) == {"default", FUNCTION, DATABASE}
    assert account.doors("default") == set()
    assert account.doors(FUNCTION) == {("out", "tcp", 5432, 5432, DATABASE), ("out", "tcp", 443, 443, ANYWHERE)}
    assert account.doors(DATABASE) == {("in", "tcp", 5432, 5432, FUNCTION)}


def test_secret(account: PlainAccount) -> None:
    secret, database = account.secret(), account.database()
    password = secret.pop("password")
    assert secret == {
        "engine": "postgres",
        "host": database["Endpoint"]["Address"],
        "port": 5432,
        "dbname": "cloudtechsimplified",
        "username": "postgres",
        "dbInstanceIdentifier": DATABASE,
    }
    assert len(password) >= 30
    assert re.search(r"""[^!-~]|[/@"'\\]""", password) is None, "RDS refuses those"


def test_database(account: PlainAccount) -> None:
    database, subnets = account.database(), account.by_key("describe_subnets", "Subnets")
    told = {
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "DBInstanceClass": "db.t3.small",
        "DBName": "cloudtechsimplified",
        "MasterUsername": "postgres",
        "AllocatedStorage": 20,
        "MaxAllocatedStorage": 200,
        "StorageType": "gp3",
        "StorageEncrypted": True,
        "PubliclyAccessible": False,
        "CopyTagsToSnapshot": True,
        "BackupRetentionPeriod": 7,
        "MultiAZ": False,
        "DeletionProtection": False,
    }
    assert {field: database[field] for field in told} == told
    assert database["EngineVersion"].split(".")[0] == "17"
    groups = [one["VpcSecurityGroupId"] for one in database["VpcSecurityGroups"]]
    assert groups == [account.groups()[DATABASE]["GroupId"]]
    private = {subnets[f"subnet.private-{zone}"]["SubnetId"] for zone in "ab"}
    assert {one["SubnetIdentifier"] for one in database["DBSubnetGroup"]["Subnets"]} == private
    (parameters,) = (one["DBParameterGroupName"] for one in database["DBParameterGroups"])
    listed = account.ask("rds").describe_db_parameters(DBParameterGroupName=parameters)["Parameters"]
    assert {"rds.force_ssl": "1"}.items() <= {one["ParameterName"]: one.get("ParameterValue") for one in listed}.items()


def test_function_and_its_logs(account: PlainAccount) -> None:
    function, subnets = account.function(), account.by_key("describe_subnets", "Subnets")
    told = {
        "FunctionName": FUNCTION,
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Architectures": ["x86_64"],
        "MemorySize": 256,
        "Timeout": 180,
        "State": "Active",
        "Role": account.role("lambda.amazonaws.com")["Arn"],
    }
    assert {field: function[field] for field in told} == told
    assert function["VpcConfig"]["SecurityGroupIds"] == [account.groups()[FUNCTION]["GroupId"]]
    private = {subnets[f"subnet.private-{zone}"]["SubnetId"] for zone in "ab"}
    assert set(function["VpcConfig"]["SubnetIds"]) == private
    (group,) = account.ask("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (f"/aws/lambda/{FUNCTION}", 14)


def test_what_the_function_is_told_is_no_password(account: PlainAccount) -> None:
    told = account.function()["Environment"]["Variables"]
    assert told == {
        "DB_ENDPOINT_ADDRESS": account.database()["Endpoint"]["Address"],
        "DB_PORT": "5432",
        "DB_NAME": "cloudtechsimplified",
        "DB_SECRET_ARN": account.secret_arn(),
    }


def test_the_function_may_read_the_one_secret_write_its_log_and_use_its_network(account: PlainAccount) -> None:
    allowed: dict[str, set[str]] = {}
    for statement in account.role("lambda.amazonaws.com")["Statements"]:
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            allowed.setdefault(action, set()).update(statement["Resource"])
    secret = {action: where for action, where in allowed.items() if action.startswith("secretsmanager:")}
    read = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
    assert secret == {key: {account.secret_arn()} for key in read}
    assert {action.partition(":")[0] for action in allowed} == {"ec2", "logs", "secretsmanager"}
    interface = ("Create", "Describe", "Delete")
    assert {f"ec2:{verb}NetworkInterface{'s' * (verb == 'Describe')}" for verb in interface} <= set(allowed)
    assert {"logs:CreateLogStream", "logs:PutLogEvents"} <= set(allowed)


def test_again_nothing_changes(here: Here) -> None:
    again = here.provision("--tag", "owner=me", "up").well()
    assert again.out == "Nothing changed.\n"
    plan = here.provision("--tag", "owner=me", "plan", "--detailed-exitcode").well()
    assert "nothing to do" in plan.out


def test_a_proxy_that_reads_the_one_secret_and_takes_only_tls(account: PlainAccount, proxied: Told) -> None:
    assert re.match(r"\d+ created, \d+ changed\.\n", proxied.out)
    (proxy,) = account.ask("rds").describe_db_proxies()["DBProxies"]
    role = account.role("rds.amazonaws.com")
    told = {
        "DBProxyName": PROXY,
        "EngineFamily": "POSTGRESQL",
        "RequireTLS": True,
        "DebugLogging": False,
        "RoleArn": role["Arn"],
        "VpcSecurityGroupIds": [account.groups()[PROXY]["GroupId"]],
    }
    assert {field: proxy[field] for field in told} == told
    (auth,) = proxy["Auth"]
    assert (auth["AuthScheme"], auth["IAMAuth"], auth["SecretArn"]) == ("SECRETS", "DISABLED", account.secret_arn())
    subnets = account.by_key("describe_subnets", "Subnets")
    assert set(proxy["VpcSubnetIds"]) == {subnets[f"subnet.private-{zone}"]["SubnetId"] for zone in "ab"}
    (statement,) = role["Statements"]
    assert set(statement["Action"]) == {"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}
    assert statement["Resource"] == [account.secret_arn()]


@pytest.mark.usefixtures("proxied")
def test_the_database_behind_the_proxy(account: PlainAccount) -> None:
    rds = account.ask("rds")
    (group,) = rds.describe_db_proxy_target_groups(DBProxyName=PROXY)["TargetGroups"]
    pool = group["ConnectionPoolConfig"]
    assert (group["TargetGroupName"], pool["MaxConnectionsPercent"]) == ("default", 90)
    assert pool["ConnectionBorrowTimeout"] < account.function()["Timeout"]
    (target,) = rds.describe_db_proxy_targets(DBProxyName=PROXY)["Targets"]
    assert (target["RdsResourceId"], target["TargetHealth"]["State"]) == (DATABASE, "AVAILABLE")


@pytest.mark.usefixtures("proxied")
def test_security_groups_with_the_proxy(account: PlainAccount) -> None:
    assert account.doors(PROXY) == {("in", "tcp", 5432, 5432, FUNCTION), ("out", "tcp", 5432, 5432, DATABASE)}
    assert account.doors(DATABASE) == {("in", "tcp", 5432, 5432, FUNCTION), ("in", "tcp", 5432, 5432, PROXY)}
    assert account.doors(FUNCTION) == {
        ("out", "tcp", 5432, 5432, DATABASE),
        ("out", "tcp", 5432, 5432, PROXY),
        ("out", "tcp", 443, 443, ANYWHERE),
    }


@pytest.mark.usefixtures("proxied")
def test_of_the_function_only_the_address_changes(account: PlainAccount, code: str) -> None:
    function = account.function()
    (proxy,) = account.ask("rds").describe_db_proxies()["DBProxies"]
    assert function["CodeSha256"] == code
    assert function["Environment"]["Variables"] == {
        "DB_ENDPOINT_ADDRESS": proxy["Endpoint"],
        "DB_PORT": "5432",
        "DB_NAME": "cloudtechsimplified",
        "DB_SECRET_ARN": account.secret_arn(),
    }


@pytest.mark.usefixtures("proxied")
def test_everything_taggable_says_whose_it_is(here: Here, account: PlainAccount) -> None:
    tags = account.tags()
    for what, told in tags.items():
        own = {STACK: "lambda-rds", **OWN, "Name": f"lambda-rds {told.get(KEY)}"}
        assert own.items() <= told.items(), what
    rows = here.state("aws")["resources"]
    untaggable = {"route", "proxy target"}
    wanted = {key for key, row in rows.items() if row["kind"] not in untaggable and row["status"] == "ready"}
    properties = {"function.endpoint", "secret.connection", "proxy.pool", "vpc.dns"}
    assert {told[KEY] for told in tags.values()} == wanted - properties


@pytest.mark.usefixtures("proxied")
def test_status_and_outputs_agree_with_the_account(here: Here, account: PlainAccount) -> None:
    outputs = here.provision("--output", "json", "outputs").well().document
    (proxy,) = account.ask("rds").describe_db_proxies()["DBProxies"]
    assert outputs["outputs"]["endpoint"] == outputs["outputs"]["proxy_endpoint"] == proxy["Endpoint"]
    assert outputs["outputs"]["database_endpoint"] == account.database()["Endpoint"]["Address"]
    status = here.provision("--tag", "owner=me", "--output", "json", "status").well().document
    assert [row for row in status["resources"] if row["state"] != "ready" or row["drift"]] == []
    assert [one["state"] for one in status["health"]] == ["AVAILABLE"]


@pytest.mark.usefixtures("proxied")
def test_without_the_proxy_again(here: Here, account: PlainAccount) -> None:
    here.provision("--tag", "owner=me", "disable-proxy").well()
    assert account.ask("rds").describe_db_proxies()["DBProxies"] == []
    assert set(account.groups()) == {"default", FUNCTION, DATABASE}
    assert account.doors(DATABASE) == {("in", "tcp", 5432, 5432, FUNCTION)}
    host = account.function()["Environment"]["Variables"]["DB_ENDPOINT_ADDRESS"]
    assert host == account.database()["Endpoint"]["Address"]


def test_torn_down_nothing_is_left(here: Here, account: PlainAccount) -> None:
    gone = here.provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert gone.out.endswith("Nothing is left.\n")
    assert account.tags() == {}
    assert all(vpc["IsDefault"] for vpc in account.ask("ec2").describe_vpcs()["Vpcs"])
