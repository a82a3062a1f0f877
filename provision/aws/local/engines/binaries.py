"""Where PostgreSQL's and PgBouncer's programs are on this machine, and how to get them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OLDEST = 14
_POSTGRESQL_PLACES = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)
_POOLER_PLACES = (
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/opt/homebrew/opt/pgbouncer/bin",
)


@cache
def _version(folder: Path) -> int:
    """Major version of the server in this folder, 0 if there is none that runs."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 -- our own command line
    except OSError:
        return 0
    number = re.search(r"\d+", said)
    return int(number[0]) if number else 0


def _folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    for root, pattern in _POSTGRESQL_PLACES:
        yield from Path(root).glob(pattern)


@cache
def postgresql(major: int | None = None) -> Path | None:
    """Folder with `initdb` and `postgres` of the newest PostgreSQL here (14 or newer), or of that major version.

    None if there is none.
    """
    usable = [folder for folder in _folders() if (folder / "initdb").exists() and _version(folder) >= OLDEST]
    return max((folder for folder in usable if major in {None, _version(folder)}), key=_version, default=None)


@cache
def pgbouncer() -> Path | None:
    """PgBouncer's program, None if it is not installed."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path=os.pathsep.join(_POOLER_PLACES))
    return Path(found) if found else None


def missing() -> str | None:
    """One line that says what is not installed and how to install it here, None if all is there."""
    absent = [
        name
        for name, found in ((f"PostgreSQL (version {OLDEST} or newer)", postgresql()), ("PgBouncer", pgbouncer()))
        if not found
    ]
    if not absent:
        return None
    return f"{' and '.join(absent)} not found; install with: {_remedy()}"


def _remedy() -> str:
    sudo = "" if os.geteuid() == 0 else "sudo "
    if sys.platform == "darwin":
        return "brew install postgresql@17 pgbouncer"
    if shutil.which("apt-get"):
        return f"{sudo}apt-get install postgresql pgbouncer"
    if shutil.which("dnf"):
        return f"{sudo}dnf install postgresql-server pgbouncer"
    return "your system's package manager (packages postgresql and pgbouncer)"
