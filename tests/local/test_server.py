"""The background process: started once, found again, and nobody's child."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provision.aws import local
from provision.aws.local.files import Files
from provision.errors import LedgerUnwritable
from tests.local.conftest import alive, clients
from tests.waiting import until


def test_importing_costs_nothing() -> None:
    heavy = "import sys, provision.aws.local; print([m for m in ('moto', 'boto3', 'cryptography') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_second_command_finds_the_first_ones_process(folder: Path) -> None:
    first = local.ensure(folder)
    second = local.ensure(folder)
    assert (first.started, second.started) == (True, False)
    assert (second.url, second.pid) == (first.url, first.pid)
    assert clients(first.url)("sts").get_caller_identity()["Account"] == local.ACCOUNT


def test_two_commands_at_once_start_one(folder: Path) -> None:
    with ThreadPoolExecutor() as pool:
        endpoints = list(pool.map(local.ensure, [folder] * 4))
    assert len({endpoint.pid for endpoint in endpoints}) == 1
    assert [endpoint.started for endpoint in endpoints].count(True) == 1


def test_it_outlives_who_started_it_and_is_nobodys_child(folder: Path) -> None:
    start = "import sys, pathlib; from provision.aws import local; print(local.ensure(pathlib.Path(sys.argv[1])).pid)"
    said = subprocess.run([sys.executable, "-c", start, folder], capture_output=True, text=True, check=True)
    pid = int(said.stdout)
    assert alive(pid)
    assert os.getsid(pid) not in {os.getsid(0), pid}
    assert local.ensure(folder).pid == pid


@pytest.mark.parametrize("mark", ["lock", "serving"])
def test_a_start_whose_starter_was_killed_is_waited_for_or_done_again(folder: Path, mark: str) -> None:
    """`lock` is there before the server is, `serving` while it is still at its beginning."""
    start = "import sys, pathlib; from provision.aws import local; local.ensure(pathlib.Path(sys.argv[1]))"
    with subprocess.Popen([sys.executable, "-c", start, folder]) as starter:
        until((folder / mark).exists)
        starter.kill()
    endpoint = local.ensure(folder)
    assert clients(endpoint.url)("sts").get_caller_identity()["Account"] == "123456789012"
    assert local.ensure(folder).pid == endpoint.pid


def test_a_server_that_comes_up_late_does_not_stay_for_nobody(folder: Path) -> None:
    """Its starter was killed at once, and what another command started has been stopped since."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    late = [sys.executable, "-m", "provision.aws.local.server", "--folder", str(folder), "--ready", str(write_end)]
    subprocess.run(late, check=True, pass_fds=[write_end], timeout=60)
    os.close(write_end)
    time.sleep(1)
    assert not local.status(folder).running


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_it_takes_more_descriptors_than_a_shell_begins_with(folder: Path) -> None:
    start = "import sys, pathlib; from provision.aws import local; print(local.ensure(pathlib.Path(sys.argv[1])).pid)"
    shell = ["sh", "-c", 'ulimit -Sn 256 && exec "$@"', "sh", sys.executable, "-c", start, str(folder)]
    said = subprocess.run(shell, capture_output=True, text=True, check=True)
    limits = Path(f"/proc/{int(said.stdout)}/limits").read_text()
    assert int(next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3]) > 256


def test_another_process_at_the_recorded_port_is_not_taken_for_it(folder: Path) -> None:
    with Stranger() as port:
        folder.mkdir()
        record = {"id": "0" * 32, "pid": os.getpid(), "port": port, "since": 0.0}
        (folder / "server.json").write_text(json.dumps(record))
        endpoint = local.ensure(folder)
        assert endpoint.started
        assert endpoint.url != f"http://127.0.0.1:{port}"
        assert endpoint.pid != os.getpid()


class Stranger:
    """A web server that answers everything."""

    def __enter__(self) -> int:
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Any(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"id": "somebody else"}')

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Any)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self._server.server_port

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_a_record_that_cannot_be_read_is_no_record(folder: Path) -> None:
    folder.mkdir()
    (folder / "server.json").write_text("{")
    assert not local.status(folder).running
    assert local.ensure(folder).started


def test_of_those_who_ask_at_once_none_takes_the_other_for_a_server(folder: Path) -> None:
    """Else `local stop` would kill whatever has the process id of a server of before."""
    files = Files(folder)
    files.make()
    files.serving.write_text(str(os.getpid()))

    def asked(_: int) -> list[int | None]:
        return [files.server() for _ in range(2000)]

    with ThreadPoolExecutor(4) as pool:
        assert {one for answers in pool.map(asked, range(4)) for one in answers} == {None}


def test_two_folders_are_two_accounts(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    try:
        one, two = clients(local.ensure(folder).url)("ec2"), clients(local.ensure(other).url)("ec2")
        vpc = one.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        assert vpc not in str(two.describe_vpcs())
    finally:
        local.stop(other)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnwritable):
        local.ensure(tmp_path / "file" / "local")
