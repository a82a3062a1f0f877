"""The state file: whole, atomic, private, and refused when it is not ours or not readable."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.errors import LedgerDamaged, LedgerForeign, LedgerLocked, LedgerTooNew, LedgerUnwritable
from provision.ledger import lock
from provision.ledger.schema import VERSION
from provision.ledger.store import Ledger


def load(path: Path, **other: str) -> Ledger:
    about = {"stack": "s", "target": "local", "account": "1", "region": "r", **other}
    return Ledger.load(path, stamp=lambda: 5.0, **about)


def test_intent_then_id_then_ready_survive_a_reload(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "s.json"
    ledger = load(path)
    token = ledger.intend("vpc", kind="VPC", status="creating").token
    assert load(path).row("vpc") == ledger.row("vpc")
    ledger.record("vpc", id="vpc-1")
    row = load(path).row("vpc")
    assert row is not None
    assert (row.status, row.id, row.token) == ("creating", "vpc-1", token)
    ledger.settle("vpc", kind="VPC", id="vpc-1", attrs={"a": "b"})
    row = load(path).row("vpc")
    assert row is not None
    assert (row.status, row.attrs) == ("ready", {"a": "b"})
    ledger.forget("vpc")
    assert load(path).rows() == {}


def test_a_link_goes_on_leading_to_the_file(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept" / "s.json", tmp_path / "s.json"
    kept.parent.mkdir()
    link.symlink_to(kept)
    for _ in range(2):  # to one that is not there yet, and not there any more
        load(link).intend("vpc", kind="VPC", status="creating")
        load(link).record("vpc", id="vpc-1")
        assert load(kept).rows() == load(link).rows() != {}
        load(link).remove()
        assert [*kept.parent.iterdir()] == []
    assert link.is_symlink()


def test_a_create_that_was_never_answered_keeps_its_token_and_any_other_gets_a_new_one(tmp_path: Path) -> None:
    ledger = load(tmp_path / "s.json")
    first = ledger.intend("nat", kind="NAT gateway", status="creating").token
    assert load(tmp_path / "s.json").intend("nat", kind="NAT gateway", status="creating").token == first
    ledger = load(tmp_path / "s.json")
    ledger.record("nat", id="nat-1")
    assert ledger.intend("nat", kind="NAT gateway", status="creating").token != first


def test_a_row_says_since_when_it_is_so_and_keeps_its_facts_over_a_change(tmp_path: Path) -> None:
    moments = itertools.count(1.0)
    ledger = Ledger.load(
        tmp_path / "s.json", stack="s", target="local", account="1", region="r", stamp=lambda: next(moments)
    )

    def row() -> tuple[str, float, dict[str, str]]:
        found = load(tmp_path / "s.json").rows()["nat"]
        return found.status, found.since, dict(found.attrs)

    ledger.intend("nat", kind="NAT gateway", status="creating")
    assert row() == ("creating", 1.0, {})
    ledger.cut_off("nat")
    assert row() == ("creating", 2.0, {})
    ledger.record("nat", id="nat-1")
    assert row() == ("creating", 3.0, {})
    ledger.settle("nat", kind="NAT gateway", id="nat-1", attrs={"a": "b"})
    ledger.intend("nat", kind="NAT gateway", status="updating", id="nat-1")
    assert row() == ("updating", 5.0, {"a": "b"})
    ledger.fail("nat")
    assert row() == ("failed", 6.0, {"a": "b"})


def test_the_file_is_private_and_has_no_sibling_left(tmp_path: Path) -> None:
    ledger = load(tmp_path / "s.json")
    ledger.remember("proxy", on=True)
    assert stat.S_IMODE((tmp_path / "s.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["s.json"]
    assert load(tmp_path / "s.json").feature("proxy") is True


@pytest.mark.parametrize("field", ["stack", "target", "account", "region"])
def test_a_file_from_elsewhere_is_refused_and_names_both(tmp_path: Path, field: str) -> None:
    load(tmp_path / "s.json").remember("proxy", on=False)
    with pytest.raises(LedgerForeign, match=f"{field} .* other"):
        load(tmp_path / "s.json", **{field: "other"})


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"version": VERSION + 1}))
    with pytest.raises(LedgerTooNew):
        load(tmp_path / "s.json")


DOCUMENT: dict[str, Any] = {
    "version": 1, "stack": "s", "target": "local", "account": "1", "region": "r", "features": {}, "resources": {}
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '"text"', json.dumps(DOCUMENT | {"resources": {"a": 1}}),
     json.dumps(DOCUMENT | {"resources": {"a": {"kind": "x", "status": "odd"}}}),
     json.dumps(DOCUMENT | {"stack": 3}), json.dumps(DOCUMENT | {"version": "1"}),
     json.dumps(DOCUMENT | {"version": True}), "[" * 100_000,
     json.dumps(DOCUMENT | {"resources": {"a": {"kind": "x", "status": "ready", "id": "\ud800"}}}),
     json.dumps(DOCUMENT | {"resources": {"a": {"kind": "x", "status": "ready", "since": 10**400}}}),
     json.dumps(DOCUMENT | {"resources": {"a": {"kind": "x", "status": "ready", "since": float("nan")}}})],
)  # fmt: skip
def test_a_damaged_file_is_told_and_never_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(LedgerDamaged) as caught:
        load(tmp_path / "s.json")
    assert "tags" in caught.value.hint
    assert (tmp_path / "s.json").read_text() == text


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "s.json"
    path.write_bytes(raw)
    with pytest.raises((LedgerDamaged, LedgerTooNew)):
        load(path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnwritable, match=r"cannot be (read|written)"):
        load(tmp_path / "file" / "s.json").remember("proxy", on=True)


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    ledger = load(tmp_path / "s.json")
    ledger.intend("vpc", kind="VPC", status="creating")
    before = (tmp_path / "s.json").read_bytes()
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from provision.ledger.store import Ledger\n"
        "from provision.errors import LedgerUnwritable\n"
        "ledger = Ledger.load(Path(sys.argv[1]), stack='s', target='local', account='1', region='r', stamp=lambda: 1)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try:\n    ledger.record('vpc', id='vpc-1')\n"
        "except LedgerUnwritable as error:\n    print(error.why)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "s.json")], capture_output=True, text=True, check=True
    )
    assert "File too large" in child.stdout
    assert (tmp_path / "s.json").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["s.json"]


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "s.lock"
    with lock.held(path, command="up", since="2026-11-24T10:00:00Z"):
        with pytest.raises(LedgerLocked) as caught, lock.held(path, command="teardown", since="now"):
            pass
        assert f"process {os.getpid()}" in caught.value.what
        assert "2026-11-24T10:00:00Z" in caught.value.what
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()
    with lock.held(path, command="up", since="later"):
        pass


def test_who_only_reads_sees_the_holder_and_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "s.lock"
    assert lock.holder(path) == ""
    with lock.held(path, command="up", since="2026-11-24T10:00:00Z"):
        assert lock.holder(path) == f"`up`, process {os.getpid()} on {socket.gethostname()}, since 2026-11-24T10:00:00Z"
    assert lock.holder(path) == ""


def test_a_process_that_got_the_number_of_a_killed_run_is_not_at_work(tmp_path: Path) -> None:
    """In a container that is started again it may be the one that looks."""
    path = tmp_path / "s.lock"
    told = {"pid": os.getpid(), "host": socket.gethostname(), "command": "up", "since": "yesterday"}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert lock.holder(path) == ""


def test_who_looks_whether_somebody_is_at_work_refuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "s.lock"
    path.touch()
    with path.open() as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        threading.Timer(0.05, lambda: fcntl.flock(reader, fcntl.LOCK_UN)).start()
        with lock.held(path, command="up", since="now"):
            assert lock.holder(path).endswith("since now")


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "s.lock"
    script = (
        "import os, signal, sys; from pathlib import Path; from provision.ledger import lock\n"
        "with lock.held(Path(sys.argv[1]), command='up', since='then'):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.exists()
    assert lock.holder(path) == ""
    with lock.held(path, command="up", since="now"):
        assert lock.holder(path).endswith("since now"), "nothing is left of what the other told"


def test_a_holder_that_has_not_told_who_it_is_holds_the_lock_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "s.lock"
    with path.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LedgerLocked, match="only just begun"), lock.held(path, command="up", since="now"):
            pass
        assert path.exists()


def test_what_a_killed_write_left_behind_goes_with_the_file(tmp_path: Path) -> None:
    ledger = Ledger.load(tmp_path / "s.json", stack="s", target="local", account="1", region="here", stamp=lambda: 0.0)
    ledger.intend("vpc", kind="VPC", status="creating")
    (tmp_path / ".s.json.new").write_text('{"version": 1, "sta')
    ledger.remove()
    assert list(tmp_path.iterdir()) == []
