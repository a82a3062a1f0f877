"""Putting the zip together."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from provision.archive.wheel import cache_folder, fetch, pin_of
from provision.errors import ArchiveTrouble

HANDLER = Path(__file__).parents[2] / "handler"
"""Beside the package `provision`, in a checkout as in an installation."""
DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say: no build's time is in the bytes."""
READABLE = 0o100644 << 16
"""AWS: files that not everybody may read fail at the function's start with "Permission denied"."""
UNIX = 3
MACHINES = {"x86_64": 62, "arm64": 183}
"""e_machine of ELF files (ELF specification: EM_X86_64, EM_AARCH64)."""
LIMIT = 50 * 1024 * 1024
"""AWS: the largest zip, in bytes, that a request may carry."""
LAYOUT = b"1"
"""Part of the cache's key; to be raised when the same files come out as another zip."""


@dataclass(frozen=True)
class Built:
    """A finished zip of `size` bytes; `sha256_base64` is what Lambda calls CodeSha256."""

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
        try:
            path = self._zip(cache_folder())
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
            size = path.stat().st_size
        except OSError as error:
            raise ArchiveTrouble(
                what="The function's zip could not be built.",
                why=f"{error.strerror or error}: {error.filename or 'the cache folder'}.",
                hint="Make room there, or name another folder in XDG_CACHE_HOME, and run the same command again.",
            ) from error
        return Built(path, base64.b64encode(digest).decode(), size)

    def _zip(self, cache: Path) -> Path:
        own = list(_handler_files())
        path = cache / "zips" / f"{_key(pin_of(self.runtime, self.architecture).sha256, own)}.zip"
        if not _is_whole(path):
            files = sorted([*own, *_wheel_files(fetch(self.runtime, self.architecture, cache))])
            check(files, self.runtime, self.architecture)
            _write(path, files)
        return path


def check(files: Iterable[tuple[str, bytes]], runtime: str, architecture: str) -> None:
    """Whether every native part fits. A misfit would only show at the function's first call, as a missing module.

    Raises `ArchiveTrouble`.
    """
    tag = f"cpython-{runtime.removeprefix('python').replace('.', '')}-"
    extensions = 0
    for name, data in files:
        if name.startswith("psycopg2/_psycopg.") and name.endswith(".so"):
            extensions += 1
            if tag not in name:
                raise _misfit(name, f"{runtime} wants one for {tag.rstrip('-')}.")
        if data[:4] == b"\x7fELF" and int.from_bytes(data[18:20], "little") != MACHINES[architecture]:
            raise _misfit(name, f"It is not made for {architecture}.")
    if extensions != 1:
        raise _misfit("psycopg2", f"It has {extensions} compiled modules where one is needed.")


def _misfit(name: str, why: str) -> ArchiveTrouble:
    return ArchiveTrouble(
        what=f"{name} does not fit the function.",
        why=why,
        hint=f"Remove {cache_folder() / 'wheels'} and run the same command again.",
    )


def _handler_files() -> Iterator[tuple[str, bytes]]:
    if not (HANDLER / "index.py").is_file():
        raise ArchiveTrouble(
            what="The function's code is not there.",
            why=f"{HANDLER / 'index.py'} is missing.",
            hint="Install provision again, or restore the folder handler/ of the checkout.",
        )
    for path in sorted(HANDLER.rglob("*")):
        inside = path.relative_to(HANDLER)
        if path.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in inside.parts):
            yield inside.as_posix(), path.read_bytes()


def _wheel_files(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                yield entry.filename, archive.read(entry)


def _key(wheel_sha256: str, own: Iterable[tuple[str, bytes]]) -> str:
    parts = [name + hashlib.sha256(data).hexdigest() for name, data in own]
    return hashlib.sha256(LAYOUT + "\n".join([wheel_sha256, *parts]).encode()).hexdigest()


def _is_whole(path: Path) -> bool:
    """Whether the cached zip is there and undamaged: a power cut may leave the name without the content."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (FileNotFoundError, zipfile.BadZipFile):
        return False


def _write(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Beside its place and then renamed into it, so that two builds at once do not meet.

    Stored rather than deflated: zlib's output differs between its builds, and the hash decides on an upload.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in files:
                entry = zipfile.ZipInfo(name, DATE)
                entry.external_attr = READABLE
                entry.create_system = UNIX
                archive.writestr(entry, data)
        if Path(draft).stat().st_size > LIMIT:
            raise ArchiveTrouble(what="The function's zip is over 50 MB.", why="AWS takes no larger one in a request.")
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
