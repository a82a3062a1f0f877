"""A DB instance that AWS Backup keeps continuous backups of, by a plan of the account or of its organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RETENTION = "BackupRetentionPeriod"


def holds(seen: Mapping[str, Any]) -> bool:
    """AWS: the days of retention are then AWS Backup's, and RDS takes no others (crossplane-contrib/provider-aws#1356);
    the automated backups cannot be deleted with the instance (crossplane-contrib/provider-aws#1276)."""
    return bool(seen.get("AwsBackupRecoveryPointArn"))
