"""What to run, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """A function as Lambda has it. `code` is the zip's content or its path, `code_sha256` is Lambda's (base64)."""

    name: str
    arn: str
    version: str
    handler: str
    runtime: str
    architecture: str
    code: bytes | Path
    code_sha256: str
    environment: Mapping[str, str]
    timeout_seconds: int
    memory_mb: int
    region: str
    role_arn: str
    log_group: str

    @property
    def access_key(self) -> str:
        """By which the local AWS knows its calls."""
        return access_key(self.arn)

    @property
    def fingerprint(self) -> str:
        """Equal for two specs that the same execution environment may serve."""
        parts = {key: value for key, value in vars(self).items() if key not in {"code", "environment"}}
        text = json.dumps([parts, dict(self.environment)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def access_key(arn: str) -> str:
    """A key id as those of a role's temporary credentials, the same for all environments of one function."""
    return f"ASIA{hashlib.sha256(arn.encode()).hexdigest()[:16].upper()}"


@dataclass(frozen=True)
class LogLine:
    """One line of output, without its line end; `timestamp` in milliseconds since the epoch."""

    timestamp: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What one invocation gave. `function_error` is "Unhandled" or None; `log` the last 4 KB of `lines`."""

    payload: bytes
    function_error: str | None
    request_id: str
    duration_ms: float
    init_ms: float | None
    executed_version: str
    lines: tuple[LogLine, ...]
    log_stream: str

    @property
    def log(self) -> str:
        """What LogType=Tail answers, before base64."""
        whole = "".join(f"{line.message}\n" for line in self.lines).encode()
        return whole[-4096:].decode("utf-8", "ignore")


class PayloadTooLarge(ValueError):
    """The event exceeds Lambda's 6 MB for a synchronous invocation (AWS: RequestEntityTooLargeException)."""
