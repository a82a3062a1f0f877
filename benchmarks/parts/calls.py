"""How many calls each command makes, and that other people's resources add none but pages."""

from __future__ import annotations

from typing import Any

from benchmarks.series import figures
from benchmarks.stage import Stage, stage

LATENCY = 100.0
SEQUENCE = (
    ("up", "up"),
    ("up, again", "up"),
    ("plan", "plan"),
    ("status", "status"),
    ("outputs", "outputs"),
    ("invoke", "invoke"),
    ("enable-proxy", "enable-proxy"),
    ("up, again, with the proxy", "up"),
    ("status, with the proxy", "status"),
    ("disable-proxy", "disable-proxy"),
    ("teardown", "teardown --yes"),
)
SETTINGS = {
    "one NAT gateway": {},
    "two NAT gateways": {"PROVISION_NETWORK_NAT_GATEWAYS": "2"},
    "an endpoint instead": {"PROVISION_NETWORK_EGRESS": "endpoint"},
}


def measure(*, quick: bool) -> dict[str, Any]:
    """Counts by command, by other stacks, and by settings; and how long a repeated `up` takes at 100 ms a call."""
    with stage() as here:
        here.keep()
        by_command = [_counted(here, name, words) for name, words in SEQUENCE]
        settings = [_sized(here, name, variables) for name, variables in SETTINGS.items()]
        here.provision("up")
        repeated = _repeated(here, times=2 if quick else 5)
        crowds = [_crowd(here, others) for others in ((0, 1, 10) if quick else (0, 1, 10, 100))]
        here.provision("teardown", "--yes")
    return {"by_command": by_command, "repeated_up": repeated, "by_other_stacks": crowds, "by_settings": settings}


def _counted(here: Stage, name: str, words: str, **variables: str) -> dict[str, Any]:
    here.calls()
    ran = here.provision(*words.split(), **variables)
    return {"command": name, **here.calls(), "memory_mb": round(ran.memory, 1)}


def _repeated(here: Stage, *, times: int) -> dict[str, Any]:
    here.manners.set(latency_ms=LATENCY)
    walls = [here.provision("up").wall for _ in range(times)]
    here.manners.set(latency_ms=0)
    return {"latency_ms": LATENCY, "wall_s": figures(walls), "calls_of_that_latency": figures([w * 10 for w in walls])}


def _crowd(here: Stage, others: int) -> dict[str, Any]:
    for number in range(_crowd_of(here), others):
        _other_stack(here, f"other-{number:03d}")
    counts = {words: _counted(here, words, words)["calls"] for words in ("up", "plan", "status")}
    return {"other_stacks": others, **counts}


def _crowd_of(here: Stage) -> int:
    filters = [{"Name": "tag:provision:stack", "Values": ["other-*"]}]
    return len(here.client("ec2").describe_vpcs(Filters=filters)["Vpcs"])


def _other_stack(here: Stage, name: str) -> None:
    """The kinds that a look at ours could stumble over, named and tagged as provision would."""
    tags = [{"Key": "provision:stack", "Value": name}]
    ec2, iam, secrets = here.client("ec2"), here.client("iam"), here.client("secretsmanager")
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    for index in range(4):
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.1.{index}.0/24",
            TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}],
        )
    for part in ("function", "database", "proxy"):
        ec2.create_security_group(
            VpcId=vpc,
            GroupName=f"{name}-{part}",
            Description=part,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
        )
        iam.create_role(RoleName=f"{name}-us-east-1-{part}", AssumeRolePolicyDocument="{}", Tags=tags)
    secrets.create_secret(Name=f"{name}/database", SecretString="{}", Tags=tags)
    here.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}-function", tags={"provision:stack": name})


def _sized(here: Stage, name: str, variables: dict[str, str]) -> dict[str, Any]:
    first = _counted(here, name, "up", **variables)
    again = _counted(here, name, "up", **variables)
    down = _counted(here, name, "teardown --yes", **variables)
    return {
        "settings": name,
        "up": first["calls"],
        "up_mutating": first["mutating"],
        "again": again["calls"],
        "again_mutating": again["mutating"],
        "teardown": down["calls"],
    }
