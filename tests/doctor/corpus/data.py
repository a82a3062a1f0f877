"""The secret, the proxy and the database."""

from __future__ import annotations

import json

from tests.doctor.corpus import fault
from tests.doctor.corpus.hands import lose, rewrite, trust, without
from tests.doctor.world import Aws


@fault("secret.missing")
def the_secret_is_gone(aws: Aws) -> None:
    aws.secretsmanager.delete_secret(SecretId=aws.names.secret, ForceDeleteWithoutRecovery=True)


@fault("secret.deleting")
def the_secret_waits_for_its_deletion(aws: Aws) -> None:
    aws.secretsmanager.delete_secret(SecretId=aws.names.secret, RecoveryWindowInDays=7)


@fault("secret.content")
def the_secret_is_a_bare_password(aws: Aws) -> None:
    aws.secretsmanager.put_secret_value(SecretId=aws.names.secret, SecretString="not-a-real-one")


@fault("secret.content")
def the_secret_has_no_password(aws: Aws) -> None:
    rewrite(aws, password=None)


@fault("secret.content")
def the_secret_calls_the_user_otherwise(aws: Aws) -> None:
    rewrite(aws, username=None, user="postgres")


@fault("secret.host", severity="risks")
def the_secret_names_another_host(aws: Aws) -> None:
    rewrite(aws, host="former.abc123.eu-west-1.rds.amazonaws.com")


@fault("secret.rotation", severity="risks")
def a_rotation_of_the_secret_has_stopped_half_way(aws: Aws) -> None:
    value = '{"username": "postgres", "password": "not-a-real-one"}'
    aws.secretsmanager.put_secret_value(SecretId=aws.names.secret, SecretString=value, VersionStages=["AWSPENDING"])


@fault("secret.denied")
def the_secrets_own_policy_denies_everybody(aws: Aws) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.secretsmanager.put_resource_policy(SecretId=aws.names.secret, ResourcePolicy=document)


@fault("proxy.missing", proxy=True)
def the_proxy_is_gone(aws: Aws) -> None:
    aws.rds.delete_db_proxy(DBProxyName=aws.names.proxy)


@fault("proxy.target", proxy=True)
def the_proxy_has_no_target(aws: Aws) -> None:
    aws.rds.deregister_db_proxy_targets(
        DBProxyName=aws.names.proxy, TargetGroupName="default", DBInstanceIdentifiers=[aws.names.database]
    )


@fault("proxy.auth", proxy=True)
def the_proxy_has_another_secret(aws: Aws) -> None:
    value = '{"username": "postgres", "password": "not-a-real-one"}'
    made = aws.secretsmanager.create_secret(Name="somebody/else", SecretString=value)
    auth = {"AuthScheme": "SECRETS", "IAMAuth": "DISABLED", "SecretArn": made["ARN"]}
    aws.rds.modify_db_proxy(DBProxyName=aws.names.proxy, Auth=[auth])


@fault("proxy.iam", proxy=True)
def the_proxy_wants_iam_tokens(aws: Aws) -> None:
    arn = aws.secretsmanager.describe_secret(SecretId=aws.names.secret)["ARN"]
    auth = {"AuthScheme": "SECRETS", "IAMAuth": "REQUIRED", "SecretArn": arn}
    aws.rds.modify_db_proxy(DBProxyName=aws.names.proxy, Auth=[auth])


@fault("proxy.tls", severity="risks", proxy=True)
def the_proxy_takes_plain_connections(aws: Aws) -> None:
    aws.rds.modify_db_proxy(DBProxyName=aws.names.proxy, RequireTLS=False)


@fault("proxy.denied", proxy=True)
def the_proxys_role_may_not_read_the_secret(aws: Aws) -> None:
    without(aws, "proxy", "secretsmanager:GetSecretValue")


@fault("proxy.trust", proxy=True)
def another_service_may_take_the_proxys_role(aws: Aws) -> None:
    trust(aws, "proxy", "lambda.amazonaws.com")


@fault("proxy.role", proxy=True)
def the_proxys_role_is_gone(aws: Aws) -> None:
    lose(aws, "proxy")


@fault("proxy.patience", severity="risks", proxy=True)
def the_proxy_lets_wait_longer_than_the_function_runs(aws: Aws) -> None:
    aws.rds.modify_db_proxy_target_group(
        DBProxyName=aws.names.proxy,
        TargetGroupName="default",
        ConnectionPoolConfig={"MaxConnectionsPercent": 90, "ConnectionBorrowTimeout": 300},
    )


@fault("database.missing", proxy=False)
def the_database_is_gone(aws: Aws) -> None:
    aws.rds.modify_db_instance(DBInstanceIdentifier=aws.names.database, DeletionProtection=False)
    aws.rds.delete_db_instance(DBInstanceIdentifier=aws.names.database, SkipFinalSnapshot=True)


@fault("database.state")
def the_database_is_stopped(aws: Aws) -> None:
    aws.rds.stop_db_instance(DBInstanceIdentifier=aws.names.database)


@fault("database.tls", severity="risks")
def the_database_takes_plain_connections(aws: Aws) -> None:
    parameter = {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
    aws.rds.modify_db_parameter_group(DBParameterGroupName=aws.names.parameter_group("17"), Parameters=[parameter])


@fault("database.public", severity="risks")
def the_database_is_on_the_internet(aws: Aws) -> None:
    aws.rds.modify_db_instance(DBInstanceIdentifier=aws.names.database, PubliclyAccessible=True)


@fault("connections.budget", severity="risks", proxy=False)
def more_environments_than_connections(aws: Aws) -> None:
    parameter = {"ParameterName": "max_connections", "ParameterValue": "20", "ApplyMethod": "pending-reboot"}
    aws.rds.modify_db_parameter_group(DBParameterGroupName=aws.names.parameter_group("17"), Parameters=[parameter])
    aws.awslambda.put_function_concurrency(FunctionName=aws.names.function, ReservedConcurrentExecutions=50)
