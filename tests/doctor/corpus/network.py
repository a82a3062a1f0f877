"""The function's place in the network, and its ways out of it and through it."""

from __future__ import annotations

import json

from tests.doctor.corpus import fault
from tests.doctor.corpus.hands import deny, private, shut
from tests.doctor.world import Aws

HTTPS, POSTGRES = (443, 443), (5432, 5432)
ANSWERS = (1024, 65535)


@fault("network.none")
def the_function_is_in_no_vpc(aws: Aws) -> None:
    nowhere: dict[str, list[str]] = {"SubnetIds": [], "SecurityGroupIds": []}
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, VpcConfig=nowhere)


@fault("network.apart")
def the_function_is_in_another_vpc(aws: Aws) -> None:
    vpc = aws.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = aws.ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    group = aws.ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    there = {"SubnetIds": [subnet], "SecurityGroupIds": [group]}
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, VpcConfig=there)


@fault("dns.support")
def no_name_can_be_looked_up(aws: Aws) -> None:
    aws.ec2.modify_vpc_attribute(VpcId=aws.ids["vpc"], EnableDnsSupport={"Value": False})


@fault("dns.hostnames", egress="endpoint")
def the_vpc_gives_no_host_names(aws: Aws) -> None:
    aws.ec2.modify_vpc_attribute(VpcId=aws.ids["vpc"], EnableDnsHostnames={"Value": False})


@fault("group.function-internet.egress", egress="nat")
def the_function_may_not_go_out(aws: Aws) -> None:
    shut(aws, "function", egress=True, port=443)


@fault("route.none", egress="nat")
def a_private_table_has_no_default_route(aws: Aws) -> None:
    aws.ec2.delete_route(RouteTableId=aws.ids["table.private-b"], DestinationCidrBlock="0.0.0.0/0")


@fault("route.none", egress="nat")
def a_subnet_has_lost_its_table(aws: Aws) -> None:
    [table] = aws.ec2.describe_route_tables(RouteTableIds=[aws.ids["table.private-a"]])["RouteTables"]
    joined = next(one for one in table["Associations"] if one.get("SubnetId"))
    aws.ec2.disassociate_route_table(AssociationId=joined["RouteTableAssociationId"])


@fault("route.internet-gateway", egress="nat")
def a_private_subnet_leads_to_the_internet_gateway(aws: Aws) -> None:
    aws.ec2.replace_route(
        RouteTableId=aws.ids["table.private-a"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=aws.ids["internet-gateway"],
    )


@fault("route.blackhole", egress="nat")
def the_nat_gateway_is_gone(aws: Aws) -> None:
    aws.ec2.delete_nat_gateway(NatGatewayId=aws.ids["nat.a"])


@fault("nat.no-internet", egress="nat")
def the_public_table_has_no_default_route(aws: Aws) -> None:
    aws.ec2.delete_route(RouteTableId=aws.ids["table.public"], DestinationCidrBlock="0.0.0.0/0")


@fault("acl.function-internet", egress="nat")
def an_acl_lets_nothing_out_on_443(aws: Aws) -> None:
    deny(aws, private(aws), egress=True, ports=HTTPS)


@fault("acl.function-internet", egress="nat")
def an_acl_keeps_the_answers_from_the_nat_gateway(aws: Aws) -> None:
    deny(aws, [aws.ids["subnet.public-a"]], egress=False, ports=ANSWERS)


@fault("egress.none", egress="endpoint")
def the_endpoint_is_gone(aws: Aws) -> None:
    aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[aws.ids["endpoint.secretsmanager"]])


@fault("endpoint.private-dns", egress="endpoint")
def the_name_does_not_lead_to_the_endpoint(aws: Aws) -> None:
    aws.ec2.modify_vpc_endpoint(VpcEndpointId=aws.ids["endpoint.secretsmanager"], PrivateDnsEnabled=False)


@fault("endpoint.policy", egress="endpoint")
def the_endpoints_policy_is_for_another_service(aws: Aws) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.ec2.modify_vpc_endpoint(VpcEndpointId=aws.ids["endpoint.secretsmanager"], PolicyDocument=document)


@fault("group.function-endpoint.ingress", egress="endpoint")
def the_endpoints_door_is_shut(aws: Aws) -> None:
    shut(aws, "endpoint", egress=False)


@fault("group.function-endpoint.egress", egress="endpoint")
def the_function_may_not_go_to_the_endpoint(aws: Aws) -> None:
    shut(aws, "function", egress=True, port=443)


@fault("acl.function-endpoint", egress="endpoint")
def an_acl_stops_443_between_the_subnets(aws: Aws) -> None:
    deny(aws, private(aws), egress=False, ports=HTTPS, cidr="10.0.0.0/16")


@fault("group.function-database.egress", proxy=False)
def the_function_may_not_go_to_the_database(aws: Aws) -> None:
    shut(aws, "function", egress=True, port=5432)


@fault("group.function-database.ingress", proxy=False)
def the_databases_door_is_shut(aws: Aws) -> None:
    shut(aws, "database", egress=False)


@fault("group.other.database")
def the_database_has_another_group(aws: Aws) -> None:
    group = aws.ec2.create_security_group(GroupName="other", Description="other", VpcId=aws.ids["vpc"])["GroupId"]
    aws.rds.modify_db_instance(DBInstanceIdentifier=aws.names.database, VpcSecurityGroupIds=[group])


@fault("group.function-database.ingress", proxy=False)
def the_databases_door_is_for_another_port(aws: Aws) -> None:
    shut(aws, "database", egress=False)
    pair = [{"GroupId": aws.ids["group.function"]}]
    rule = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "UserIdGroupPairs": pair}
    aws.ec2.authorize_security_group_ingress(GroupId=aws.ids["group.database"], IpPermissions=[rule])


@fault("group.other.function")
def the_function_has_the_databases_group(aws: Aws) -> None:
    there = {"SubnetIds": private(aws), "SecurityGroupIds": [aws.ids["group.database"]]}
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, VpcConfig=there)


@fault("acl.function-database", proxy=False)
def an_acl_stops_5432_on_the_way_in(aws: Aws) -> None:
    deny(aws, private(aws), egress=False, ports=POSTGRES)


@fault("acl.function-database", proxy=False, egress="nat")
def an_acl_stops_the_answers_of_the_database(aws: Aws) -> None:
    deny(aws, [aws.ids["subnet.private-a"]], egress=True, ports=ANSWERS, cidr="10.0.1.0/24")


@fault("acl.function-proxy", proxy=True)
def an_acl_stops_5432_between_function_and_proxy(aws: Aws) -> None:
    deny(aws, private(aws), egress=True, ports=POSTGRES)


@fault("group.function-proxy.egress", proxy=True)
def the_function_may_not_go_to_the_proxy(aws: Aws) -> None:
    shut(aws, "function", egress=True, port=5432)


@fault("group.function-proxy.ingress", proxy=True)
def the_proxys_door_is_shut(aws: Aws) -> None:
    shut(aws, "proxy", egress=False)


@fault("group.proxy-database.egress", proxy=True)
def the_proxy_may_not_go_to_the_database(aws: Aws) -> None:
    shut(aws, "proxy", egress=True)


@fault("group.proxy-database.ingress", proxy=True)
def the_database_does_not_let_the_proxy_in(aws: Aws) -> None:
    shut(aws, "database", egress=False)
