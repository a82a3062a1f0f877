"""Putting the zip together."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import threading
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from provision.archive.wheel import PINS, cache_folder, fetch
from provision.errors import ArchiveTrouble

HANDLER = Path(__file__).parents[2] / "handler"
DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say: no build's time is in the bytes."""
READABLE = 0o100644 << 16
"""AWS: files that not everybody may read fail at the function's start with "Permission denied"."""
UNIX = 3
MACHINES = {"x86_64": 62, "arm64": 183}
"""e_machine of ELF files (ELF specification: EM_X86_64, EM_AARCH64)."""
LIMIT = 50 * 1024 * 1024
"""AWS: the largest zip that a request may carry."""

_BUILDING = threading.Lock()


@dataclass(frozen=True)
class Built:
    """A finished zip; `sha256_base64` is what Lambda calls CodeSha256."""

    path: Path
    sha256_base64: str
    size: int


@dataclass(frozen=True)
class Archive:
    """The zip for one runtime (`python3.13`) and architecture (`x86_64` or `arm64`)."""

    runtime: str
    architecture: str

    def build(self) -> Built:
        """Build it, or find it in the cache. Raises `ArchiveTrouble` when a part is missing or does not fit."""
        with _BUILDING:
            return _built(self.runtime, self.architecture)


_DONE: dict[tuple[str, str], Built] = {}


def _built(runtime: str, architecture: str) -> Built:
    done = _DONE.get((runtime, architecture))
    if done is not None and done.path.is_file():
        return done
    own = sorted(_handler_files(), key=lambda file: file[0])
    pin = PINS[runtime, architecture]
    key = hashlib.sha256(b"\0".join([b"1", pin.sha256.encode(), *(name.encode() + b"\0" + data for name, data in own)]))
    cache = cache_folder()
    path = cache / "zips" / f"{key.hexdigest()}.zip"
    if not path.is_file():
        wheel = fetch(runtime, architecture, cache)
        files = [*own, *_wheel_files(wheel)]
        check(files, runtime, architecture)
        _write(path, sorted(files, key=lambda file: file[0]))
    data = path.read_bytes()
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    _DONE[runtime, architecture] = Built(path, digest, len(data))
    return _DONE[runtime, architecture]


def _handler_files() -> Iterable[tuple[str, bytes]]:
    if not (HANDLER / "index.py").is_file():
        raise ArchiveTrouble(
            what="The function's code is not there.",
            why=f"{HANDLER / 'index.py'} is missing.",
            hint="Install provision from a complete checkout (`pip install -e .`).",
        )
    for path in HANDLER.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(HANDLER).as_posix(), path.read_bytes()


def _wheel_files(wheel: Path) -> Iterable[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                yield name, archive.read(name)


def check(files: Iterable[tuple[str, bytes]], runtime: str, architecture: str) -> None:
    """Whether every native part fits. A misfit would only show at the function's first call, as a missing module.

    Raises `ArchiveTrouble`.
    """
    digits = runtime.removeprefix("python").replace(".", "")
    names = {name for name, _ in files}
    extension = [name for name in names if name.startswith("psycopg2/_psycopg.") and name.endswith(".so")]
    if not extension or f"cpython-{digits}-" not in extension[0]:
        raise _misfit(extension[0] if extension else "psycopg2/_psycopg", f"{runtime} wants cpython-{digits}")
    for name, data in files:
        if data[:4] == b"\x7fELF" and int.from_bytes(data[18:20], "little") != MACHINES[architecture]:
            raise _misfit(name, f"it is not made for {architecture}")


def _misfit(name: str, why: str) -> ArchiveTrouble:
    return ArchiveTrouble(
        what=f"{name} does not fit the function.", why=f"{why[0].upper()}{why[1:]}.", hint="Clear the wheel cache."
    )


def _write(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Stored rather than deflated: zlib's output differs between its builds, and the hash decides on an upload."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, suffix=".new")
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = READABLE
            entry.create_system = UNIX
            archive.writestr(entry, data)
    if Path(fresh).stat().st_size > LIMIT:
        raise ArchiveTrouble(what="The function's zip is over 50 MB.", why="AWS takes no larger one in a request.")
    Path(fresh).replace(path)
