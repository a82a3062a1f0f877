"""What AWS refuses to delete, at any pace, and what it lets go of late."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws.local.manners import durations
from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of, database, network, subnet_group, text_of
from tests.served import REGION

SERVICE = f"com.amazonaws.{REGION}.secretsmanager"


def endpoint(account: LifelikeAccount, **params: Any) -> dict[str, Any]:
    net = network(account)
    ec2 = account.client("ec2")
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=net.vpc, **{name: {"Value": True}})
    given = {"SubnetIds": net.subnets, "SecurityGroupIds": [net.group], "PrivateDnsEnabled": True, **params}
    made = ec2.create_vpc_endpoint(VpcId=net.vpc, ServiceName=SERVICE, VpcEndpointType="Interface", **given)
    return dict(made["VpcEndpoint"])


def test_groups_that_name_each_other_hold_each_other(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    other = ec2.create_security_group(GroupName="two", Description="two", VpcId=net.vpc)["GroupId"]
    pair = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": other}]}
    ec2.authorize_security_group_ingress(GroupId=net.group, IpPermissions=[pair])
    assert code_of(ec2.delete_security_group, GroupId=other) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=net.group, IpPermissions=[pair])
    ec2.delete_security_group(GroupId=other)


def test_a_default_group_cannot_be_deleted(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    own = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [net.vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )
    assert code_of(ec2.delete_security_group, GroupId=own["SecurityGroups"][0]["GroupId"]) == "CannotDelete"


def test_no_group_is_made_where_there_is_no_vpc(account: LifelikeAccount) -> None:
    """As a run may ask for it whose VPC another run has just deleted."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)
    wanted = {"VpcId": vpc, "GroupName": "late", "Description": "late"}
    assert code_of(ec2.create_security_group, **wanted) == "InvalidVpcID.NotFound"


def test_a_vpc_goes_last(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    acl = ec2.create_network_acl(VpcId=net.vpc)["NetworkAcl"]["NetworkAclId"]
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    asked = ec2.create_vpc_peering_connection(VpcId=other, PeerVpcId=net.vpc)["VpcPeeringConnection"]
    peering = {"VpcPeeringConnectionId": asked["VpcPeeringConnectionId"]}
    ec2.accept_vpc_peering_connection(**peering)
    vpn = {"VpnGatewayId": ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]}
    ec2.attach_vpn_gateway(VpcId=net.vpc, **vpn)
    outward = ec2.create_egress_only_internet_gateway(VpcId=net.vpc)["EgressOnlyInternetGateway"]
    steps = [
        (ec2.delete_subnet, {"SubnetId": net.subnets[0]}),
        (ec2.delete_subnet, {"SubnetId": net.subnets[1]}),
        (ec2.delete_security_group, {"GroupId": net.group}),
        (ec2.delete_route_table, {"RouteTableId": table}),
        (ec2.delete_network_acl, {"NetworkAclId": acl}),
        (ec2.detach_internet_gateway, {"InternetGatewayId": net.gateway, "VpcId": net.vpc}),
        (ec2.delete_vpc_peering_connection, peering),
        (ec2.detach_vpn_gateway, {"VpcId": net.vpc, **vpn}),
        (
            ec2.delete_egress_only_internet_gateway,
            {"EgressOnlyInternetGatewayId": outward["EgressOnlyInternetGatewayId"]},
        ),
    ]
    for call, params in steps:
        assert code_of(ec2.delete_vpc, VpcId=net.vpc) == "DependencyViolation"
        call(**params)
    ec2.delete_vpc(VpcId=net.vpc)


def test_an_instances_interface_goes_with_it(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    wanted = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "SubnetId": net.subnets[0]}
    instance = ec2.run_instances(**wanted)["Instances"][0]["InstanceId"]
    assert code_of(ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_subnet(SubnetId=net.subnets[0])


def test_a_log_groups_tags_go_with_it(account: LifelikeAccount) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="mine", tags={"owner": "me"})
    arn = logs.describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
    logs.delete_log_group(logGroupName="mine")
    assert code_of(logs.list_tags_for_resource, resourceArn=arn) == "ResourceNotFoundException"
    logs.create_log_group(logGroupName="mine")
    (group,) = logs.describe_log_groups()["logGroups"]
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == {}


