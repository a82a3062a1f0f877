"""Each property that we set, changed by hand: a look names it, `up` brings back just that."""

import json
from dataclasses import replace
from typing import Any

import pytest

from provision.errors import CannotChange, Failed
from tests.resources.by_hand.database import DATABASE, PROXY
from tests.resources.by_hand.function import FUNCTION, of_environment
from tests.resources.by_hand.network import NETWORK
from tests.resources.by_hand.rights import RIGHTS
from tests.resources.by_hand.tagging import TAGS
from tests.resources.whole import USUAL, Whole

ONE_BY_ONE = {
    "a stopped database": {"stopped": DATABASE.pop("stopped")},
    "what is gone": {name: table.pop(name) for table, name in ((RIGHTS, "the policy gone"), (FUNCTION, "retention"))},
    "a secret on its way out": {"the secret's deletion": RIGHTS.pop("the secret's deletion")},
}
"""Rounds of their own, because they are about what another change is about, too."""
ROUNDS = {
    "network": NETWORK,
    "database": DATABASE,
    "proxy": PROXY,
    "function": FUNCTION,
    "rights": RIGHTS,
    "tags": TAGS,
    **ONE_BY_ONE,
}

TAGGING = {"CreateTags", "AddTagsToResource", "TagResource", "TagRole"}


@pytest.mark.parametrize("name", ROUNDS)
def test_what_was_changed_by_hand_is_shown_and_repaired(stack: Whole, name: str) -> None:
    ids = stack.account.ids()
    expected: dict[str, set[str]] = {}
    leftovers = []
    for key, field, meddle in ROUNDS[name].values():
        leftovers.append(meddle(stack.account.outside, ids))
        expected.setdefault(key, set()).add(field)
    shown = {key: set(fields) for key, fields in stack.differing().items()}
    stack.up()
    if name == "tags":
        assert set(stack.account.sent) <= TAGGING, "nothing is detached, revoked or written anew for a tag"
    for clear in leftovers:
        if callable(clear):
            clear()
    assert shown == expected
    assert stack.differing() == {}
    assert stack.census() == stack.pristine
    stack.up()
    assert stack.account.sent == []


def test_what_is_the_users_own_stays(stack: Whole) -> None:
    """A variable, tags, an attached policy, storage that has grown, a minor version that AWS raised."""
    ids, aws = stack.account.ids(), stack.account.outside
    of_environment(MINE="42")(aws, ids)
    aws("ec2").create_tags(Resources=[ids["vpc"], ids["nat.a"]], Tags=[{"Key": "cost", "Value": "7"}])
    aws("iam").tag_role(RoleName=ids["role.function"], Tags=[{"Key": "cost", "Value": "7"}])
    policy = aws("iam").create_policy(PolicyName="bucket", PolicyDocument=json.dumps(READING))["Policy"]["Arn"]
    aws("iam").attach_role_policy(RoleName=ids["role.function"], PolicyArn=policy)
    grown = {"AllocatedStorage": 40, "EngineVersion": "17.99"}
    stack.account.rewrite("DescribeDBInstances", lambda told: told["DBInstances"][0].update(grown))
    assert stack.differing() == {}
    stack.up()
    assert stack.account.sent == []

    of_environment(DB_NAME="another")(aws, ids)  # ours is repaired, and his stays
    stack.up()
    seen = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]["Environment"]["Variables"]
    assert (seen["MINE"], seen["DB_NAME"]) == ("42", "cloudtechsimplified")
    of_environment(MINE=None)(aws, ids)
    aws("ec2").delete_tags(Resources=[ids["vpc"], ids["nat.a"]], Tags=[{"Key": "cost"}])
    aws("iam").untag_role(RoleName=ids["role.function"], TagKeys=["cost"])
    aws("iam").detach_role_policy(RoleName=ids["role.function"], PolicyArn=policy)


def test_a_variable_that_somebody_sets_while_ours_are_written_stays(stack: Whole) -> None:
    """Lambda replaces all of them at once, and says so where they are not the ones that were looked at."""
    ids, aws = stack.account.ids(), stack.account.outside
    of_environment(DB_NAME="another")(aws, ids)
    theirs = iter([of_environment(MINE="42")])

    def at_that_moment(_: dict[str, Any]) -> None:
        for meddle in theirs:
            meddle(aws, ids)

    stack.account.rewrite("GetFunction", at_that_moment)
    stack.up()
    seen = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]["Environment"]["Variables"]
    assert (seen["MINE"], seen["DB_NAME"]) == ("42", "cloudtechsimplified")
    of_environment(MINE=None)(aws, ids)


READING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}],
}
"""What the user's own code may need."""


IMMUTABLE: dict[str, dict[str, dict[str, Any]]] = {
    "database.engine_version": {"database": {"engine_version": "16"}},
    "database.username": {"database": {"username": "somebody"}},
    "database.name": {"database": {"name": "other"}},
    "database.port": {"database": {"port": 6543}},
    "network.cidr": {"network": {"cidr": "10.1.0.0/16"}},
    "network.zones": {"network": {"zones": ("us-east-1c", "us-east-1d")}},
}


def test_what_cannot_change_in_place_is_refused_by_its_name(stack: Whole) -> None:
    for name, changed in IMMUTABLE.items():
        ((room, values),) = changed.items()
        usual: Any = USUAL
        stack.settings = replace(usual, **{room: replace(getattr(usual, room), **values)})
        troubles = [look.trouble for look in stack.look().values() if look.trouble is not None]
        assert {(type(one), one.exit_code) for one in troubles} == {(CannotChange, 4)}, name
        assert any(name in str(one) for one in troubles), name
        assert all(one.hint for one in troubles)


def test_a_secret_that_somebody_made_something_else_of(stack: Whole) -> None:
    ids, secrets = stack.account.ids(), stack.account.outside("secretsmanager")
    whole = secrets.get_secret_value(SecretId=ids["secret"])["SecretString"]
    for value in ("Sesame", "[1]", '{"username": "postgres"}'):
        secrets.put_secret_value(SecretId=ids["secret"], SecretString=value)
        told = {key: one.trouble.what for key, one in stack.look().items() if one.trouble}
        assert list(told) == ["secret.connection"], "the rest is told all the same"
        assert ids["secret"] in told["secret.connection"]
    with pytest.raises(Failed, match="does not hold what provision put there"):
        stack.up()
    assert stack.account.sent == []
    secrets.put_secret_value(SecretId=ids["secret"], SecretString=whole)
    stack.up()
    assert stack.account.sent == []


def test_keys_of_the_secret_that_are_gone_come_back(stack: Whole) -> None:
    ids, secrets = stack.account.ids(), stack.account.outside("secretsmanager")
    whole = json.loads(secrets.get_secret_value(SecretId=ids["secret"])["SecretString"])
    some = {"username": whole["username"], "password": whole["password"], "mine": 42, "dbname": "other"}
    secrets.put_secret_value(SecretId=ids["secret"], SecretString=json.dumps(some))
    assert set(stack.differing()["secret.connection"]) == {"engine", "host", "port", "dbname", "instance"}
    stack.up()
    assert json.loads(secrets.get_secret_value(SecretId=ids["secret"])["SecretString"]) == {**whole, "mine": 42}
    assert stack.differing() == {}
