# ruff: noqa: INP001 -- the root of a zip is no package
"""Secrets Manager, asked with little patience."""

from __future__ import annotations

import functools
from typing import Any

import boto3
from botocore.config import Config


@functools.cache
def client() -> Any:
    """Without a way out of the subnets a call would hang for minutes with botocore's own limits."""
    return boto3.client(
        "secretsmanager",
        config=Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"}),
    )
