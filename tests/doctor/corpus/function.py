"""The function, what it is told, and its role."""

from __future__ import annotations

from tests.doctor.corpus import fault
from tests.doctor.corpus.hands import lose, permit, rewrite, trust, variables, without
from tests.doctor.world import Aws


@fault("function.missing")
def the_function_is_gone(aws: Aws) -> None:
    aws.awslambda.delete_function(FunctionName=aws.names.function)


@fault("function.stopped")
def the_function_may_not_run_at_all(aws: Aws) -> None:
    aws.awslambda.put_function_concurrency(FunctionName=aws.names.function, ReservedConcurrentExecutions=0)


@fault("function.handler")
def the_handler_has_another_name(aws: Aws) -> None:
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, Handler="app.main")


@fault("function.timeout", severity="risks", proxy=False)
def the_function_may_run_for_three_seconds(aws: Aws) -> None:
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, Timeout=3)


@fault("function.runtime", severity="risks")
def the_runtime_is_no_longer_supported(aws: Aws) -> None:
    aws.awslambda.update_function_configuration(FunctionName=aws.names.function, Runtime="python3.10")


@fault("function.variable")
def the_address_is_not_told(aws: Aws) -> None:
    variables(aws, DB_ENDPOINT_ADDRESS=None)


@fault("function.variable")
def the_secret_is_not_told(aws: Aws) -> None:
    variables(aws, DB_SECRET_ARN=None)


@fault("function.address")
def the_address_is_of_a_database_that_is_gone(aws: Aws) -> None:
    variables(aws, DB_ENDPOINT_ADDRESS="former.abc123.eu-west-1.rds.amazonaws.com")


@fault("function.past-proxy", severity="risks", proxy=True)
def the_function_goes_past_the_proxy(aws: Aws) -> None:
    [database] = aws.rds.describe_db_instances(DBInstanceIdentifier=aws.names.database)["DBInstances"]
    variables(aws, DB_ENDPOINT_ADDRESS=database["Endpoint"]["Address"])


@fault("function.port")
def the_port_is_another_engines(aws: Aws) -> None:
    variables(aws, DB_PORT="3306")


@fault("function.database-name")
def the_database_is_another(aws: Aws) -> None:
    variables(aws, DB_NAME="shop")


@fault("function.secret")
def the_secret_is_another(aws: Aws) -> None:
    value = '{"username": "postgres", "password": "not-a-real-one"}'
    made = aws.secretsmanager.create_secret(Name="somebody/else", SecretString=value)
    variables(aws, DB_SECRET_ARN=made["ARN"])


@fault("role.missing")
def the_functions_role_is_gone(aws: Aws) -> None:
    lose(aws, "function")


@fault("role.trust")
def another_service_may_take_the_functions_role(aws: Aws) -> None:
    trust(aws, "function", "ec2.amazonaws.com")


@fault("secret.denied")
def the_role_may_not_read_the_secret(aws: Aws) -> None:
    without(aws, "function", "secretsmanager:GetSecretValue")


@fault("secret.denied")
def the_role_is_denied_the_secret(aws: Aws) -> None:
    permit(aws, "function", {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"})


@fault("secret.denied")
def the_role_may_read_the_secret_of_before(aws: Aws) -> None:
    without(aws, "function", "secretsmanager:GetSecretValue")
    former = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{aws.names.secret}-AbCdEf"
    permit(aws, "function", {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": former})


@fault("secret.denied")
def a_boundary_keeps_the_role_from_the_secret(aws: Aws) -> None:
    document = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ec2:*", "logs:*"], "Resource": "*"}]}'
    )
    made = aws.iam.create_policy(PolicyName="limit", PolicyDocument=document)["Policy"]["Arn"]
    aws.iam.put_role_permissions_boundary(RoleName=aws.names.role("function"), PermissionsBoundary=made)


@fault("role.interfaces", severity="risks")
def the_role_may_make_no_interfaces(aws: Aws) -> None:
    without(aws, "function", "ec2:CreateNetworkInterface")


@fault("role.logs", severity="risks")
def the_role_may_not_write_its_log(aws: Aws) -> None:
    without(aws, "function", "logs:PutLogEvents")


@fault("secret.user")
def the_user_is_another(aws: Aws) -> None:
    rewrite(aws, username="reader")
