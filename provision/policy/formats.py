"""A policy as IAM takes it, as Terraform does, and as commands of the AWS CLI."""

from __future__ import annotations

import json
import shlex
from typing import Any

from provision.policy.document import document, parts
from provision.policy.scope import Place

ACCOUNT = "ACCOUNT_ID"
"""Stands for the account where it is not known."""


def as_json(command: str, place: Place) -> str:
    return json.dumps(document(command, place), indent=2)


def as_terraform(command: str, place: Place) -> str:
    """A managed policy for each part. Terraform knows the account itself. Nothing is called as another command's is,
    so that both may stand in one module."""
    written = [
        f'resource "aws_iam_policy" "{_label(place, command)}_{number}" {{\n'
        f'  name   = "{_name(place, command, number)}"\n'
        f"  policy = jsonencode({_indented(policy)})\n}}\n"
        for number, policy in enumerate(parts(command, place), start=1)
    ]
    text = "\n".join(written).rstrip("\n")
    if ACCOUNT not in text:
        return text
    label = _label(place, command)
    known = text.replace(ACCOUNT, f"${{data.aws_caller_identity.{label}.account_id}}")
    return f'data "aws_caller_identity" "{label}" {{}}\n\n{known}'


def as_cli(command: str, place: Place) -> str:
    """A command for each part, to be run as it is; the shell asks for the account where it is not known."""
    written = [
        f"aws iam create-policy --policy-name {_name(place, command, number)} --policy-document "
        + shlex.quote(json.dumps(policy, separators=(",", ":")))
        for number, policy in enumerate(parts(command, place), start=1)
    ]
    if place.account != ACCOUNT:
        return "\n".join(written)
    asked = f"{ACCOUNT}=$(aws sts get-caller-identity --query Account --output text)"
    return "\n".join([asked, *(one.replace(ACCOUNT, f"'\"${ACCOUNT}\"'") for one in written)])


FORMATS = {"json": as_json, "terraform": as_terraform, "cli": as_cli}


def _name(place: Place, command: str, number: int) -> str:
    """AWS: unique in all Regions, and what it allows is bound to one."""
    return f"{place.stack}-{place.region}-{command}-{number}"


def _label(place: Place, command: str) -> str:
    """Terraform's own name for it."""
    return f"{place.stack}-{place.region}-{command}".replace("-", "_")


def _indented(policy: dict[str, Any]) -> str:
    return json.dumps(policy, indent=2).replace("\n", "\n  ")
