"""What somebody does to an account before a command runs in it, so that the command needs rights it rarely does."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.bench.test_operation import Function
from tests.crash.account import greeting
from tests.manners.stack import TRUST
from tests.stage import REGION, Stage

STACK, FUNCTION, ROLE = "lambda-rds", "lambda-rds-function", f"lambda-rds-{REGION}-function"
MINE = [{"Name": "tag:provision:stack", "Values": [STACK]}]
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def nothing(_: Stage) -> None:
    """As the command before left it."""


def tagged(stage: Stage, listing: str, items: str) -> dict[str, Any]:
    """EC2's descriptions of the stack's things by their keys."""
    told = getattr(stage.client("ec2"), f"describe_{listing}")(Filters=MINE)[items]
    return {next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "provision:key"): one for one in told}


def named(kind: str, name: str) -> Any:
    """What gives something new a name in the census; without one it would be its id."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # of an entry's own time, so always the same bytes
        archive.writestr(zipfile.ZipInfo("index.py"), "def handler(event, context): return event")
    return content.getvalue()


def held(stage: Stage) -> None:
    """Somebody's interface has the proxy's group, which AWS then does not delete."""
    subnet = tagged(stage, "subnets", "Subnets")["subnet.private-a"]["SubnetId"]
    group = tagged(stage, "security_groups", "SecurityGroups")["group.proxy"]["GroupId"]
    stage.client("ec2").create_network_interface(SubnetId=subnet, Groups=[group], Description="a printer")


def held_and_not_wanted(stage: Stage) -> None:
    held(stage)
    not_wanted(stage)


def broken(stage: Stage) -> None:
    """A database that AWS says cannot heal by itself."""
    (instance,) = stage.account.backend("rds", REGION).databases.values()
    instance.status = "storage-full"


def function_that_answers(stage: Stage) -> None:
    """As the handler does when it is measured."""
    function = Function()
    stage.account.invoked = lambda call: function.answer(call, lambda _: greeting(call))


def without_state(stage: Stage) -> None:
    for file in stage.state.glob("*.json"):
        file.unlink()


def network(stage: Stage) -> None:
    """Tags, attributes, entries, associations, routes, rules and descriptions of the network."""
    ec2 = stage.client("ec2")
    subnets, tables = tagged(stage, "subnets", "Subnets"), tagged(stage, "route_tables", "RouteTables")
    vpc = tagged(stage, "vpcs", "Vpcs")["vpc"]["VpcId"]
    subnet = subnets["subnet.private-a"]["SubnetId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "Name"}])
    for key in ("table.private-a", "table.private-b"):
        ec2.disassociate_route_table(AssociationId=tables[key]["Associations"][0]["RouteTableAssociationId"])
    other = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", "other"))["RouteTable"][
        "RouteTableId"
    ]
    ec2.associate_route_table(RouteTableId=other, SubnetId=subnets["subnet.private-b"]["SubnetId"])
    gateway = tagged(stage, "internet_gateways", "InternetGateways")["internet-gateway"]["InternetGatewayId"]
    table = tables["table.private-a"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/16", GatewayId=gateway)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.delete_route(RouteTableId=tables["table.private-b"]["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    world = {"NetworkAclId": acl["NetworkAclId"], "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    ec2.replace_network_acl_entry(RuleNumber=100, Egress=False, **world)
    ec2.delete_network_acl_entry(NetworkAclId=acl["NetworkAclId"], RuleNumber=110, Egress=False)
    ec2.create_network_acl_entry(RuleNumber=90, Egress=False, **world)


def rules(stage: Stage) -> None:
    """Rules too many, rules that are gone, other descriptions."""
    ec2 = stage.client("ec2")
    groups = {key: one["GroupId"] for key, one in tagged(stage, "security_groups", "SecurityGroups").items()}
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=groups["group.function"], IpPermissions=everything)
    ec2.authorize_security_group_egress(GroupId=groups["group.database"], IpPermissions=everything)
    across = [{"CidrIp": "0.0.0.0/0", "Description": "mine"}]
    out = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": across}]
    ec2.update_security_group_rule_descriptions_egress(GroupId=groups["group.function"], IpPermissions=out)
    across = between(groups["group.function"])
    ec2.update_security_group_rule_descriptions_ingress(GroupId=groups["group.database"], IpPermissions=across)


def between(peer: str) -> Any:
    """The rule that lets PostgreSQL's port be reached from or to the group `peer`, described by somebody."""
    pairs = [{"GroupId": peer, "Description": "mine"}]
    return [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": pairs}]


def proxy_rules(stage: Stage) -> None:
    """Of the proxy's group: a rule whose port somebody changed, and other descriptions."""
    ec2 = stage.client("ec2")
    told = ec2.describe_security_group_rules()["SecurityGroupRules"]
    tags = {one["SecurityGroupRuleId"]: {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])} for one in told}
    rule = {tags[one["SecurityGroupRuleId"]].get("provision:key"): one for one in told}
    for key in ("rule.proxy-from-function", "rule.proxy-to-database"):
        peer = rule[key]["ReferencedGroupInfo"]["GroupId"]
        wide = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 6000, "ReferencedGroupId": peer}
        one = {"SecurityGroupRuleId": rule[key]["SecurityGroupRuleId"], "SecurityGroupRule": wide}
        ec2.modify_security_group_rules(GroupId=rule[key]["GroupId"], SecurityGroupRules=[one])
    leaving, entering = rule["rule.function-to-proxy"], rule["rule.database-from-proxy"]
    ec2.update_security_group_rule_descriptions_egress(
        GroupId=leaving["GroupId"], IpPermissions=between(leaving["ReferencedGroupInfo"]["GroupId"])
    )
    ec2.update_security_group_rule_descriptions_ingress(
        GroupId=entering["GroupId"], IpPermissions=between(entering["ReferencedGroupInfo"]["GroupId"])
    )


