"""What others do beside a command, in the account and in the stack's own network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from provision.aws.local.wire import Call
from tests.databases import SMALL
from tests.stage import UP, Stage, stage
from tests.zipped import zipped

MINUTE = 60.0
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


def ids(there: Stage) -> dict[str, str]:
    """By key, as the state file has them."""
    return {key: row["id"] for key, row in json.loads(there.remembered())["resources"].items()}


def torn_down(there: Stage) -> None:
    assert "Nothing is left" in there.type(*TEARDOWN).well().out
    assert json.loads(there.things()) == []


def test_what_somebody_deletes_while_up_is_about_to_use_it_is_made_again(there: Stage) -> None:
    """A teardown from another folder, say: waiting for it to come back would take as long as the patience is."""
    there.after(*UP)
    whole, rds = there.things(), there.client("rds")
    rds.delete_db_instance(DBInstanceIdentifier=ids(there)["database"], SkipFinalSnapshot=True)
    group = ids(there)["database.subnets"]
    deleted: list[str] = []

    def delete(call: Call) -> None:
        if call.name == "rds:CreateDBInstance" and not deleted:
            deleted.append(group)
            call.backend.delete_subnet_group(group)

    there.account.hear(delete)
    began = there.clock.slept()
    there.type(*UP).well()
    assert deleted == [group]
    assert there.clock.slept() - began < 5 * MINUTE
    assert there.things() == whole


def test_a_role_that_somebody_deletes_while_up_is_about_to_give_it_is_made_again(there: Stage) -> None:
    """Lambda says of it what it says of a role that IAM has not spread yet."""
    there.after(*UP)
    whole, iam, role = there.things(), there.client("iam"), ids(there)["role.function"]

    def delete() -> None:
        iam.delete_role_policy(RoleName=role, PolicyName=iam.list_role_policies(RoleName=role)["PolicyNames"][0])
        iam.delete_role(RoleName=role)

    there.client("lambda").delete_function(FunctionName=ids(there)["function"])
    there.account.once_before("lambda:CreateFunction", "", delete)
    began = there.clock.slept()
    there.type(*UP).well()
    assert [call.name for call in there.heard].count("iam:CreateRole") == 1
    assert there.clock.slept() - began < 2 * MINUTE
    assert there.things() == whole


def test_a_function_that_another_run_makes_again_below_a_teardown_goes_again(there: Stage) -> None:
    """An `up` from another folder, say: the function was gone, and now holds a subnet."""
    there.after(*UP)
    ours, awslambda, iam = ids(there), there.client("lambda"), there.client("iam")
    name, subnet = ours["function"], ours["subnet.private-a"]
    was = awslambda.get_function(FunctionName=name)
    trust = json.dumps(iam.get_role(RoleName=ours["role.function"])["Role"]["AssumeRolePolicyDocument"])
    role = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trust)["Role"]
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="theirs", PolicyName="theirs", PolicyDocument=json.dumps(rights))
    there.account.once_before(
        "ec2:DeleteSubnet",
        subnet,
        lambda: awslambda.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="index.handler",
            Role=role["Arn"],
            Code={"ZipFile": zipped()},
            VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [ours["group.default"]]},
            Tags=was["Tags"],
        ),
    )
    began = there.clock.slept()
    told = there.type(*TEARDOWN).well()
    assert [call.name for call in there.heard].count("lambda:DeleteFunction") == 2
    assert "Nothing is left" in told.out
    assert there.clock.slept() - began < 5 * MINUTE
    iam.delete_role_policy(RoleName="theirs", PolicyName="theirs")
    iam.delete_role(RoleName="theirs")
    assert json.loads(there.things()) == []


def test_a_rule_of_the_default_group_that_names_ours_goes_with_ours(there: Stage) -> None:
    """Put there by hand since the last `up`; nobody can delete that group."""
    there.after(*UP)
    ec2, ours = there.client("ec2"), ids(there)
    pair = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "UserIdGroupPairs": [{"GroupId": ours["group.function"]}],
    }
    ec2.authorize_security_group_ingress(GroupId=ours["group.default"], IpPermissions=[pair])
    torn_down(there)


@pytest.mark.parametrize("tags", [["provision:stack"], ["provision:stack", "provision:key"]])
def test_a_database_that_was_restored_with_our_tags_is_named_at_once(there: Stage, tags: list[str]) -> None:
    there.after(*UP)
    ours, rds = ids(there), there.client("rds")
    values = {"provision:stack": "lambda-rds", "provision:key": "database"}
    rds.create_db_instance(
        DBInstanceIdentifier="restored",
        DBSubnetGroupName=ours["database.subnets"],
        DBParameterGroupName=ours["database.parameters"],
        VpcSecurityGroupIds=[ours["group.database"]],
        Tags=[{"Key": tag, "Value": values[tag]} for tag in tags],
        **SMALL,
    )
    check_named(there, "database restored", "DB subnet group", "DB parameter group", "security group database")
    rds.delete_db_instance(DBInstanceIdentifier="restored", SkipFinalSnapshot=True)
    torn_down(there)


def test_a_database_that_was_restored_in_the_place_of_ours_is_named_at_once(there: Stage) -> None:
    """Under its name and without its tags, as RDS restores it; so it is no longer this stack's."""
    there.after(*UP)
    name, rds = ids(there)["database"], there.client("rds")
    arn = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceArn"]
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["provision:stack", "provision:key"])
    assert there.type(*TEARDOWN).code == 4
    check_named(there, f"database {name}", "DB subnet group", "DB parameter group", "security group database")
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    torn_down(there)


def test_a_function_in_the_place_of_ours_is_named_at_once(there: Stage) -> None:
    """Somebody has made it again, under the name and in the network of ours."""
    there.after(*UP)
    name, functions = ids(there)["function"], there.client("lambda")
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    functions.untag_resource(Resource=arn, TagKeys=["provision:stack", "provision:key"])
    assert there.type(*TEARDOWN).code == 4
    check_named(there, f"function {name}", "Lambda network interfaces")
    functions.delete_function(FunctionName=name)
    torn_down(there)


def test_a_group_that_carries_only_the_stacks_name_is_named_at_once(there: Stage) -> None:
    there.after(*UP)
    ec2 = there.client("ec2")
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "provision:stack", "Value": "lambda-rds"}]}]
    made: Any = ec2.create_security_group(
        GroupName="mine", Description="mine", VpcId=ids(there)["vpc"], TagSpecifications=tags
    )
    check_named(there, made["GroupId"], "VPC")
    ec2.delete_security_group(GroupId=made["GroupId"])
    torn_down(there)


def check_named(there: Stage, whose: str, *stay: str) -> None:
    """A teardown names it as what holds just these, without waiting."""
    began = there.clock.slept()
    told = there.type(*TEARDOWN)
    assert told.code == 5, told
    assert whose in told.err[told.err.index("Error: ") :]
    assert there.clock.slept() - began < MINUTE
    failed = {line.split(" failed: ")[0].strip() for line in told.err.splitlines() if " failed: " in line}
    assert failed == set(stay), told.err
