"""What tests put in the way of a delete, and how AWS refuses it then."""

from typing import Any

from tests.resources.harness import Account

VIOLATION = ("DependencyViolation", "The thing has dependencies and cannot be deleted.")
ALWAYS = 10_000


def interface(account: Account, description: str, *, group: str = "", subnet: str = "subnet.private-a") -> str:
    """A network interface that somebody makes in our subnet."""
    groups = {"Groups": [group]} if group else {}
    made: Any = account.outside("ec2").create_network_interface(
        SubnetId=account.ids()[subnet], Description=description, **groups
    )
    return str(made["NetworkInterface"]["NetworkInterfaceId"])
