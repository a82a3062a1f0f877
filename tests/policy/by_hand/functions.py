"""The function, its log group, and what Lambda leaves of it."""

from __future__ import annotations

import json

from tests.bench.answering import Function
from tests.crash.account import greeting
from tests.policies import trust
from tests.policy.by_hand.found import FUNCTION, STACK, tagged
from tests.stage import REGION, Stage
from tests.zipped import zipped


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


def function_that_answers(stage: Stage) -> None:
    """As the handler does when it is measured."""
    function = Function()
    stage.account.invoked = lambda call: function.answer(call, lambda _: greeting(call))


def no_logs(stage: Stage) -> None:
    stage.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{FUNCTION}")


def no_function(stage: Stage) -> None:
    stage.client("lambda").delete_function(FunctionName=FUNCTION)


def no_concurrency(stage: Stage) -> None:
    stage.client("lambda").put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=0)


def neighbours(stage: Stage) -> None:
    """Of a stack whose name begins like ours."""
    stage.client("logs").create_log_group(logGroupName=f"/aws/lambda/{STACK}-two-function")
    role = stage.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(trust("lambda")))[
        "Role"
    ]["Arn"]
    stage.client("lambda").create_function(
        FunctionName=f"{STACK}-two-function",
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": zipped()},
    )


def leftover(stage: Stage, of: str = "function") -> None:
    """What Lambda leaves behind of a function that somebody deleted."""
    subnet = tagged(stage, "subnets", "Subnets")["subnet.private-a"]["SubnetId"]
    group = tagged(stage, "security_groups", "SecurityGroups")[f"group.{of}"]["GroupId"]
    stage.client("ec2").create_network_interface(
        SubnetId=subnet,
        Groups=[group],
        Description=f"AWS Lambda VPC ENI-{STACK}-{of}-0a1b2c3d-0000-0000-0000-000000000000",
    )


def leftover_of_rotation(stage: Stage) -> None:
    leftover(stage, "rotation")
