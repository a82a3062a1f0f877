"""What is not this stack's is never changed and never deleted, through the command line: things of the same names,
things whose ids stand in the state file, and things of others inside the stack's own network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash.account import Moment
from tests.databases import SMALL
from tests.lifecycle.theirs import TRUST, Client, made, namesakes, things_in_ec2
from tests.policies import ANYTHING
from tests.stage import REGION, Stage, stage
from tests.zipped import zipped

PROXIED = ("up", "--proxy", "--no-preflight")
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")
REFUSED = "does not carry the tags of the stack"
EC2_IDS = {"vpc", "subnet", "igw", "eipalloc", "nat", "rtb", "sg", "sgr", "acl", "vpce", "fl"}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


def check_refused(there: Stage, *lines: tuple[str, ...]) -> None:
    """Each command line is refused, and nothing was changed."""
    before = there.things()
    for words in lines:
        told = there.type(*words)
        assert told.code == 4, told
        assert REFUSED in told.err
        assert [call.name for call in there.heard if call.mutating] == []
    assert there.things() == before


def rows(there: Stage) -> dict[str, str]:
    """The ids in the state file."""
    found = json.loads((there.state / "lambda-rds.json").read_bytes())["resources"]
    return {key: row["id"] for key, row in found.items()}


def edited(content: bytes, ids: dict[str, str]) -> bytes:
    """A state file with somebody's ids in its rows, as if they were ours and ready."""
    told = json.loads(content)
    for key, made_id in ids.items():
        told["resources"][key] |= {"id": made_id, "attrs": {"arn": made_id, "name": made_id}}
    return json.dumps(told).encode()


def untagged(aws: Client, ids: dict[str, Any]) -> None:
    """Takes the stack's tags from everything that can have some."""
    keys = ["provision:stack", "provision:key"]
    ec2, rds, iam = aws("ec2"), aws("rds"), aws("iam")
    of_ec2 = [one for one in ids.values() if one.partition("-")[0] in EC2_IDS]
    ec2.delete_tags(Resources=of_ec2, Tags=[{"Key": key} for key in keys])
    for key in ("role.function", "role.proxy"):
        iam.untag_role(RoleName=ids[key], TagKeys=keys)
    aws("secretsmanager").untag_resource(SecretId=ids["secret"], TagKeys=keys)
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:{ids['function']}"
    aws("lambda").untag_resource(Resource=arn, TagKeys=keys)
    arn = f"arn:aws:logs:{REGION}:123456789012:log-group:{ids['function.logs']}"
    aws("logs").untag_resource(resourceArn=arn, tagKeys=keys)
    proxy = rds.describe_db_proxies()["DBProxies"][0]["DBProxyArn"]
    group = rds.describe_db_parameter_groups(DBParameterGroupName=ids["database.parameters"])["DBParameterGroups"][0]
    arns = [
        proxy,
        group["DBParameterGroupArn"],
        rds.describe_db_subnet_groups()["DBSubnetGroups"][0]["DBSubnetGroupArn"],
        rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"],
    ]
    for arn in arns:
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=keys)


def test_things_of_the_same_names(there: Stage) -> None:
    there.after()
    theirs = namesakes(there.client)
    check_refused(there, ("up",), ("plan", "--proxy"))
    before = there.things()
    status = there.type("--output", "json", "status").well().document
    named = {row["key"]: json.dumps(row) for row in status["resources"]}
    unwanted = {"proxy", "role.proxy"}
    assert [key for key, made_id in theirs.items() if key not in unwanted and made_id not in named[key]] == []
    gone = there.type(*TEARDOWN).well()
    assert [made_id for made_id in theirs.values() if made_id not in gone.err] == []
    assert [call.name for call in there.heard if call.mutating] == []
    assert there.things() == before


def test_everything_lost_its_tags(there: Stage) -> None:
    there.after(*PROXIED)
    untagged(there.client, rows(there))
    check_refused(there, ("up",), ("plan",), ("enable-proxy",), ("disable-proxy",), TEARDOWN)


