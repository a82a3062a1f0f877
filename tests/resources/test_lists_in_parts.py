"""A list that comes in parts, the first of them empty: AWS may end a page early, and what matters is whether it says
that there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from provision.aws.local.wire import Answer, Call
from tests.resources.harness import NAME, REGION
from tests.resources.whole import Whole

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}'
ROLE = f"{NAME}-{REGION}-proxy"


@contextmanager
def empty_at_first(stack: Whole, name: str, items: str, token: str, **more: bool) -> Iterator[None]:
    """The first page of the call `name`, such as `iam:ListRolePolicies`, has none of its `items`."""

    rest: list[Answer] = []

    def part(call: Call, following: Callable[[Call], Answer]) -> Answer:
        if call.name != name:
            return following(call)
        if "rest" in {call.params.get("Marker"), call.params.get("nextToken")}:
            return rest.pop()
        rest.append(following(call))
        return call.answer({**call.result(rest[-1]), items: [], token: "rest", **more})

    stack.here.aws.around.append(part)
    yield
    stack.here.aws.around.remove(part)


def test_a_log_group_on_a_later_page_is_there(stack: Whole) -> None:
    with empty_at_first(stack, "logs:DescribeLogGroups", "logGroups", "nextToken"):
        assert stack.differing() == {}


def test_a_policy_on_a_later_page_is_drift(stack: Whole) -> None:
    iam = stack.account.outside("iam")
    iam.put_role_policy(RoleName=ROLE, PolicyName="theirs", PolicyDocument=POLICY)
    with empty_at_first(stack, "iam:ListRolePolicies", "PolicyNames", "Marker", IsTruncated=True):
        assert stack.differing() == {"role.proxy": ["policy theirs"]}
        stack.up()
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"] == ["provision"]


def test_a_role_goes_with_the_policies_on_later_pages(stack: Whole) -> None:
    iam = stack.account.outside("iam")
    policy = iam.create_policy(PolicyName="theirs", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=policy)
    with (
        empty_at_first(stack, "iam:ListRolePolicies", "PolicyNames", "Marker", IsTruncated=True),
        empty_at_first(stack, "iam:ListAttachedRolePolicies", "AttachedPolicies", "Marker", IsTruncated=True),
    ):
        stack.account.down([stack.steps()["role.proxy"]])
    assert ROLE not in [role["RoleName"] for role in iam.list_roles()["Roles"]]
    iam.delete_policy(PolicyArn=policy)
