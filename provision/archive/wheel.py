"""The psycopg2 wheel for a runtime and an architecture: pinned, fetched once, checked before it is used."""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from provision.errors import ArchiveTrouble

PACKAGE = "psycopg2-binary"


@dataclass(frozen=True)
class Pin:
    """One wheel: its release, its platform tag for pip, and its hash."""

    version: str
    platform: str
    sha256: str


X86, ARM = "manylinux2014_x86_64", "manylinux_2_28_aarch64"
PINS = {
    ("python3.11", "x86_64"): Pin("2.9.13", X86, "930e7e58b33a4f9c39e7532d7a40147925cf3372baed4229cbebe0cf3ba9ce6b"),
    ("python3.12", "x86_64"): Pin("2.9.13", X86, "e3861eba31f8ea8663fd876166b032fd89179e42aa63764d6feb281f13f9eb60"),
    ("python3.13", "x86_64"): Pin("2.9.13", X86, "f04ada42bcd537adbaf8b7f3140237a204e452a88d0c1831cfce69f7d2e59f4e"),
    ("python3.14", "x86_64"): Pin("2.9.13", X86, "190c18b97d9ef72f2e88c451b6588af90d6bd7bf54cb94b963280dc86a2c7076"),
    # Lambda's python3.11 has glibc 2.26, and the last wheel for arm64 that is content with it is 2.9.11.
    ("python3.11", "arm64"): Pin(
        "2.9.11", "manylinux2014_aarch64", "2e164359396576a3cc701ba8af4751ae68a07235d7a380c631184a611220d9a4"
    ),
    ("python3.12", "arm64"): Pin("2.9.13", ARM, "3dc3372b3731b3ef23407fe06b94f640ef87a2bda242fa386033d5589c87514a"),
    ("python3.13", "arm64"): Pin("2.9.13", ARM, "aa37089795bd9701576edc2eb5849ce77a439eda9dfdfa47857449332cfa5292"),
    ("python3.14", "arm64"): Pin("2.9.13", ARM, "c00ebe9a2f31151aade0db233dc1446513a95e92c39ce055ee097af0ae86be1c"),
}


def pin_of(runtime: str, architecture: str) -> Pin:
    """The wheel for them. Raises `ArchiveTrouble` where there is none."""
    pin = PINS.get((runtime, architecture))
    if pin is None:
        raise ArchiveTrouble(
            what=f"No wheel of {PACKAGE} is known for {runtime} on {architecture}.",
            hint=f"Choose one of: {', '.join(' '.join(pair) for pair in PINS)}.",
        )
    return pin


def cache_folder() -> Path:
    """Where wheels and zips are kept between runs; a folder of this process's own where that cannot be written."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return _writable((named if named.is_absolute() else Path("~/.cache")) / "provision")


_own: list[tempfile.TemporaryDirectory[str]] = []  # held until the process ends, and removed with it


@functools.cache
def _writable(wanted: Path) -> Path:
    try:
        folder = wanted.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):  # RuntimeError: this user has no home folder
        _own.append(tempfile.TemporaryDirectory(prefix="provision-cache-"))
        return Path(_own[-1].name)


def fetch(runtime: str, architecture: str, cache: Path) -> Path:
    """The wheel's file, from the cache or by pip. Raises `ArchiveTrouble`."""
    pin = pin_of(runtime, architecture)
    folder = cache / "wheels" / pin.sha256[:16]
    for wheel in folder.glob("*.whl"):
        if _sha256(wheel) == pin.sha256:
            return wheel
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as fresh:
        _download(runtime, pin, Path(fresh))
        found = [wheel for wheel in Path(fresh).glob("*.whl") if _sha256(wheel) == pin.sha256]
        if not found:
            raise ArchiveTrouble(
                what=f"The wheel of {PACKAGE} {pin.version} for {runtime} on {architecture} is not the pinned one.",
                why="Its SHA-256 hash differs, so it was not used.",
                hint="Check the package index that pip uses.",
            )
        return found[0].replace(folder / found[0].name)


def _download(runtime: str, pin: Pin, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--retries=2", "--implementation=cp"]
    command += [f"--python-version={runtime.removeprefix('python')}", f"--platform={pin.platform}"]
    command += [f"--dest={folder}", f"{PACKAGE}=={pin.version}"]
    pip = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words, no shell
    if not pip.returncode:
        return
    lines = [line for line in pip.stderr.splitlines() if line.startswith("ERROR")] or pip.stderr.splitlines()
    no_pip = "No module named pip" in pip.stderr
    raise ArchiveTrouble(
        what=f"pip could not fetch {PACKAGE} {pin.version} for {runtime}, which the function's zip needs once.",
        why=f"{lines[-1].rstrip('.') if lines else 'It gave no reason'}.",
        hint=f"Run {sys.executable} -m ensurepip." if no_pip else "Check the network and pip's settings.",
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