def test_a_state_file_with_somebody_elses_ids(there: Stage) -> None:
    there.after(*PROXIED)
    (name,) = there.moment().files.keys() & {"lambda-rds.json"}
    content = there.moment().files[name]
    there.restore(Moment(there.account.empty, {}))
    roles = ["theirs-function", "theirs-proxy"]
    theirs = made(there.client, "theirs", "theirs/database", roles, "/aws/lambda/theirs", "theirs")
    theirs |= things_in_ec2(there.client)
    for command in (("up",), ("plan",), TEARDOWN):  # a teardown forgets what is not ours
        (there.state / name).write_bytes(edited(content, theirs))
        check_refused(there, command)


def test_things_of_others_in_our_network(there: Stage) -> None:
    """Teardown names exactly what is in the way, removes the rest, and ends well once they are gone."""
    there.after(*PROXIED)
    ids, ec2 = rows(there), there.client("ec2")
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=ids["vpc"])["GroupId"]
    interface = ec2.create_network_interface(
        SubnetId=ids["subnet.private-a"], Description="a printer", Groups=[ids["group.function"]]
    )["NetworkInterface"]["NetworkInterfaceId"]
    instance = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        SubnetId=ids["subnet.private-b"],
        SecurityGroupIds=[group],
    )["Instances"][0]["InstanceId"]
    guard = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=ids["vpc"],
        ServiceName=f"com.amazonaws.{REGION}.guardduty-data",
        SubnetIds=[ids["subnet.private-a"]],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    told = there.type(*TEARDOWN)
    assert told.code == 5, told
    error = told.err[told.err.index("Error: ") :]
    assert [words for words in (f"{interface} (a printer", instance, guard, "Next:") if words not in error] == []
    left = {(one["kind"], one["name"]) for one in json.loads(there.things())}
    ours = {name for kind, name in left if kind not in ("rule", "interface", "endpoint", "instance")}
    assert ours == {
        "vpc",
        "group.default",
        "subnet.private-a",
        "subnet.private-b",
        "group.function",
        "mine of <vpc vpc>",
    }
    assert ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    assert ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[guard])["VpcEndpoints"]
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[guard])
    there.account.backend("ec2", REGION).enis.clear()  # on AWS it goes with the instance
    ec2.delete_security_group(GroupId=group)
    assert "Nothing is left" in there.type(*TEARDOWN).well().out
    assert json.loads(there.things()) == []
    assert not (there.state / "lambda-rds.json").exists()


def test_databases_and_functions_of_others_in_our_network(there: Stage) -> None:
    """Of those, AWS keeps interfaces that look like ours; they are named at once, because waiting would not help."""
    there.after(*PROXIED)
    ids, rds, functions = rows(there), there.client("rds"), there.client("lambda")
    role = there.client("iam").create_role(RoleName="mine", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    there.client("iam").put_role_policy(RoleName="mine", PolicyName="mine", PolicyDocument=json.dumps(ANYTHING))
    rds.create_db_instance(
        DBInstanceIdentifier="mine",
        DBSubnetGroupName=ids["database.subnets"],
        DBParameterGroupName=ids["database.parameters"],
        VpcSecurityGroupIds=[ids["group.database"]],
        **SMALL,
    )
    functions.create_function(
        FunctionName="mine",
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": zipped()},
        VpcConfig={"SubnetIds": [ids["subnet.private-a"]], "SecurityGroupIds": [ids["group.function"]]},
    )
    told = there.type(*TEARDOWN)
    assert told.code == 5, told
    stayed = {line.split(" failed")[0].strip() for line in told.err.splitlines() if " failed: " in line}
    assert stayed == {
        "Lambda network interfaces",
        "DB subnet group",
        "DB parameter group",
        "security group database",
    }, told.err
    assert "function mine" in told.err
    assert "database mine" in told.err
    assert rds.describe_db_instances(DBInstanceIdentifier="mine")["DBInstances"]
    assert functions.get_function(FunctionName="mine")
    rds.delete_db_instance(DBInstanceIdentifier="mine", SkipFinalSnapshot=True)
    functions.delete_function(FunctionName="mine")
    assert "Nothing is left" in there.type(*TEARDOWN).well().out
    assert not (there.state / "lambda-rds.json").exists()
