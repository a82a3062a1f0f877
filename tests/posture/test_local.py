"""What the local AWS knows of the parts that watch, with AWS's reasons for refusing."""

from __future__ import annotations

import json
from typing import Any

from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of, database, network, role, subnet_group, text_of
from tests.policies import trust
from tests.served import REGION

ACCOUNT = "123456789012"
MONITORING = "monitoring.rds.amazonaws.com"


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def writer(account: LifelikeAccount, service: str, source: str, action: str = "logs:PutLogEvents") -> str:
    """A role that writes logs on behalf of `source`."""
    iam = account.client("iam")
    arn = role(account, "writer", service.removesuffix(".amazonaws.com"))
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": source}}
    statement = {**trust("lambda")["Statement"][0], "Principal": {"Service": service}, "Condition": condition}
    iam.update_assume_role_policy(RoleName="writer", PolicyDocument=document(statement))
    allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
    iam.put_role_policy(RoleName="writer", PolicyName="own", PolicyDocument=document(allow))
    return arn


def flow_log(account: LifelikeAccount, vpc: str, arn: str) -> dict[str, Any]:
    ec2 = account.client("ec2")
    return dict(
        ec2.create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[vpc],
            TrafficType="ALL",
            LogGroupName="flows",
            DeliverLogsPermissionArn=arn,
            ClientToken="once",
            TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "a", "Value": "b"}]}],
        )
    )


def test_a_flow_log_is_made_once_for_a_token_and_ends_with_its_vpc(account: LifelikeAccount) -> None:
    ec2 = account.client("ec2")
    account.client("logs").create_log_group(logGroupName="flows")
    arn = writer(account, "vpc-flow-logs.amazonaws.com", f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-flow-log/*")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    first = flow_log(account, vpc, arn)["FlowLogIds"]
    assert flow_log(account, vpc, arn)["FlowLogIds"] == first
    told = ec2.describe_flow_logs(Filter=[{"Name": "tag:a", "Values": ["b"]}])["FlowLogs"]
    assert [(one["FlowLogId"], one["DeliverLogsStatus"]) for one in told] == [(first[0], "SUCCESS")]
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_flow_logs()["FlowLogs"] == []


def test_a_flow_log_whose_role_is_for_others_delivers_nothing(account: LifelikeAccount) -> None:
    ec2 = account.client("ec2")
    account.client("logs").create_log_group(logGroupName="flows")
    arn = writer(account, "vpc-flow-logs.amazonaws.com", f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/*")
    flow_log(account, ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"], arn)
    told = ec2.describe_flow_logs()["FlowLogs"][0]
    assert (told["DeliverLogsStatus"], told["DeliverLogsErrorMessage"]) == ("FAILED", "Access error")


def test_enhanced_monitoring_wants_a_role_that_may_write_for_this_database(account: LifelikeAccount) -> None:
    net = network(account)
    subnet_group(account, net)
    arn = writer(account, MONITORING, f"arn:aws:rds:{REGION}:{ACCOUNT}:db:one")
    rds = account.client("rds")
    database(account, net, DBInstanceIdentifier="one", MonitoringInterval=60, MonitoringRoleArn=arn)
    asked = {"DBInstanceIdentifier": "two", "MonitoringInterval": 60, "MonitoringRoleArn": arn}
    assert code_of(database, account=account, net=net, **asked) == "InvalidParameterValue"
    assert "ENHANCED_MONITORING" in text_of(database, account=account, net=net, **asked)
    account.engines_ready()
    told = rds.describe_db_instances(DBInstanceIdentifier="one")["DBInstances"][0]
    assert "log-group:RDSOSMetrics" in told["EnhancedMonitoringResourceArn"]
    pages = rds.get_paginator("describe_certificates").paginate(CertificateIdentifier=told["CACertificateIdentifier"])
    assert [one["ValidTill"].year for page in pages for one in page["Certificates"]] == [2061]
    assert told["CertificateDetails"]["CAIdentifier"] == told["CACertificateIdentifier"]


def test_a_function_is_refused_a_role_that_is_for_another_account(account: LifelikeAccount) -> None:
    from tests.manners.stack import function

    arn = role(account)
    statement = {
        **trust("lambda")["Statement"][0],
        "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}},
    }
    account.client("iam").update_assume_role_policy(RoleName="role", PolicyDocument=document(statement))
    assert "cannot be assumed" in text_of(function, account=account, arn=arn)


def test_the_secrets_own_policy_keeps_the_caller_out(account: LifelikeAccount) -> None:
    secrets = account.client("secretsmanager")
    arn = secrets.create_secret(Name="one", SecretString="{}")["ARN"]
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
    }
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(deny))
    assert code_of(secrets.get_secret_value, SecretId=arn) == "AccessDeniedException"
    assert code_of(secrets.describe_secret, SecretId=arn) == ""
