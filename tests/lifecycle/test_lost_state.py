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
