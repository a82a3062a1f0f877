"""Each property that we set, changed by hand: a look names it, `up` brings back just that."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore import xform_name

from provision.errors import CannotChange, Failed
from provision.settings import Settings
from tests.resources.whole import Whole

Outside = Callable[[str], Any]
Meddle = Callable[[Outside, dict[str, str]], object]
SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST_EC2 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def rule_described(aws: Outside, ids: dict[str, str]) -> None:
    across = [{"CidrIp": "0.0.0.0/0", "Description": "mine"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": across}
    aws("ec2").update_security_group_rule_descriptions_egress(GroupId=ids["group.function"], IpPermissions=[permission])


def rule_between_groups_described(aws: Outside, ids: dict[str, str]) -> None:
    pairs = [{"GroupId": ids["group.function"], "Description": "mine"}]
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": pairs}
    described = aws("ec2").update_security_group_rule_descriptions_ingress
    described(GroupId=ids["group.database"], IpPermissions=[permission])


NETWORK: dict[str, tuple[str, str, Meddle]] = {
    "a rule's description": ("rule.function-to-internet", "description", rule_described),
    "that of a rule between groups": ("rule.database-from-function", "description", rule_between_groups_described),
    "a route too many": (
        "table.private-a",
        "route 192.168.0.0/16",
        lambda aws, ids: aws("ec2").create_route(
            RouteTableId=ids["table.private-a"],
            DestinationCidrBlock="192.168.0.0/16",
            GatewayId=ids["internet-gateway"],
        ),
    ),
    "a route for IPv6": (
        "table.public",
        "route ::/0",
        lambda aws, ids: aws("ec2").create_route(
            RouteTableId=ids["table.public"], DestinationIpv6CidrBlock="::/0", GatewayId=ids["internet-gateway"]
        ),
    ),
    "the endpoint's policy": (
        "endpoint.secretsmanager",
        "policy",
        lambda aws, ids: aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"],
            PolicyDocument=json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}),
        ),
    ),
    "the default group's tags": (
        "group.default",
        "tag Name",
        lambda aws, ids: aws("ec2").delete_tags(Resources=[ids["group.default"]], Tags=[{"Key": "Name"}]),
    ),
    "a rule in the default group": (
        "group.default",
        "ingress rules",
        lambda aws, ids: aws("ec2").authorize_security_group_ingress(GroupId=ids["group.default"], IpPermissions=SSH),
    ),
    "a rule in the proxy's group": (
        "group.proxy",
        "rule",
        lambda aws, ids: aws("ec2").authorize_security_group_ingress(GroupId=ids["group.proxy"], IpPermissions=SSH),
    ),
}


def attach(aws: Outside, ids: dict[str, str]) -> None:
    made = aws("iam").create_policy(PolicyName="everything", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    aws("iam").attach_role_policy(RoleName=ids["role.function"], PolicyArn=made)


def of_instance(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_instance(
        DBInstanceIdentifier=ids["database"], ApplyImmediately=True, **changed
    )


def of_proxy(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_proxy(DBProxyName=ids["proxy"], **changed)


def of_pool(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_proxy_target_group(
        DBProxyName=ids["proxy"], TargetGroupName="default", ConnectionPoolConfig=changed
    )


def of_function(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("lambda").update_function_configuration(FunctionName=ids["function"], **changed)


def fewer_subnets(aws: Outside, ids: dict[str, str]) -> None:
    subnets = [ids["subnet.private-a"], ids["subnet.public-b"]]
    aws("rds").modify_db_subnet_group(DBSubnetGroupName=ids["database.subnets"], SubnetIds=subnets)


def no_tls(aws: Outside, ids: dict[str, str]) -> None:
    off = [{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}]
    aws("rds").modify_db_parameter_group(DBParameterGroupName=ids["database.parameters"], Parameters=off)


def other_login(aws: Outside, ids: dict[str, str]) -> None:
    auth = aws("rds").describe_db_proxies(DBProxyName=ids["proxy"])["DBProxies"][0]["Auth"]
    weaker = [{**auth[0], "ClientPasswordAuthType": "POSTGRES_MD5"}]
    aws("rds").modify_db_proxy(DBProxyName=ids["proxy"], Auth=weaker)


def other_parameters(aws: Outside, ids: dict[str, str]) -> Callable[[], object]:
    rds, mine = aws("rds"), "mine"
    rds.create_db_parameter_group(DBParameterGroupName=mine, DBParameterGroupFamily="postgres17", Description=mine)
    rds.modify_db_instance(DBInstanceIdentifier=ids["database"], DBParameterGroupName=mine, ApplyImmediately=True)
    return lambda: rds.delete_db_parameter_group(DBParameterGroupName=mine)


def other_groups(aws: Outside, ids: dict[str, str]) -> None:
    groups = [ids["group.database"], ids["group.function"]]
    aws("rds").modify_db_instance(
        DBInstanceIdentifier=ids["database"], VpcSecurityGroupIds=groups, ApplyImmediately=True
    )


def untagged(aws: Outside, key: str) -> None:
    arn = aws("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    aws("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=[key])


DATABASE: dict[str, tuple[str, str, Meddle]] = {
    "class": ("database", "DBInstanceClass", of_instance(DBInstanceClass="db.t3.medium")),
    "storage's type": ("database", "StorageType", of_instance(StorageType="gp2")),
    "storage's ceiling": ("database", "MaxAllocatedStorage", of_instance(MaxAllocatedStorage=100)),
    "backups": ("database", "BackupRetentionPeriod", of_instance(BackupRetentionPeriod=1)),
    "both zones": ("database", "MultiAZ", of_instance(MultiAZ=True)),
    "protection": ("database", "DeletionProtection", of_instance(DeletionProtection=True)),
    "public": ("database", "PubliclyAccessible", of_instance(PubliclyAccessible=True)),
    "tags of snapshots": ("database", "CopyTagsToSnapshot", of_instance(CopyTagsToSnapshot=False)),
    "minor upgrades": ("database", "AutoMinorVersionUpgrade", of_instance(AutoMinorVersionUpgrade=False)),
    "its parameters": ("database", "DBParameterGroupName", other_parameters),
    "its groups": ("database", "VpcSecurityGroupIds", other_groups),
    "stopped": (
        "database",
        "state",
        lambda aws, ids: aws("rds").stop_db_instance(DBInstanceIdentifier=ids["database"]),
    ),
    "a tag": ("database", "tag Name", lambda aws, _: untagged(aws, "Name")),
    "its port's tag": ("database", "tag provision:port", lambda aws, _: untagged(aws, "provision:port")),
    "its password's tag": ("database", "MasterUserPassword", lambda aws, _: untagged(aws, "provision:secret")),
    "its logs": (
        "database",
        "log exports",
        of_instance(CloudwatchLogsExportConfiguration={"DisableLogTypes": ["upgrade"]}),
    ),
    "enhanced monitoring": ("database", "MonitoringInterval", of_instance(MonitoringInterval=60)),
    "a parameter": ("database.parameters", "rds.force_ssl", no_tls),
    "subnets": ("database.subnets", "subnets", fewer_subnets),
    "the subnet group's description": (
        "database.subnets",
        "description",
        lambda aws, ids: aws("rds").modify_db_subnet_group(
            DBSubnetGroupName=ids["database.subnets"],
            DBSubnetGroupDescription="mine",
            SubnetIds=[ids["subnet.private-a"], ids["subnet.public-b"]],
        ),
    ),
}
PROXY: dict[str, tuple[str, str, Meddle]] = {
    "TLS": ("proxy", "RequireTLS", of_proxy(RequireTLS=False)),
    "idle time": ("proxy", "IdleClientTimeout", of_proxy(IdleClientTimeout=60)),
    "debug logging": ("proxy", "DebugLogging", of_proxy(DebugLogging=True)),
    "login": ("proxy", "Auth", other_login),
    "role": (
        "proxy",
        "RoleArn",
        lambda aws, ids: of_proxy(RoleArn=aws("iam").get_role(RoleName=ids["role.function"])["Role"]["Arn"])(aws, ids),
    ),
    "groups": (
        "proxy",
        "SecurityGroups",
        lambda aws, ids: of_proxy(SecurityGroups=[ids["group.function"]])(aws, ids),
    ),
    "the pool's size": ("proxy.pool", "MaxConnectionsPercent", of_pool(MaxConnectionsPercent=50)),
    "the pool's rest": ("proxy.pool", "MaxIdleConnectionsPercent", of_pool(MaxIdleConnectionsPercent=10)),
    "the pool's patience": ("proxy.pool", "ConnectionBorrowTimeout", of_pool(ConnectionBorrowTimeout=120)),
}


def of_environment(**changed: str | None) -> Meddle:
    """Variables of the function; None takes one away."""

    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        seen = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]
        variables = {**seen["Environment"]["Variables"], **changed}
        told = {name: value for name, value in variables.items() if value is not None}
        of_function(Environment={"Variables": told})(aws, ids)

    return meddle


def other_role(aws: Outside, ids: dict[str, str]) -> Callable[[], object]:
    """One that Lambda may take just as well."""
    iam, ours, mine = aws("iam"), ids["role.function"], "mine"
    trust = iam.get_role(RoleName=ours)["Role"]["AssumeRolePolicyDocument"]
    role = iam.create_role(RoleName=mine, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = json.dumps(iam.get_role_policy(RoleName=ours, PolicyName="provision")["PolicyDocument"])
    iam.put_role_policy(RoleName=mine, PolicyName=mine, PolicyDocument=policy)
    of_function(Role=role)(aws, ids)

    def clear() -> None:
        iam.delete_role_policy(RoleName=mine, PolicyName=mine)
        iam.delete_role(RoleName=mine)

    return clear


FUNCTION: dict[str, tuple[str, str, Meddle]] = {
    "memory": ("function", "MemorySize", of_function(MemorySize=512)),
    "time": ("function", "Timeout", of_function(Timeout=7)),
    "runtime": ("function", "Runtime", of_function(Runtime="python3.12")),
    "handler": ("function", "Handler", of_function(Handler="other.handler")),
    "description": ("function", "Description", of_function(Description="mine")),
    "tracing": ("function", "TracingConfig", of_function(TracingConfig={"Mode": "Active"})),
    "its role": ("function", "Role", other_role),
    "the database's name": ("function", "environment DB_NAME", of_environment(DB_NAME="another")),
    "the secret's ARN": ("function", "environment DB_SECRET_ARN", of_environment(DB_SECRET_ARN=None)),
    "the database's address": ("function.endpoint", "DB_ENDPOINT_ADDRESS", of_environment(DB_ENDPOINT_ADDRESS="x")),
    "the database's port": ("function.endpoint", "DB_PORT", of_environment(DB_PORT=None)),
    "network": (
        "function",
        "VpcConfig",
        lambda aws, ids: of_function(
            VpcConfig={"SubnetIds": [ids["subnet.private-a"]], "SecurityGroupIds": [ids["group.function"]]}
        )(aws, ids),
    ),
    "code": (
        "function",
        "code",
        lambda aws, ids: aws("lambda").update_function_code(FunctionName=ids["function"], ZipFile=zipped()),
    ),
    "architecture": (
        "function",
        "architecture",
        lambda aws, ids: aws("lambda").update_function_code(
            FunctionName=ids["function"], ZipFile=zipped(), Architectures=["arm64"]
        ),
    ),
    "a tag": (
        "function",
        "tag Name",
        lambda aws, ids: aws("lambda").untag_resource(
            Resource=aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]["FunctionArn"],
            TagKeys=["Name"],
        ),
    ),
    "retention": (
        "function.logs",
        "retention",
        lambda aws, ids: aws("logs").put_retention_policy(logGroupName=ids["function.logs"], retentionInDays=365),
    ),
    "retention for ever": (
        "function.logs",
        "retention",
        lambda aws, ids: aws("logs").delete_retention_policy(logGroupName=ids["function.logs"]),
    ),
}
RIGHTS: dict[str, tuple[str, str, Meddle]] = {
    "trust": (
        "role.function",
        "trust policy",
        lambda aws, ids: aws("iam").update_assume_role_policy(
            RoleName=ids["role.function"], PolicyDocument=json.dumps(TRUST_EC2)
        ),
    ),
    "the policy": (
        "role.proxy",
        "inline policy",
        lambda aws, ids: aws("iam").put_role_policy(
            RoleName=ids["role.proxy"], PolicyName="provision", PolicyDocument=json.dumps(ANYTHING)
        ),
    ),
    "the policy gone": (
        "role.proxy",
        "inline policy",
        lambda aws, ids: aws("iam").delete_role_policy(RoleName=ids["role.proxy"], PolicyName="provision"),
    ),
    "one policy more": (
        "role.function",
        "policy extra",
        lambda aws, ids: aws("iam").put_role_policy(
            RoleName=ids["role.function"], PolicyName="extra", PolicyDocument=json.dumps(ANYTHING)
        ),
    ),
    "a managed policy": ("role.function", "attached policy everything", attach),
    "a role's description": (
        "role.proxy",
        "description",
        lambda aws, ids: aws("iam").update_role_description(RoleName=ids["role.proxy"], Description="mine"),
    ),
    "a role's tag": (
        "role.proxy",
        "tag Name",
        lambda aws, ids: aws("iam").untag_role(RoleName=ids["role.proxy"], TagKeys=["Name"]),
    ),
    "the secret's policy": (
        "secret",
        "resource policy",
        lambda aws, ids: aws("secretsmanager").delete_resource_policy(SecretId=ids["secret"]),
    ),
    "the secret's description": (
        "secret",
        "description",
        lambda aws, ids: aws("secretsmanager").update_secret(SecretId=ids["secret"], Description="mine"),
    ),
    "the secret's key": (
        "secret",
        "KmsKeyId",
        lambda aws, ids: aws("secretsmanager").update_secret(SecretId=ids["secret"], KmsKeyId="alias/mine"),
    ),
    "the secret's deletion": (
        "secret",
        "deletion",
        lambda aws, ids: aws("secretsmanager").delete_secret(SecretId=ids["secret"], RecoveryWindowInDays=7),
    ),
    "the secret's tag": (
        "secret",
        "tag Name",
        lambda aws, ids: aws("secretsmanager").untag_resource(SecretId=ids["secret"], TagKeys=["Name"]),
    ),
}


def of_kind(kind: str) -> Meddle:
    """Takes the tag Name from everything of an EC2 kind, by the beginning of its key."""

    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        named = [made for key, made in ids.items() if key.partition(".")[0] == kind]
        aws("ec2").delete_tags(Resources=named, Tags=[{"Key": "Name"}])

    return meddle


def of_rds(items: str, kind: str, key: str) -> Meddle:
    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        rds = aws("rds")
        listed = getattr(rds, f"describe_{xform_name(items)}")()[items]
        (arn,) = [one[f"{kind}Arn"] for one in listed if one[f"{kind}Name"] == ids[key]]
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Name"])

    return meddle


def of_log_group(aws: Outside, ids: dict[str, str]) -> None:
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=ids["function.logs"])["logGroups"]
    aws("logs").untag_resource(resourceArn=group["arn"].removesuffix(":*"), tagKeys=["Name"])


EC2_KINDS = {
    "vpc": ["vpc"],
    "subnet": ["subnet.private-a", "subnet.private-b", "subnet.public-a", "subnet.public-b"],
    "internet-gateway": ["internet-gateway"],
    "address": ["address.nat-a", "address.nat-b"],
    "nat": ["nat.a", "nat.b"],
    "table": ["table.private-a", "table.private-b", "table.public"],
    "endpoint": ["endpoint.secretsmanager"],
    "flow-log": ["flow-log"],
    "acl": ["acl.default"],
}
TAGS: dict[str, tuple[str, str, Meddle]] = {
    **{key: (key, "tag Name", of_kind(kind)) for kind, keys in EC2_KINDS.items() for key in keys},
    "a group": (
        "group.function",
        "tag Name",
        lambda aws, ids: aws("ec2").create_tags(
            Resources=[ids["group.function"]], Tags=[{"Key": "Name", "Value": "mine"}]
        ),
    ),
    "a rule": (
        "rule.proxy-from-function",
        "tag Name",
        lambda aws, ids: aws("ec2").delete_tags(Resources=[ids["rule.proxy-from-function"]], Tags=[{"Key": "Name"}]),
    ),
    "the proxy": ("proxy", "tag Name", of_rds("DBProxies", "DBProxy", "proxy")),
    "the subnet group": ("database.subnets", "tag Name", of_rds("DBSubnetGroups", "DBSubnetGroup", "database.subnets")),
    "the parameter group": (
        "database.parameters",
        "tag Name",
        of_rds("DBParameterGroups", "DBParameterGroup", "database.parameters"),
    ),
    "a log group": ("function.logs", "tag Name", of_log_group),
}  # fmt: skip


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event")
    return content.getvalue()


ONE_BY_ONE = {
    "a stopped database": {"stopped": DATABASE.pop("stopped")},
    "what is gone": {name: table.pop(name) for table, name in ((RIGHTS, "the policy gone"), (FUNCTION, "retention"))},
    "a secret on its way out": {"the secret's deletion": RIGHTS.pop("the secret's deletion")},
}
"""Rounds of their own, because they are about what another change is about, too."""
ROUNDS = {
    "network": NETWORK,
    "database": DATABASE,
    "proxy": PROXY,
    "function": FUNCTION,
    "rights": RIGHTS,
    "tags": TAGS,
    **ONE_BY_ONE,
}


@pytest.mark.parametrize("name", ROUNDS)
def test_what_was_changed_by_hand_is_shown_and_repaired(stack: Whole, name: str) -> None:
    ids = stack.account.ids()
    expected: dict[str, set[str]] = {}
    leftovers = []
    for key, field, meddle in ROUNDS[name].values():
        leftovers.append(meddle(stack.account.outside, ids))
        expected.setdefault(key, set()).add(field)
    shown = {key: set(fields) for key, fields in stack.differing().items()}
    stack.up()
    for clear in leftovers:
        if callable(clear):
            clear()
    assert shown == expected
    assert stack.differing() == {}
    assert stack.census() == stack.pristine
    stack.up()
    assert stack.account.sent == []


def test_what_is_the_users_own_stays(stack: Whole) -> None:
    """A variable, tags, storage that has grown, a minor version that AWS raised."""
    ids, aws = stack.account.ids(), stack.account.outside
    of_environment(MINE="42")(aws, ids)
    aws("ec2").create_tags(Resources=[ids["vpc"], ids["nat.a"]], Tags=[{"Key": "cost", "Value": "7"}])
    aws("iam").tag_role(RoleName=ids["role.function"], Tags=[{"Key": "cost", "Value": "7"}])
    grown = {"AllocatedStorage": 40, "EngineVersion": "17.99"}
    stack.account.rewrite("DescribeDBInstances", lambda told: told["DBInstances"][0].update(grown))
    assert stack.differing() == {}
    stack.up()
    assert stack.account.sent == []

    of_environment(DB_NAME="another")(aws, ids)  # ours is repaired, and his stays
    stack.up()
    seen = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]["Environment"]["Variables"]
    assert (seen["MINE"], seen["DB_NAME"]) == ("42", "cloudtechsimplified")
    of_environment(MINE=None)(aws, ids)
    aws("ec2").delete_tags(Resources=[ids["vpc"], ids["nat.a"]], Tags=[{"Key": "cost"}])
    aws("iam").untag_role(RoleName=ids["role.function"], TagKeys=["cost"])


IMMUTABLE: dict[str, dict[str, dict[str, Any]]] = {
    "database.engine_version": {"database": {"engine_version": "16"}},
    "database.username": {"database": {"username": "somebody"}},
    "database.name": {"database": {"name": "other"}},
    "database.port": {"database": {"port": 6543}},
    "network.cidr": {"network": {"cidr": "10.1.0.0/16"}},
    "network.zones": {"network": {"zones": ("us-east-1c", "us-east-1d")}},
}


def test_what_cannot_change_in_place_is_refused_by_its_name(stack: Whole) -> None:
    for name, changed in IMMUTABLE.items():
        ((room, values),) = changed.items()
        usual: Any = Settings()
        stack.settings = replace(usual, **{room: replace(getattr(usual, room), **values)})
        troubles = [look.trouble for look in stack.look().values() if look.trouble is not None]
        assert {(type(one), one.exit_code) for one in troubles} == {(CannotChange, 4)}, name
        assert any(name in str(one) for one in troubles), name
        assert all(one.hint for one in troubles)


def test_a_secret_that_somebody_made_something_else_of(stack: Whole) -> None:
    ids, secrets = stack.account.ids(), stack.account.outside("secretsmanager")
    whole = secrets.get_secret_value(SecretId=ids["secret"])["SecretString"]
    for value in ("Sesame", "[1]", '{"username": "postgres"}'):
        secrets.put_secret_value(SecretId=ids["secret"], SecretString=value)
        told = {key: one.trouble.what for key, one in stack.look().items() if one.trouble}
        assert list(told) == ["secret.connection"], "the rest is told all the same"
        assert ids["secret"] in told["secret.connection"]
    with pytest.raises(Failed, match="does not hold what provision put there"):
        stack.up()
    assert stack.account.sent == []
    secrets.put_secret_value(SecretId=ids["secret"], SecretString=whole)
    stack.up()
    assert stack.account.sent == []


def test_keys_of_the_secret_that_are_gone_come_back(stack: Whole) -> None:
    ids, secrets = stack.account.ids(), stack.account.outside("secretsmanager")
    whole = json.loads(secrets.get_secret_value(SecretId=ids["secret"])["SecretString"])
    some = {"username": whole["username"], "password": whole["password"], "mine": 42, "dbname": "other"}
    secrets.put_secret_value(SecretId=ids["secret"], SecretString=json.dumps(some))
    assert set(stack.differing()["secret.connection"]) == {"engine", "host", "port", "dbname", "instance"}
    stack.up()
    assert json.loads(secrets.get_secret_value(SecretId=ids["secret"])["SecretString"]) == {**whole, "mine": 42}
    assert stack.differing() == {}
