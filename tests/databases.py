"""A database of somebody's own."""

from __future__ import annotations

from typing import Any

SMALL: dict[str, Any] = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.small",
    "AllocatedStorage": 20,
    "MasterUsername": "me",
    "MasterUserPassword": "mine-mine",
}
"""What CreateDBInstance wants at least, but for the name."""
