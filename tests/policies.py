"""IAM's documents for roles that a test makes."""

from __future__ import annotations

from typing import Any

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def trust(*services: str) -> dict[str, Any]:
    """A trust policy for services of AWS, such as `lambda`."""
    principals = [f"{service}.amazonaws.com" for service in services]
    principal = {"Service": principals if len(principals) > 1 else principals[0]}
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    }
