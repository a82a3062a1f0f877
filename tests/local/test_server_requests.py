"""The background process: who may talk to it, and what is left of a request."""

from __future__ import annotations

import http.client
import socket
import stat
from pathlib import Path

import pytest

from provision.aws import local
from provision.aws.target import open_local
from tests.local.conftest import clients
from tests.waiting import until


def test_it_listens_on_loopback_alone(folder: Path) -> None:
    endpoint = local.ensure(folder)
    assert endpoint.url.startswith("http://127.0.0.1:")
    port = int(endpoint.url.rpartition(":")[2])
    listeners = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert [one for one in listeners if int(one.rpartition(":")[2], 16) == port] == [f"0100007F:{port:04X}"]


def test_its_files_are_its_owners_alone(folder: Path) -> None:
    local.ensure(folder)
    clients(local.ensure(folder).url)("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}
    assert {"log", "account", "account.key", "server.json"} <= modes.keys()


def test_its_own_questions_are_for_those_who_can_read_the_folder(folder: Path) -> None:
    host = local.ensure(folder).url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("POST", "/_provision/stop")
    assert connection.getresponse().status == 403
    connection.close()
    assert local.status(folder).running


def test_a_proxy_of_the_users_has_no_part_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes over loopback leaves the machine on no way."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert open_local(folder=folder, region=None).account == "123456789012"


@pytest.mark.parametrize(
    ("variable", "value"), [("AWS_CONFIG_FILE", "broken"), ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "many")]
)
def test_an_aws_configuration_of_the_users_has_no_part_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """Not even one that cannot be used."""
    monkeypatch.chdir(folder.parent)
    Path("broken").write_text("[default", encoding="utf-8")
    monkeypatch.setenv(variable, value)
    target = open_local(folder=folder, region=None)
    assert target.reading.ec2.describe_vpcs()["Vpcs"]


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
