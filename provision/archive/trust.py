"""The root certificates that the function ships with."""

from __future__ import annotations

import re

from provision.archive.build import HANDLER

BUNDLE = HANDLER / "rds-trust-bundle.pem"


def regions() -> frozenset[str]:
    """The Regions whose RDS roots are among them. AWS adds roots with each new Region, and China's and GovCloud's are
    in bundles of their own."""
    return frozenset(re.findall(r"^# Amazon RDS (\S+) Root CA", BUNDLE.read_text(encoding="ascii"), re.MULTILINE))
