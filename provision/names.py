"""What everything is called in the account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Names:
    """Every name in the account, made from the stack's; IAM's are unique across Regions, so they carry the Region."""

    stack: str
    region: str

    @property
    def function(self) -> str:
        return f"{self.stack}-function"

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.function}"

    @property
    def rotation(self) -> str:
        return f"{self.stack}-rotation"

    @property
    def rotation_log_group(self) -> str:
        return f"/aws/lambda/{self.rotation}"

    @property
    def flow_log_group(self) -> str:
        return f"/aws/vpc/{self.stack}-flow-logs"

    def database_log_group(self, log: str) -> str:
        # RDS's own choice: it exports to this group whether we made it or not.
        return f"/aws/rds/instance/{self.database}/{log}"

    @property
    def database(self) -> str:
        return f"{self.stack}-database"

    def parameter_group(self, major: str) -> str:
        return f"{self.database}-postgres{major}"

    @property
    def secret(self) -> str:
        # AWS: a name that ends in a hyphen and six characters looks like the end of a secret's ARN.
        return f"{self.stack}/database"

    @property
    def proxy(self) -> str:
        return f"{self.stack}-proxy"

    def role(self, whose: str) -> str:
        return f"{self.stack}-{self.region}-{whose}"

    def group(self, whose: str) -> str:
        return f"{self.stack}-{whose}"
