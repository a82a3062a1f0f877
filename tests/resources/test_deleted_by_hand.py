"""Each thing deleted by hand: a look says that it is not there, `up` makes it and all that leaned on it again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.resources.by_hand.function import of_environment
from tests.resources.whole import Whole

Outside = Callable[[str], Any]
Delete = Callable[[Outside, dict[str, str]], object]


def role(key: str) -> Delete:
    def delete(aws: Outside, ids: dict[str, str]) -> None:
        iam = aws("iam")
        for name in iam.list_role_policies(RoleName=ids[key])["PolicyNames"]:
            iam.delete_role_policy(RoleName=ids[key], PolicyName=name)
        iam.delete_role(RoleName=ids[key])

    return delete


def target(aws: Outside, ids: dict[str, str]) -> None:
    aws("rds").deregister_db_proxy_targets(DBProxyName=ids["proxy"], DBInstanceIdentifiers=[ids["database"]])


def database(aws: Outside, ids: dict[str, str]) -> None:
    target(aws, ids)
    aws("rds").delete_db_instance(DBInstanceIdentifier=ids["database"], SkipFinalSnapshot=True)


def table(aws: Outside, ids: dict[str, str]) -> None:
    told = aws("ec2").describe_route_tables(RouteTableIds=[ids["table.private-a"]])["RouteTables"][0]
    for one in told["Associations"]:
        aws("ec2").disassociate_route_table(AssociationId=one["RouteTableAssociationId"])
    aws("ec2").delete_route_table(RouteTableId=ids["table.private-a"])


def gateway(aws: Outside, ids: dict[str, str]) -> None:
    aws("ec2").delete_nat_gateway(NatGatewayId=ids["nat.b"])
    aws("ec2").release_address(AllocationId=ids["address.nat-b"])


DELETED: dict[str, tuple[set[str], Delete]] = {
    "proxy": (
        {"proxy", "proxy.pool", "proxy.target"},
        lambda aws, ids: aws("rds").delete_db_proxy(DBProxyName=ids["proxy"]),
    ),
    "target": ({"proxy.target"}, target),
    "database": ({"database", "proxy.target"}, database),
    "function": (
        {"function", "function.endpoint"},
        lambda aws, ids: aws("lambda").delete_function(FunctionName=ids["function"]),
    ),
    "rotation function": (
        {"rotation.function", "rotation.permission"},
        lambda aws, ids: aws("lambda").delete_function(FunctionName=ids["rotation.function"]),
    ),
    "log group": ({"function.logs"}, lambda aws, ids: aws("logs").delete_log_group(logGroupName=ids["function.logs"])),
    "role": ({"role.function"}, role("role.function")),
    "secret": (
        {"secret", "secret.connection", "secret.rotation"},
        lambda aws, ids: aws("secretsmanager").delete_secret(SecretId=ids["secret"], ForceDeleteWithoutRecovery=True),
    ),
    "table": ({"table.private-a", "route.private-a"}, table),
    "gateway": ({"nat.b", "address.nat-b"}, gateway),
    "rotation": (
        {"secret.rotation"},
        lambda aws, ids: aws("secretsmanager").cancel_rotate_secret(SecretId=ids["secret"]),
    ),
    "rotation's right": (
        {"rotation.permission"},
        lambda aws, ids: aws("lambda").remove_permission(
            FunctionName=ids["rotation.function"], StatementId=ids["rotation.permission"]
        ),
    ),
    "endpoint": (
        {"endpoint.secretsmanager"},
        lambda aws, ids: aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[ids["endpoint.secretsmanager"]]),
    ),
}


ROUNDS = {
    "the target": ["target"],
    "the database": ["database"],
    "the rotation": ["rotation"],
    "the rotation's right": ["rotation's right"],
    "all that can go at once": [
        what for what in DELETED if what not in ("target", "database", "rotation", "rotation's right")
    ],
}


@pytest.mark.parametrize("name", ROUNDS)
def test_what_was_deleted_by_hand_is_made_again(stack: Whole, name: str) -> None:
    ids = stack.account.ids()
    absent: set[str] = set()
    for what in ROUNDS[name]:
        keys, delete = DELETED[what]
        delete(stack.account.outside, ids)
        absent |= keys
    differing = stack.differing()
    stack.up()
    assert {key for key, fields in differing.items() if fields == ["absent"]} == absent
    assert stack.differing() == {}
    assert stack.census() == stack.pristine


def test_a_function_whose_role_was_made_again_is_made_again_too(stack: Whole) -> None:
    """It could not decrypt its variables any more, the user's own among them."""
    ids, aws = stack.account.ids(), stack.account.outside
    of_environment(MINE="42")(aws, ids)
    role("role.function")(aws, ids)
    stack.up()
    assert {"DeleteFunction", "CreateRole", "CreateFunction"} <= set(stack.account.sent)
    assert of_variables(aws, ids)["MINE"] == "42"
    of_environment(MINE=None)(aws, ids)
    assert stack.differing() == {}
    assert stack.census() == stack.pristine


def test_the_function_goes_through_the_proxy_once_its_target_is_healthy(stack: Whole) -> None:
    account, ids = stack.account, stack.account.ids()
    of_environment(DB_ENDPOINT_ADDRESS="x")(account.outside, ids)
    healthy, switched = account.clock.now() + 90, []

    def capacity(told: dict[str, Any]) -> None:
        if account.clock.now() < healthy:
            told["Targets"][0]["TargetHealth"] = {"State": "UNAVAILABLE", "Reason": "PENDING_PROXY_CAPACITY"}

    account.rewrite("DescribeDBProxyTargets", capacity)
    account.rewrite("UpdateFunctionConfiguration", lambda _: switched.append(account.clock.now()))
    assert stack.look()["proxy.target"].verb == "wait"
    stack.up()
    assert len(switched) == 1
    assert switched[0] >= healthy


def of_variables(aws: Outside, ids: dict[str, str]) -> dict[str, str]:
    told = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]
    return dict(told["Environment"]["Variables"])
