"""The state file is gone, and somebody has been at the account meanwhile."""

from __future__ import annotations

from tests.fresh import STATE, Provision, settings
from tests.served import Served


def test_a_secret_on_its_way_out_is_brought_back(cloud: Served, provision: Provision) -> None:
    """Nobody may read it, so what it says of the database is not known until then."""
    provision("up").well()
    made = cloud.census()
    cloud.client("secretsmanager").delete_secret(SecretId="lambda-rds/database")
    STATE.unlink()
    for command in ("plan", "status"):
        assert "deletion: scheduled" in provision(command).well().out
    provision("up").well()
    assert cloud.census() == made


def test_an_older_state_file_hides_nothing(cloud: Served, provision: Provision) -> None:
    """As one from a backup, or of another folder, is: complete, and of before the proxy and the second gateway."""
    provision("up").well()
    old = STATE.read_bytes()
    provision("enable-proxy").well()
    proxied = cloud.census()
    STATE.write_bytes(old)
    assert "proxy target" in provision("status").well().out
    provision("plan", "--detailed-exitcode").well()
    provision("up").well()
    assert cloud.census() == proxied
    provision("disable-proxy").well()
    direct = cloud.census()

    settings("[network]\nnat_gateways = 2\n")
    provision("up").well()
    STATE.write_bytes(old)
    settings("")
    assert "remove   NAT gateway b" in provision("plan").well().out
    provision("up").well()
    assert cloud.census() == direct


def test_a_proxy_made_since_stays_though_the_older_state_file_had_one_switched_off(
    cloud: Served, provision: Provision
) -> None:
    """As in the folder of somebody who was the last but one at work."""
    provision("up").well()
    provision("enable-proxy").well()
    proxied = cloud.census()
    provision("disable-proxy").well()
    old = STATE.read_bytes()
    provision("enable-proxy").well()
    STATE.write_bytes(old)
    provision("up").well()
    assert cloud.census() == proxied