def test_a_main_route_table_goes_with_its_vpc(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [net.vpc]}])["RouteTables"]
    assert code_of(ec2.delete_route_table, RouteTableId=tables[0]["RouteTableId"]) == "DependencyViolation"


def test_a_route_leads_only_through_a_gateway_of_its_own_vpc(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account, attached=False)
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": net.gateway}
    assert code_of(ec2.create_route, **route) == "InvalidParameterValue"
    assert "belong to different networks" in text_of(ec2.create_route, **route)
    ec2.attach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)
    ec2.create_route(**route)


def test_a_parameter_group_in_use_stays(account: LifelikeAccount) -> None:
    rds, net = account.client("rds"), network(account)
    subnet_group(account, net)
    rds.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="postgres17", Description="own")
    database(account, net, DBParameterGroupName="own")
    assert code_of(rds.delete_db_parameter_group, DBParameterGroupName="own") == "InvalidDBParameterGroupState"


def test_an_endpoint_comes_and_goes_in_time_with_its_interfaces(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    ec2 = account.client("ec2")
    made = endpoint(account)
    assert made["State"] == "pending"
    listed = {"VpcEndpointIds": [made["VpcEndpointId"]]}
    account.advance(durations.VPC_ENDPOINT_CREATE + 1)
    assert ec2.describe_vpc_endpoints(**listed)["VpcEndpoints"][0]["State"] == "available"
    assert ec2.delete_vpc_endpoints(**listed)["Unsuccessful"] == []
    assert ec2.describe_vpc_endpoints(**listed)["VpcEndpoints"][0]["State"] == "deleting"
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 2
    account.advance(durations.VPC_ENDPOINT_DELETE + 1)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    unknown = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000"])["Unsuccessful"]
    assert unknown[0]["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


def test_a_gateway_endpoint_goes_after_its_route_table(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    net, ec2 = network(account), account.client("ec2")
    table = ec2.create_route_table(VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    made = ec2.create_vpc_endpoint(
        VpcId=net.vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway", RouteTableIds=[table]
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    account.advance(durations.VPC_ENDPOINT_DELETE + 1)
    assert ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"][0]["State"] == "deleted"


def test_the_same_token_gives_the_same_endpoint_and_begins_nothing_anew(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    net = network(account)
    params: dict[str, Any] = {
        "VpcId": net.vpc,
        "ServiceName": SERVICE,
        "VpcEndpointType": "Interface",
        "SubnetIds": net.subnets,
    }
    params |= {"ClientToken": "once", "PrivateDnsEnabled": False}
    ec2 = account.client("ec2")
    first = ec2.create_vpc_endpoint(**params)["VpcEndpoint"]
    account.advance(durations.VPC_ENDPOINT_CREATE + 1)
    again = ec2.create_vpc_endpoint(**params)["VpcEndpoint"]
    assert (again["VpcEndpointId"], again["State"]) == (first["VpcEndpointId"], "available")


@pytest.mark.parametrize("named", ["Name", "ARN"])
def test_a_secrets_name_is_free_some_seconds_after_its_forced_deletion(account: LifelikeAccount, named: str) -> None:
    account.manners.set({"pace": 1})
    secrets = account.client("secretsmanager")
    made = secrets.create_secret(Name="stack/db", SecretString="{}")
    secrets.delete_secret(SecretId=made[named], ForceDeleteWithoutRecovery=True)
    assert code_of(secrets.create_secret, Name="stack/db", SecretString="{}") == "InvalidRequestException"
    account.advance(durations.SECRET_NAME_FREE + 1)
    assert code_of(secrets.create_secret, Name="stack/db", SecretString="{}") == ""
