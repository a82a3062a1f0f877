"""Tags that are missing or others than wanted, also those by which a rule is known to be ours."""

from provision.resources.ec2.security_group_rule import SecurityGroupRule
from tests.resources.ec2.network import network
from tests.resources.harness import Account


def test_tags_are_repaired_and_others_left(account: Account) -> None:
    account.up(network())
    keys = ("vpc", "subnet.public-a", "internet-gateway", "address.nat-a", "nat.a", "table.public", "group.database")
    ec2, made = account.outside("ec2"), {account.ids()[key]: key for key in keys}
    ec2.create_tags(Resources=[*made], Tags=[{"Key": "Name", "Value": "x"}, {"Key": "cost", "Value": "7"}])
    account.up(network())
    assert account.sent == ["CreateTags"] * len(keys)
    told = {asked["Resources"][0]: asked["Tags"] for asked in account.told("CreateTags")}
    assert told == {one: [{"Key": "Name", "Value": f"shop {key}"}] for one, key in made.items()}


def test_new_tags_of_the_user_reach_what_is_there(account: Account) -> None:
    account.up(network())
    account.tags = {"team": "blue"}
    account.up(network())
    assert set(account.sent) == {"CreateTags"}
    account.up(network())
    assert account.sent == []


def test_a_rule_that_lost_its_tags_gets_them_back_and_stays(account: Account) -> None:
    account.up(network())
    rule = account.ids()["rule.database-from-function"]
    keys = [{"Key": key} for key in ("Name", "provision:stack", "provision:key")]
    account.outside("ec2").delete_tags(Resources=[rule], Tags=keys)
    account.up(network())
    assert account.sent == ["CreateTags"]
    assert account.ids()["rule.database-from-function"] == rule


def test_a_twin_of_a_rule_without_tags_or_row_gives_way(account: Account) -> None:
    steps = network()
    rule = steps["rule.database-from-function"]
    assert isinstance(rule, SecurityGroupRule)
    account.up(step for step in steps if step.key != rule.key)
    ids = account.ids()
    pairs = [{"GroupId": ids["group.function"]}]
    twin = {"IpProtocol": "tcp", "FromPort": rule.port, "ToPort": rule.port, "UserIdGroupPairs": pairs}
    account.outside("ec2").authorize_security_group_ingress(GroupId=ids["group.database"], IpPermissions=[twin])
    account.up(network())
    assert account.sent == ["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]
    account.up(network())
    assert account.sent == []
