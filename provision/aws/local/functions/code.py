"""The function's folder and what its interpreter finds besides: the zip unpacked, what Lambda's runtime provides."""

from __future__ import annotations

import importlib.metadata
import io
import platform
import re
import shutil
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.aws.local.functions.spec import FunctionSpec

PROVIDED = ("awslambdaric", "boto3")
"""Lambda's Python runtimes hold these and what they need."""
NATIVE = ("psycopg2-binary",)
"""Supplied by this project's own environment where the zip's compiled code cannot run."""
MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}

_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


def mismatch(runtime: str, architecture: str) -> str | None:
    """One sentence on why the zip's compiled code cannot run here, or None when this machine runs exactly the zip."""
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    machine = MACHINES.get(platform.machine(), platform.machine())
    if sys.platform == "linux" and (runtime, architecture) == (own, machine):
        return None
    return (
        f"The function is for {runtime} on Linux {architecture}, this is {own} on {platform.system()} {machine}: "
        f"its Python code runs as uploaded, with this machine's own psycopg2."
    )


class Shelf:
    """Folders under `folder` that interpreters import from, each made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._readers: Counter[Path] = Counter()

    def task_root(self, spec: FunctionSpec) -> Path:
        """The zip's content, unpacked once per hash, until it is `put_back`. Raises `zipfile.BadZipFile`."""
        place = self._place(spec)
        with self._lock:
            if not place.exists():
                _unpack(spec.code, place)
            self._readers[place] += 1
        return place

    def put_back(self, spec: FunctionSpec) -> None:
        """One who had its `task_root` is done; with the last one it goes."""
        place = self._place(spec)
        with self._lock:
            self._readers[place] -= 1
            if not self._readers[place]:
                del self._readers[place]
                shutil.rmtree(place, ignore_errors=True)

    def provided(self) -> Path:
        """The runtime interface client and boto3, and nothing else of this project's environment."""
        return self._linked("provided", PROVIDED)

    def substitutes(self) -> Path:
        """psycopg2 as this project's environment has it."""
        return self._linked("substitutes", NATIVE)

    def _place(self, spec: FunctionSpec) -> Path:
        return self._folder / "code" / spec.code_sha256.replace("/", "_")

    def _linked(self, name: str, distributions: tuple[str, ...]) -> Path:
        place = self._folder / name
        with self._lock:
            if not place.exists():
                with _drafted(place) as draft:
                    for distribution in _with_requirements(distributions):
                        _link(distribution, draft)
        return place


@contextmanager
def _drafted(place: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `place`; what fails leaves none of it (the disk may be full)."""
    draft = place.with_name(place.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _unpack(code: bytes | Path, place: Path) -> None:
    with _drafted(place) as draft:
        with zipfile.ZipFile(io.BytesIO(code) if isinstance(code, bytes) else code) as archive:
            archive.extractall(draft)
        for path in draft.rglob("*"):
            if path.is_file():
                path.chmod(0o555)


def _with_requirements(names: tuple[str, ...]) -> list[importlib.metadata.Distribution]:
    """These distributions and all they need that is installed; one needed only by an extra is left out."""
    found: dict[str, importlib.metadata.Distribution] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name in names:
                raise
            continue
        needs = [need for need in found[name].requires or () if "extra ==" not in need]
        waiting += [match[0] for need in needs if (match := _REQUIREMENT.match(need))]
    return list(found.values())


def _link(distribution: importlib.metadata.Distribution, place: Path) -> None:
    tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
    for top in tops:
        link = place / top
        if not link.is_symlink():
            link.symlink_to(Path(str(distribution.locate_file(top))).resolve())
