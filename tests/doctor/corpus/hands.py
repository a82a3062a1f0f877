"""What several entries do by hand."""

from __future__ import annotations

import json
from typing import Any

from tests.doctor.world import Aws

DENY: dict[str, Any] = {"Protocol": "6", "RuleAction": "deny", "RuleNumber": 50}


def shut(aws: Aws, key: str, *, egress: bool, port: int | None = None) -> None:
    """Take all rules of one side (or those for `port`) out of a group of the stack."""
    [group] = aws.ec2.describe_security_groups(GroupIds=[aws.ids[f"group.{key}"]])["SecurityGroups"]
    side = group["IpPermissionsEgress" if egress else "IpPermissions"]
    rules = [one for one in side if port is None or one.get("FromPort") == port]
    assert rules
    revoke = aws.ec2.revoke_security_group_egress if egress else aws.ec2.revoke_security_group_ingress
    revoke(GroupId=group["GroupId"], IpPermissions=rules)


def deny(aws: Aws, subnets: list[str], *, egress: bool, ports: tuple[int, int], cidr: str = "0.0.0.0/0") -> None:
    """Put the subnets under a network ACL of their own, which lets everything pass but that."""
    vpc = aws.ids["vpc"]
    acl = aws.ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for side in (True, False):
        aws.ec2.create_network_acl_entry(
            NetworkAclId=acl, Egress=side, Protocol="-1", RuleAction="allow", RuleNumber=100, CidrBlock="0.0.0.0/0"
        )
    between = {"From": ports[0], "To": ports[1]}
    aws.ec2.create_network_acl_entry(NetworkAclId=acl, Egress=egress, CidrBlock=cidr, PortRange=between, **DENY)
    for one in aws.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]:
        for joined in one["Associations"]:
            if joined["SubnetId"] in subnets:
                association = joined["NetworkAclAssociationId"]
                aws.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)


def private(aws: Aws) -> list[str]:
    return [aws.ids["subnet.private-a"], aws.ids["subnet.private-b"]]


def variables(aws: Aws, **changed: str | None) -> None:
    """Change the function's environment; None takes a variable away."""
    name = aws.names.function
    have = aws.awslambda.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    wanted = {key: value for key, value in {**have, **changed}.items() if value is not None}
    aws.awslambda.update_function_configuration(FunctionName=name, Environment={"Variables": wanted})


def rewrite(aws: Aws, **changed: str | None) -> None:
    """Change the secret's JSON; None takes a key away."""
    name = aws.names.secret
    have = json.loads(aws.secretsmanager.get_secret_value(SecretId=name)["SecretString"])
    wanted = {key: value for key, value in {**have, **changed}.items() if value is not None}
    aws.secretsmanager.put_secret_value(SecretId=name, SecretString=json.dumps(wanted))


def permit(aws: Aws, whose: str, *statements: dict[str, Any]) -> None:
    """Give a role of the stack one more inline policy."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    aws.iam.put_role_policy(RoleName=aws.names.role(whose), PolicyName="more", PolicyDocument=json.dumps(document))


def without(aws: Aws, whose: str, action: str) -> None:
    """Take every statement that names the action out of a role's own policies."""
    role = aws.names.role(whose)
    for name in aws.iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = aws.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        kept = [one for one in document["Statement"] if action not in one["Action"]]
        changed = json.dumps({**document, "Statement": kept or [NOTHING]})
        aws.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=changed)


NOTHING = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}


def trust(aws: Aws, whose: str, service: str) -> None:
    """Let another service take a role instead."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.iam.update_assume_role_policy(RoleName=aws.names.role(whose), PolicyDocument=document)


def lose(aws: Aws, whose: str) -> None:
    """Delete a role with its policies."""
    role = aws.names.role(whose)
    for name in aws.iam.list_role_policies(RoleName=role)["PolicyNames"]:
        aws.iam.delete_role_policy(RoleName=role, PolicyName=name)
    aws.iam.delete_role(RoleName=role)


def undeny(aws: Aws) -> None:
    """Give all subnets back to the VPC's default ACL."""
    acls = aws.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [aws.ids["vpc"]]}])["NetworkAcls"]
    default = next(one["NetworkAclId"] for one in acls if one["IsDefault"])
    for one in acls:
        for joined in one["Associations"] if not one["IsDefault"] else ():
            association = joined["NetworkAclAssociationId"]
            aws.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=default)
        if not one["IsDefault"]:
            aws.ec2.delete_network_acl(NetworkAclId=one["NetworkAclId"])