def roles(stage: Stage) -> None:
    """Of all roles: policies too many, none of their own, another trust, description and tags."""
    iam = stage.client("iam")
    policy = iam.create_policy(PolicyName="somebodys", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if name.startswith(STACK):
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
            iam.put_role_policy(RoleName=name, PolicyName="extra", PolicyDocument=json.dumps(ANYTHING))
            iam.put_role_policy(RoleName=name, PolicyName="provision", PolicyDocument=json.dumps(ANYTHING))
            iam.untag_role(RoleName=name, TagKeys=["Name"])
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(TRUST))
            iam.update_role_description(RoleName=name, Description="mine")


def attached(stage: Stage) -> None:
    iam = stage.client("iam")
    policy = iam.create_policy(PolicyName="somebodys", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    for role in iam.list_roles()["Roles"]:
        if role["RoleName"].startswith(STACK):
            iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=policy)


def secret(stage: Stage) -> None:
    secrets = stage.client("secretsmanager")
    name = f"{STACK}/database"
    secrets.untag_resource(SecretId=name, TagKeys=["Name"])
    secrets.delete_resource_policy(SecretId=name)
    secrets.update_secret(SecretId=name, Description="mine")
    value = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps({**value, "host": "another"}))


def secret_on_its_way_out(stage: Stage) -> None:
    stage.client("secretsmanager").delete_secret(SecretId=f"{STACK}/database", RecoveryWindowInDays=7)


def function(stage: Stage) -> None:
    """Its code, its memory, its tags, and its log group's."""
    lambdas, logs = stage.client("lambda"), stage.client("logs")
    lambdas.update_function_code(FunctionName=FUNCTION, ZipFile=zipped())
    lambdas.update_function_configuration(FunctionName=FUNCTION, MemorySize=512)
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:{FUNCTION}"
    lambdas.untag_resource(Resource=arn, TagKeys=["Name"])
    group = f"/aws/lambda/{FUNCTION}"
    logs.untag_resource(resourceArn=f"arn:aws:logs:{REGION}:123456789012:log-group:{group}", tagKeys=["Name"])
    logs.put_retention_policy(logGroupName=group, retentionInDays=365)


def no_logs(stage: Stage) -> None:
    stage.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{FUNCTION}")


def no_role(stage: Stage) -> None:
    """A second one of its name is of no use to the function that is there."""
    iam = stage.client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName="provision")
    iam.delete_role(RoleName=ROLE)


def two_networks(stage: Stage) -> None:
    """Two runs have made a VPC at the same time; it is ours that goes."""
    tags: Any = [{"Key": "provision:stack", "Value": STACK}, {"Key": "provision:key", "Value": "vpc"}]
    made = [{"ResourceType": "vpc", "Tags": tags}]
    ec2 = stage.client("ec2")
    ids = [ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=made)["Vpc"]["VpcId"] for _ in "ab"]
    row = {"kind": "VPC", "status": "creating", "id": max(ids), "attrs": {}, "token": "", "since": stage.clock.stamp()}
    whose = {"version": 1, "stack": STACK, "target": "aws", "account": "123456789012", "region": REGION}
    told = {**whose, "features": {}, "resources": {"vpc": row}}
    (stage.state / f"{STACK}.json").write_text(json.dumps(told), encoding="utf-8")


def no_database(stage: Stage) -> None:
    stage.client("rds").delete_db_instance(DBInstanceIdentifier=f"{STACK}-database", SkipFinalSnapshot=True)


