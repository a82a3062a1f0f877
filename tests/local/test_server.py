"""The background process: started once, found again, ended with all it started."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provision.aws import local
from provision.aws.target import open_local
from provision.errors import LedgerUnwritable, LocalTrouble
from tests.local.conftest import clients, until


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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


def test_a_proxy_of_the_users_has_no_part_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes over loopback leaves the machine on no way."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert open_local(folder=folder, region=None).account == "123456789012"


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


def test_it_listens_on_loopback_alone(folder: Path) -> None:
    endpoint = local.ensure(folder)
    assert endpoint.url.startswith("http://127.0.0.1:")
    port = int(endpoint.url.rpartition(":")[2])
    listeners = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert [one for one in listeners if int(one.rpartition(":")[2], 16) == port] == [f"0100007F:{port:04X}"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_it_takes_more_descriptors_than_a_shell_begins_with(folder: Path) -> None:
    start = "import sys, pathlib; from provision.aws import local; print(local.ensure(pathlib.Path(sys.argv[1])).pid)"
    shell = ["sh", "-c", 'ulimit -Sn 256 && exec "$@"', "sh", sys.executable, "-c", start, str(folder)]
    said = subprocess.run(shell, capture_output=True, text=True, check=True)
    limits = Path(f"/proc/{int(said.stdout)}/limits").read_text()
    assert int(next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3]) > 256


def test_its_files_are_its_owners_alone(folder: Path) -> None:
    local.ensure(folder)
    clients(local.ensure(folder).url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}
    assert {"log", "account", "account.key", "server.json"} <= modes.keys()


def test_its_own_questions_are_for_those_who_can_read_the_folder(folder: Path) -> None:
    host = local.ensure(folder).url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("POST", "/_provision/stop")
    assert connection.getresponse().status == 403
    connection.close()
    assert local.status(folder).running


def test_after_a_kill_the_next_command_starts_it_again_with_the_same_account(folder: Path) -> None:
    endpoint = local.ensure(folder)
    vpc = clients(endpoint.url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    os.kill(endpoint.pid, signal.SIGKILL)
    again = local.ensure(folder)
    assert (again.started, again.pid != endpoint.pid) == (True, True)
    assert clients(again.url)("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.0.0.0/16"


def test_after_a_stop_the_account_is_as_it_was(folder: Path) -> None:
    endpoint = local.ensure(folder)
    vpc = clients(endpoint.url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert local.stop(folder)
    assert not alive(endpoint.pid)
    assert not local.stop(folder)
    assert vpc in str(clients(local.ensure(folder).url)("ec2").describe_vpcs())


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


def test_two_folders_are_two_accounts(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    try:
        one, two = clients(local.ensure(folder).url)("ec2"), clients(local.ensure(other).url)("ec2")
        vpc = one.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        assert vpc not in str(two.describe_vpcs())
    finally:
        local.stop(other)


def test_retire_leaves_the_log_alone_when_the_account_is_empty(folder: Path) -> None:
    endpoint = local.ensure(folder)
    ec2 = clients(endpoint.url)("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    local.retire(folder)
    assert local.ensure(folder).pid == endpoint.pid
    ec2.delete_vpc(VpcId=vpc)
    local.retire(folder)
    assert not alive(endpoint.pid)
    assert [path.name for path in folder.iterdir()] == ["log"]


@pytest.mark.parametrize("service", ["secret", "role", "log group", "queue"])
def test_retire_lets_nothing_be_lost(folder: Path, service: str) -> None:
    client = clients(local.ensure(folder).url)
    if service == "secret":
        client("secretsmanager").create_secret(Name="x", SecretString="y")
    elif service == "role":
        client("iam").create_role(RoleName="x", AssumeRolePolicyDocument="{}")
    elif service == "log group":
        client("logs").create_log_group(logGroupName="x")
    else:  # a service that the stack does not use
        client("sqs").create_queue(QueueName="x")
    local.retire(folder)
    assert local.status(folder).running


def test_stop_of_an_empty_account_leaves_the_log_alone(folder: Path) -> None:
    local.ensure(folder)
    assert local.stop(folder)
    assert [path.name for path in folder.iterdir()] == ["log"]


def test_a_folder_that_was_never_used_is_not_made(folder: Path) -> None:
    assert not local.stop(folder)
    local.retire(folder)
    assert not local.status(folder).running
    assert not folder.exists()


def test_a_damaged_account_is_told_and_not_overwritten(folder: Path) -> None:
    endpoint = local.ensure(folder)
    clients(endpoint.url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    local.stop(folder)
    (folder / "account").write_bytes(b"not an account")
    with pytest.raises(LocalTrouble) as raised:
        local.ensure(folder)
    assert str(folder / "account") in raised.value.why
    assert (folder / "account").read_bytes() == b"not an account"
    (folder / "account").unlink()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnwritable):
        local.ensure(tmp_path / "file" / "local")


def test_a_server_that_hangs_can_be_stopped(folder: Path) -> None:
    endpoint = local.ensure(folder)
    vpc = clients(endpoint.url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    os.kill(endpoint.pid, signal.SIGSTOP)
    assert local.stop(folder)
    until(lambda: not alive(endpoint.pid))
    assert vpc in str(clients(local.ensure(folder).url)("ec2").describe_vpcs())


def test_what_got_the_process_id_of_an_earlier_server_is_left_alone(folder: Path) -> None:
    """The record is of a server that was killed; another has begun since, and hangs before it could write its own."""
    endpoint = local.ensure(folder)
    with subprocess.Popen(["sleep", "60"]) as bystander:
        record = {"id": "0" * 32, "pid": bystander.pid, "port": 9, "since": 0.0}
        (folder / "server.json").write_text(json.dumps(record))
        os.kill(endpoint.pid, signal.SIGSTOP)
        assert local.stop(folder)
        assert bystander.poll() is None
        bystander.kill()
    until(lambda: not alive(endpoint.pid))


def test_the_log_names_calls_and_no_contents(folder: Path) -> None:
    secrets = clients(local.ensure(folder).url)("secretsmanager")
    secrets.create_secret(Name="x", SecretString="sesame")
    said = local.log_path(folder).read_text()
    assert "secretsmanager:CreateSecret 200" in said
    assert "sesame" not in said


def test_who_is_gone_before_the_request_was_whole_leaves_no_trace(folder: Path) -> None:
    endpoint = local.ensure(folder)
    scope = "AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/ec2/aws4_request"
    head = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {scope}\r\nContent-Length: 100\r\n\r\nAction=CreateVpc"
    )
    with socket.create_connection(("127.0.0.1", int(endpoint.url.rpartition(":")[2]))) as caller:
        caller.sendall(head.encode())
    until(lambda: " 499 " in local.log_path(folder).read_text())
    assert "Traceback" not in local.log_path(folder).read_text()
    assert len(clients(endpoint.url)("ec2").describe_vpcs()["Vpcs"]) == 1, "the default one"


def test_unknown_actions_and_services_are_refused_not_crashed(folder: Path) -> None:
    from botocore.exceptions import ClientError

    client = clients(local.ensure(folder).url)
    with pytest.raises(ClientError) as raised:
        client("rds").describe_db_recommendations()
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 500, 501}
    assert client("sts").get_caller_identity()["Account"] == "123456789012"
