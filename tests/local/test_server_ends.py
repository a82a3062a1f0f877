"""The background process: stopped or killed, the account stays; of an empty account nothing stays but the log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from provision.aws import local
from provision.errors import LocalTrouble
from tests.local.conftest import alive, clients
from tests.waiting import until


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


def test_keys_of_kms_are_in_the_account_like_all_else(folder: Path) -> None:
    """The stack makes none, but a database with a managed password that somebody makes beside it does."""
    specs = ["SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256"]
    kms = clients(local.ensure(folder).url)("kms")
    made = [kms.create_key(KeyUsage=usage(spec), KeySpec=spec)["KeyMetadata"]["KeyId"] for spec in specs]
    sealed = kms.encrypt(KeyId=made[0], Plaintext=b"secret")["CiphertextBlob"]
    public = [kms.get_public_key(KeyId=one)["PublicKey"] for one in made[1:]]
    assert local.stop(folder)
    again = clients(local.ensure(folder).url)("kms")
    assert again.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    assert [again.get_public_key(KeyId=one)["PublicKey"] for one in made[1:]] == public


def usage(spec: str) -> str:
    return "ENCRYPT_DECRYPT" if spec == "SYMMETRIC_DEFAULT" else "SIGN_VERIFY"


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