def other_target(stage: Stage) -> None:
    """Somebody has put another database behind the proxy."""
    rds = stage.client("rds")
    rds.deregister_db_proxy_targets(DBProxyName=f"{STACK}-proxy", DBInstanceIdentifiers=[f"{STACK}-database"])
    rds.create_db_instance(
        DBInstanceIdentifier="other",
        Engine="postgres",
        DBInstanceClass="db.t3.small",
        AllocatedStorage=20,
        MasterUsername="me",
        MasterUserPassword="not-a-real-one",
        DBSubnetGroupName=f"{STACK}-database",
        VpcSecurityGroupIds=[tagged(stage, "security_groups", "SecurityGroups")["group.database"]["GroupId"]],
    )
    rds.register_db_proxy_targets(DBProxyName=f"{STACK}-proxy", DBInstanceIdentifiers=["other"])


def untagged_rule(stage: Stage) -> None:
    """It is known by the state file alone, and by the group that it is in."""
    ec2 = stage.client("ec2")
    for rule in ec2.describe_security_group_rules(Filters=MINE)["SecurityGroupRules"]:
        ec2.delete_tags(Resources=[rule["SecurityGroupRuleId"]])


def untagged_proxy_group(stage: Stage) -> None:
    group = tagged(stage, "security_groups", "SecurityGroups")["group.proxy"]["GroupId"]
    stage.client("ec2").delete_tags(Resources=[group], Tags=[{"Key": "Name"}])


def neighbours(stage: Stage) -> None:
    """Of a stack whose name begins like ours."""
    stage.client("logs").create_log_group(logGroupName=f"/aws/lambda/{STACK}-two-function")
    role = stage.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    stage.client("lambda").create_function(
        FunctionName=f"{STACK}-two-function",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": zipped()},
    )


def somebodys_group(stage: Stage) -> None:
    """In our VPC, which cannot be deleted then."""
    vpc = tagged(stage, "vpcs", "Vpcs")["vpc"]["VpcId"]
    stage.client("ec2").create_security_group(VpcId=vpc, GroupName="theirs", Description="theirs")


def no_function(stage: Stage) -> None:
    stage.client("lambda").delete_function(FunctionName=FUNCTION)


def database(stage: Stage) -> None:
    """Of the database and its groups."""
    rds = stage.client("rds")
    name, parameters = f"{STACK}-database", f"{STACK}-database-postgres17"
    subnets = tagged(stage, "subnets", "Subnets")
    rds.modify_db_instance(DBInstanceIdentifier=name, BackupRetentionPeriod=1, ApplyImmediately=True)
    off = [{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}]
    rds.modify_db_parameter_group(DBParameterGroupName=parameters, Parameters=off)
    fewer = [subnets[key]["SubnetId"] for key in ("subnet.private-a", "subnet.public-b")]
    rds.modify_db_subnet_group(DBSubnetGroupName=name, SubnetIds=fewer)
    rds.remove_tags_from_resource(
        ResourceName=rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"], TagKeys=["Name"]
    )


def stopped(stage: Stage) -> None:
    (instance,) = stage.account.backend("rds", REGION).databases.values()
    instance.status = "stopped"


def endpoint(stage: Stage) -> None:
    ec2 = stage.client("ec2")
    made = tagged(stage, "vpc_endpoints", "VpcEndpoints")["endpoint.secretsmanager"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=made,
        PolicyDocument=json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}),
    )


def proxy(stage: Stage) -> None:
    rds = stage.client("rds")
    name = f"{STACK}-proxy"
    rds.modify_db_proxy(DBProxyName=name, RequireTLS=False)
    pool = {"MaxConnectionsPercent": 50}
    rds.modify_db_proxy_target_group(DBProxyName=name, TargetGroupName="default", ConnectionPoolConfig=pool)
    rds.deregister_db_proxy_targets(DBProxyName=name, DBInstanceIdentifiers=[f"{STACK}-database"])
    arn = rds.describe_db_proxies()["DBProxies"][0]["DBProxyArn"]
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Name"])


def not_wanted(stage: Stage) -> None:
    """As a `disable-proxy` leaves it that was cut off before it removed anything."""
    (file,) = stage.state.glob("lambda-rds.json")
    told = json.loads(file.read_bytes())
    told["features"]["proxy"] = False
    file.write_text(json.dumps(told), encoding="utf-8")


def leftover(stage: Stage) -> None:
    """What Lambda leaves behind of a function that somebody deleted."""
    subnet = tagged(stage, "subnets", "Subnets")["subnet.private-a"]["SubnetId"]
    group = tagged(stage, "security_groups", "SecurityGroups")["group.function"]["GroupId"]
    stage.client("ec2").create_network_interface(
        SubnetId=subnet,
        Groups=[group],
        Description=f"AWS Lambda VPC ENI-{FUNCTION}-0a1b2c3d-0000-0000-0000-000000000000",
    )


def no_concurrency(stage: Stage) -> None:
    stage.client("lambda").put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=0)


def all_by_hand(stage: Stage) -> None:
    for meddle in (network, rules, roles, secret, function, database):
        meddle(stage)
