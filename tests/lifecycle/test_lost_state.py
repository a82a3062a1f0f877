"""The state file is gone, and somebody has been at the account meanwhile."""

from __future__ import annotations

from tests.commands import Commands


def test_a_secret_on_its_way_out_is_brought_back(commands: Commands) -> None:
    """Nobody may read it, so what it says of the database is not known until then."""
    commands.done("up")
    made = commands.census()
    commands.account.client("secretsmanager").delete_secret(SecretId="lambda-rds/database")
    commands.forget_state()
    for command in ("plan", "status"):
        commands.done(command)
        assert "deletion: scheduled" in commands.out
    commands.done("up")
    assert commands.census() == made


def test_an_older_state_file_hides_nothing(commands: Commands) -> None:
    """As one from a backup, or of another folder, is: complete, and of before the proxy and the second gateway."""
    commands.done("up")
    old = commands.state.read_bytes()
    commands.done("enable-proxy")
    proxied = commands.census()
    commands.state.write_bytes(old)
    commands.done("status")
    assert "proxy target" in commands.out
    commands.done("plan", "--detailed-exitcode")
    commands.done("up")
    assert commands.census() == proxied
    commands.done("disable-proxy")
    direct = commands.census()

    commands.settings = "[network]\nnat_gateways = 2\n"
    commands.done("up")
    commands.state.write_bytes(old)
    commands.settings = ""
    commands.done("plan")
    assert "remove   NAT gateway b" in commands.out
    commands.done("up")
    assert commands.census() == direct
