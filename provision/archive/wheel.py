"""The psycopg2 wheel for a runtime and an architecture: pinned, fetched once, checked before it is used."""

from __future__ import annotations

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


def cache_folder() -> Path:
    """Where wheels and zips are kept between runs; a folder of this process's own where that cannot be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "provision"
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        return Path(tempfile.mkdtemp(prefix="provision-cache-"))


def fetch(runtime: str, architecture: str, cache: Path) -> Path:
    """The wheel's file, from the cache or by pip. Raises `ArchiveTrouble`."""
    pin = PINS[runtime, architecture]
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
    command += ["--disable-pip-version-check", "--implementation", "cp"]
    command += ["--python-version", runtime.removeprefix("python"), "--platform", pin.platform]
    command += ["--dest", str(folder), f"{PACKAGE}=={pin.version}"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words, no shell
    if told.returncode:
        lines = [line for line in told.stderr.splitlines() if line.startswith("ERROR")] or told.stderr.splitlines()
        raise ArchiveTrouble(
            what=f"pip could not fetch {PACKAGE} {pin.version} for {runtime}.",
            why=f"{lines[-1] if lines else 'It gave no reason'}.",
            hint="The function's zip needs this wheel once; afterwards it is cached. Check the network and pip.",
        )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
