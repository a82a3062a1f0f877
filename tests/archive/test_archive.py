"""The function's zip: what is in it, that it is always the same, and what happens when a part is missing or wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from provision.archive import Archive
from provision.archive.build import HANDLER, check
from provision.archive.wheel import PINS, cache_folder, fetch
from provision.errors import ArchiveTrouble

X86 = Archive("python3.13", "x86_64")
BUILD = """
import json
from provision.archive import Archive
from provision.errors import ArchiveTrouble
try:
    built = Archive("python3.13", "x86_64").build()
    print(json.dumps([str(built.path), built.sha256_base64, built.path.is_file()]))
except ArchiveTrouble as trouble:
    print(json.dumps([trouble.what, trouble.why, trouble.hint]))
"""


@pytest.fixture
def wheel() -> Path:
    """The pinned wheel, out of the cache that the set-up filled."""
    return fetch(X86.runtime, X86.architecture, cache_folder())


@pytest.fixture
def cut_off(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and pip that knows no other place than the folder returned."""
    assert wheel.is_file()  # found before the cache moves
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return index


def start(**changed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD], env={**os.environ, **changed}, stdout=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> list[str]:
    answer: list[str] = json.loads(process.communicate()[0])
    return answer


def content(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize(("runtime", "architecture"), PINS)
def test_it_holds_the_handler_and_the_wheel_of_its_runtime(runtime: str, architecture: str) -> None:
    built = Archive(runtime, architecture).build()
    data = built.path.read_bytes()
    assert built.size == len(data) < 50 * 1024 * 1024
    assert base64.b64decode(built.sha256_base64) == hashlib.sha256(data).digest()
    files = dict(content(built.path))
    for own in ("index.py", "NOTICE", "rds-trust-bundle.pem"):
        assert files[own] == (HANDLER / own).read_bytes()
    tag = f"{runtime[6:].replace('.', '')}-{'x86_64' if architecture == 'x86_64' else 'aarch64'}"
    compiled = [name for name in files if name.startswith("psycopg2/_psycopg")]
    assert compiled == [f"psycopg2/_psycopg.cpython-{tag}-linux-gnu.so"]
    machines = {data[18] for data in files.values() if data.startswith(b"\x7fELF")}
    assert machines == {62 if architecture == "x86_64" else 183}
    assert any("libpq" in name for name in files)
    assert any(name.endswith("/LICENSE") for name in files)
    assert not [name for name in files if "__pycache__" in name or name.startswith(("tests/", "psycopg2/tests"))]


def test_every_entry_can_be_read_by_everybody_and_has_no_date_of_its_own() -> None:
    with zipfile.ZipFile(X86.build().path) as archive:
        entries = archive.infolist()
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.create_system for entry in entries} == {3}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_same_input_gives_the_same_bytes(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    again = X86.build()
    assert again.path.is_relative_to(cut_off.parent)
    assert again.path.read_bytes() == fresh_bytes(cut_off, again.path)


def fresh_bytes(cut_off: Path, path: Path) -> bytes:
    """What another process, with another umask, time zone and hash seed, makes in a cache of its own."""
    changed = {"XDG_CACHE_HOME": str(cut_off.parent / "other"), "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    before = os.umask(0o077)
    try:
        other = Path(told(start(**changed))[0])
    finally:
        os.umask(before)
    assert other != path
    return other.read_bytes()


def test_the_compiled_code_can_be_imported(tmp_path: Path) -> None:
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("made for Linux on x86_64")
    with zipfile.ZipFile(Archive(own, "x86_64").build().path) as archive:
        archive.extractall(tmp_path)
    script = f"import sys; sys.path.append({str(tmp_path)!r}); import psycopg2 as p; print(p.__version__, p.__file__)"
    command = [sys.executable, "-I", "-S", "-c", script]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith(PINS[own, "x86_64"].version)
    assert str(tmp_path) in said


@pytest.mark.parametrize(("runtime", "architecture"), [("python3.12", "x86_64"), ("python3.13", "arm64")])
def test_a_wheel_for_something_else_is_refused(runtime: str, architecture: str) -> None:
    files = content(X86.build().path)
    check(files, X86.runtime, X86.architecture)
    with pytest.raises(ArchiveTrouble, match="does not fit the function"):
        check(files, runtime, architecture)


def test_one_foreign_library_among_the_right_ones_is_refused() -> None:
    files = content(X86.build().path)
    foreign = [(name, data[:18] + b"\xb7\0" + data[20:] if "libpq" in name else data) for name, data in files]
    with pytest.raises(ArchiveTrouble, match=r"libpq.*not made for x86_64"):
        check(foreign, X86.runtime, X86.architecture)


def test_without_its_compiled_module_it_is_refused() -> None:
    files = [(name, data) for name, data in content(X86.build().path) if not name.startswith("psycopg2/_psycopg")]
    with pytest.raises(ArchiveTrouble, match="0 compiled modules"):
        check(files, X86.runtime, X86.architecture)


def test_an_unknown_runtime_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ArchiveTrouble) as trouble:
        Archive("python3.10", "x86_64").build()
    assert "python3.13 arm64" in trouble.value.hint


@pytest.mark.usefixtures("cut_off")
def test_without_cache_and_network_it_says_so() -> None:
    with pytest.raises(ArchiveTrouble) as trouble:
        X86.build()
    assert trouble.value.exit_code == 5
    assert "psycopg2-binary 2.9.13" in trouble.value.what
    assert "psycopg2-binary==2.9.13" in trouble.value.why
    assert "network" in trouble.value.hint


def test_with_a_full_cache_pip_is_not_asked(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    first = X86.build()
    (cut_off / wheel.name).unlink()
    assert X86.build() == first
    first.path.unlink()
    assert X86.build() == first


def test_another_wheel_of_the_same_name_is_refused(cut_off: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as original, zipfile.ZipFile(cut_off / wheel.name, "w") as forged:
        for entry in original.infolist():
            forged.writestr(entry, original.read(entry) + (b"#" if entry.filename == "psycopg2/tz.py" else b""))
    with pytest.raises(ArchiveTrouble, match="not the pinned one"):
        X86.build()


def test_damage_in_the_cache_heals(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    built = X86.build()
    whole = built.path.read_bytes()
    for damaged in (b"", whole[:100_000], whole[:90_000] + b"?" + whole[90_001:]):
        built.path.write_bytes(damaged)
        assert X86.build() == built
        assert built.path.read_bytes() == whole
    [kept] = (cut_off.parent / "cache").rglob("*.whl")
    kept.write_bytes(b"half")
    built.path.unlink()
    assert X86.build() == built


def test_two_builds_at_once_do_not_meet(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    answers = [told(process) for process in [start() for _ in range(3)]]
    assert answers[0] == answers[1] == answers[2] == [str(X86.build().path), X86.build().sha256_base64, True]
    left = [path for path in (cut_off.parent / "cache").rglob("*") if path.is_file()]
    assert {path.suffix for path in left} == {".zip", ".whl"}
    assert len(left) == 2


def test_a_cache_that_cannot_be_written_is_done_without(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    file = cut_off.parent / "file"
    file.touch()
    path, digest, was_there = told(start(XDG_CACHE_HOME=str(file)))
    assert was_there
    assert digest == X86.build().sha256_base64
    assert not Path(path).exists(), "the process's own folder ends with it"


def test_a_full_disk_is_told_and_leaves_nothing(cut_off: Path, wheel: Path) -> None:
    (cut_off / wheel.name).write_bytes(wheel.read_bytes())
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10**7, 10**7))\n{BUILD}"
    said = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=True)
    what, why, hint = json.loads(said.stdout)
    assert "could not be built" in what
    assert "File too large" in why
    assert "XDG_CACHE_HOME" in hint
    assert not list((cut_off.parent / "cache" / "provision" / "zips").iterdir())


def test_it_is_imported_without_boto3() -> None:
    script = "import sys, provision.archive; print('boto3' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
