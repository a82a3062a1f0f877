"""Named sets of settings. A profile stands in for the defaults: whatever is set by itself wins over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRODUCTION: Mapping[str, Mapping[str, Any]] = {
    "network": {"nat_gateways": 2, "flow_logs": True, "flow_log_days": 365},
    "database": {
        "multi_az": True,
        "deletion_protection": True,
        "backup_days": 30,
        "log_exports": True,
        "log_days": 365,
        "monitoring_seconds": 60,
        "rotation_days": 30,
    },
    "function": {"tracing": True, "log_days": 365},
}
"""What costs money or convenience and is asked for by AWS Foundational Security Best Practices or CIS. Only what can be
switched on and off in place: a stack may change its profile. SECURITY.md says which control each is for."""

PROFILES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {"development": {}, "production": PRODUCTION}
DEFAULT = "development"
