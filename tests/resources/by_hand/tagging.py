"""Tags of each kind."""

from botocore import xform_name

from tests.resources.by_hand import Meddle, Outside, Table


def of_kind(kind: str) -> Meddle:
    """Takes the tag Name from everything of an EC2 kind, by the beginning of its key."""

    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        named = [made for key, made in ids.items() if key.partition(".")[0] == kind]
        aws("ec2").delete_tags(Resources=named, Tags=[{"Key": "Name"}])

    return meddle


def of_rds(items: str, kind: str, key: str) -> Meddle:
    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        rds = aws("rds")
        listed = getattr(rds, f"describe_{xform_name(items)}")()[items]
        (arn,) = [one[f"{kind}Arn"] for one in listed if one[f"{kind}Name"] == ids[key]]
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Name"])

    return meddle


def of_log_group(aws: Outside, ids: dict[str, str]) -> None:
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=ids["function.logs"])["logGroups"]
    aws("logs").untag_resource(resourceArn=group["arn"].removesuffix(":*"), tagKeys=["Name"])


EC2_KINDS = {
    "vpc": ["vpc"],
    "subnet": ["subnet.private-a", "subnet.private-b", "subnet.public-a", "subnet.public-b"],
    "internet-gateway": ["internet-gateway"],
    "address": ["address.nat-a", "address.nat-b"],
    "nat": ["nat.a", "nat.b"],
    "table": ["table.private-a", "table.private-b", "table.public"],
    "endpoint": ["endpoint.secretsmanager"],
    "flow-log": ["flow-log"],
    "acl": ["acl.default"],
}
TAGS: Table = {
    **{key: (key, "tag Name", of_kind(kind)) for kind, keys in EC2_KINDS.items() for key in keys},
    "a group": (
        "group.function",
        "tag Name",
        lambda aws, ids: aws("ec2").create_tags(
            Resources=[ids["group.function"]], Tags=[{"Key": "Name", "Value": "mine"}]
        ),
    ),
    "a rule": (
        "rule.proxy-from-function",
        "tag Name",
        lambda aws, ids: aws("ec2").delete_tags(Resources=[ids["rule.proxy-from-function"]], Tags=[{"Key": "Name"}]),
    ),
    "the proxy": ("proxy", "tag Name", of_rds("DBProxies", "DBProxy", "proxy")),
    "the subnet group": ("database.subnets", "tag Name", of_rds("DBSubnetGroups", "DBSubnetGroup", "database.subnets")),
    "the parameter group": (
        "database.parameters",
        "tag Name",
        of_rds("DBParameterGroups", "DBParameterGroup", "database.parameters"),
    ),
    "a log group": ("function.logs", "tag Name", of_log_group),
}  # fmt: skip
