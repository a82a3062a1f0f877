"""The rotation function against a real PostgreSQL and an emulated Secrets Manager."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from psycopg2 import sql

from provision.aws.local.engines.home import Home
from provision.resources.secretsmanager import secret
from tests.handler.rotated import STEPS, Rotated
from tests.handler.world import PASSWORD, World, unanswered

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def rotated(world: World) -> Rotated:
    return Rotated(world)


def test_four_steps_give_the_user_a_new_password(rotated: Rotated) -> None:
    before, token = rotated.current, rotated.pend()
    assert "has a new password" in rotated.done("createSecret", token)
    made = rotated.value(token)
    assert made == before | {"password": made["password"]}
    assert len(made["password"]) == secret.LENGTH
    assert not set(made["password"]) & set(secret.EXCLUDED)
    assert rotated.opens(PASSWORD)
    assert "from now on" in rotated.done("setSecret", token)
    assert rotated.opens(made["password"])
    assert "was tried" in rotated.done("testSecret", token)
    assert rotated.current == before
    assert "from now on" in rotated.done("finishSecret", token)
    assert rotated.current == made
    assert rotated.labels()[rotated.first] == {"AWSPREVIOUS"}
    assert "AWSCURRENT" in rotated.labels()[token], "where the pending label may stay, says AWS"


def test_a_step_that_is_called_again_changes_nothing(rotated: Rotated) -> None:
    token = rotated.pend()
    for name in STEPS:
        rotated.done(name, token)
        before = (rotated.labels(), rotated.value(token), rotated.world.database.verifier("postgres"))
        rotated.done(name, token)
        assert (rotated.labels(), rotated.value(token), rotated.world.database.verifier("postgres")) == before
    for name in STEPS:
        assert "already" in rotated.done(name, token)
    assert (rotated.labels(), rotated.value(token), rotated.world.database.verifier("postgres")) == before


def test_it_asks_for_nothing_but_what_its_role_allows(rotated: Rotated) -> None:
    token = rotated.pend()
    assert [rotated.step(name, token)["calls"] for name in STEPS] == [
        ["DescribeSecret", "GetSecretValue", "GetSecretValue", "GetRandomPassword", "PutSecretValue"],
        ["DescribeSecret", "GetSecretValue", "GetSecretValue"],
        ["DescribeSecret", "GetSecretValue", "GetSecretValue"],
        ["DescribeSecret", "UpdateSecretVersionStage"],
    ]


def test_rotation_that_is_only_tested_works_with_the_present_value(rotated: Rotated) -> None:
    before, token = rotated.world.database.verifier("postgres"), rotated.pend(**rotated.current)
    assert "was tried" in rotated.done("testSecret", token)
    assert rotated.world.database.verifier("postgres") == before
    assert set(rotated.labels()) == {rotated.first, token}


def test_a_password_that_the_database_does_not_take_fails_the_test(rotated: Rotated) -> None:
    token = rotated.pend(**rotated.current | {"password": "Wrong-Horse.44"})
    answer = rotated.step("testSecret", token)
    assert "password authentication failed" in answer["error"]
    assert "Wrong-Horse" not in json.dumps(answer)


EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"Step": "deleteSecret"}, "no Step of a rotation"),
    ({"Step": ["setSecret"]}, "no Step of a rotation"),
    ({"Step": None}, "no Step of a rotation"),
    ({"SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other"}, "not the secret that this function"),
    ({"SecretId": None}, "not the secret that this function"),
    ({"ClientRequestToken": None}, "no ClientRequestToken"),
    ({"ClientRequestToken": "another"}, "no version of the secret that is labelled AWSPENDING"),
]


@pytest.mark.parametrize(("changed", "words"), EVENTS)
def test_an_event_that_is_no_step_of_this_rotation_is_refused(
    rotated: Rotated, changed: dict[str, Any], words: str
) -> None:
    answer = rotated.step("createSecret", rotated.pend(), **changed)
    assert answer["error"].startswith("Refused: ")
    assert words in answer["error"]


def test_what_is_no_event_is_refused(rotated: Rotated) -> None:
    assert "no Step" in rotated.process.call('{"event": ["setSecret"]}')["error"]


def test_a_version_that_is_pending_no_more_is_refused(rotated: Rotated) -> None:
    old, new = rotated.pend(), rotated.pend()
    for name in STEPS:
        assert "labelled AWSPENDING" in rotated.step(name, old)["error"]
    rotated.rotate(new)
    assert "labelled AWSPENDING" in rotated.step("setSecret", rotated.first)["error"], "the previous one"


@pytest.mark.parametrize("name", ["setSecret", "testSecret"])
def test_a_pending_version_chooses_neither_place_nor_user(rotated: Rotated, name: str) -> None:
    """Nobody is even connected to: whoever listens there would be shown a password."""
    with socket.create_server((rotated.world.database.address, 0)) as elsewhere:
        elsewhere.settimeout(0)
        changes: list[dict[str, Any]] = [
            {"port": elsewhere.getsockname()[1]}, {"host": "localhost"}, {"host": ""}, {"username": "somebody"},
        ]  # fmt: skip
        for changed in changes:
            token = rotated.pend(**rotated.current | {"password": "Another-Horse.43"} | changed)
            answer = rotated.step(name, token)
            assert "another username, host or port" in answer["error"] or "no host" in answer["error"]
            assert "Horse" not in json.dumps(answer)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert rotated.opens(PASSWORD)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"SecretString": "Sesame-Horse"}, "is not JSON"),
        ({"SecretString": '{"username": "Sesame-Horse"}'}, "lacks password"),
        ({"SecretBinary": b"Sesame-Horse"}, "is not JSON"),
    ],
)
def test_an_unusable_version_is_named_without_its_value(rotated: Rotated, value: dict[str, Any], words: str) -> None:
    """And kept as it is: AWS refuses another value for it."""
    token = rotated.pend_with(**value)
    assert "already" in rotated.done("createSecret", token)
    for name in ("setSecret", "testSecret"):
        answer = rotated.step(name, token)
        assert words in answer["error"]
        assert token in answer["error"]
        assert "Sesame" not in json.dumps(answer)


def test_a_value_that_another_call_has_put_meanwhile_is_kept(rotated: Rotated) -> None:
    token = rotated.pend()
    refused = {"event": rotated.event("createSecret", token), "refuse": {"PutSecretValue": "ResourceExistsException"}}
    assert "error" not in rotated.process.call(json.dumps(refused))
    refused["refuse"] = {"PutSecretValue": "LimitExceededException"}
    assert "LimitExceededException" in rotated.process.call(json.dumps(refused))["error"]


def test_a_change_that_the_database_refuses_is_told_in_its_words(rotated: Rotated) -> None:
    token = rotated.pend()
    rotated.done("createSecret", token)

    def run(statement: str) -> None:
        with closing(rotated.world.connect(rotated.world.database.address)) as link, link, link.cursor() as cursor:
            cursor.execute(statement)

    run("ALTER ROLE postgres SET default_transaction_read_only = on")
    try:
        error = rotated.step("setSecret", token)["error"]
    finally:
        run("SET transaction_read_only = off; ALTER ROLE postgres RESET default_transaction_read_only")
    assert error.endswith("did not change the password: cannot execute ALTER ROLE in a read-only transaction")
    rotated.rotate(token)


def test_a_step_before_its_time_says_what_is_missing(rotated: Rotated) -> None:
    assert "has no value" in rotated.step("setSecret", rotated.pend())["error"]


def test_a_database_that_was_restored_has_the_previous_password(rotated: Rotated) -> None:
    rotated.rotate(rotated.pend())
    rotated.world.database.set_password("postgres", PASSWORD)
    rotated.rotate(rotated.pend())
    assert rotated.opens(rotated.current["password"])


def test_a_database_that_takes_no_password_of_the_secret_is_told(rotated: Rotated) -> None:
    rotated.world.database.set_password("postgres", "Stolen-Horse.45")
    token = rotated.pend()
    rotated.done("createSecret", token)
    assert "takes the password of no version" in rotated.step("setSecret", token)["error"]


def test_another_user_s_previous_password_is_not_tried(world: World) -> None:
    rotated = Rotated(world, username="somebody")
    value = rotated.current | {"username": "postgres", "password": "Wrong-Horse.44"}
    rotated.secrets.put_secret_value(SecretId=rotated.arn, SecretString=json.dumps(value))
    token = rotated.pend()
    rotated.done("createSecret", token)
    assert "takes the password of no version" in rotated.step("setSecret", token)["error"]


def test_a_database_that_is_down_is_told_with_its_reason(world: World) -> None:
    with unanswered(world.database.address) as port:
        rotated = Rotated(world, port=port)
        token = rotated.pend()
        rotated.done("createSecret", token)
        for name in ("setSecret", "testSecret"):
            assert "Connection refused" in rotated.step(name, token)["error"]


ODD_USER, ODD_PASSWORD = """O'Brien "the" odd; %s {}\\""", """pa'ss"w\\ord %s {} $1"""


@pytest.fixture
def odd(world: World) -> Iterator[Rotated]:
    """A secret of a user whose name wants quoting, with a password that does."""

    def run(statement: str) -> None:
        with closing(world.connect(world.database.address)) as link, link, link.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(user=sql.Identifier(ODD_USER), password=sql.Literal(ODD_PASSWORD)))

    run("CREATE ROLE {user} LOGIN PASSWORD {password}")
    yield Rotated(world, username=ODD_USER, password=ODD_PASSWORD, port=str(world.database.port), dbname=None)
    run("DROP ROLE {user}")


def test_a_user_with_odd_characters_is_rotated(odd: Rotated) -> None:
    odd.rotate(odd.pend())
    assert odd.opens(odd.current["password"], ODD_USER)
    assert odd.opens(PASSWORD), "nobody else's"


def test_every_other_key_is_kept(world: World) -> None:
    """Whoever rotated the secret before, or reads it, may have put more there. AWS: without dbname it is `postgres`."""
    rotated = Rotated(world, note="kept", dbname=None)
    before, token = rotated.current, rotated.pend()
    rotated.rotate(token)
    assert rotated.current | {"password": PASSWORD} == before


@pytest.fixture
def log(world: World) -> Iterator[Path]:
    """Of the server, which writes down every statement for the time being."""
    home = Home(world.folder / "database", log=world.folder / "database" / "log")
    before = (home.path / "data" / "postgresql.conf").read_text()
    for settings in (f"{before}log_statement = 'all'\nlog_min_error_statement = 'error'\n", before):
        world.database.stop()
        home.write("data/postgresql.conf", settings)
        world.database.start()
        if settings != before:
            yield home.log


def test_no_password_is_in_a_log_an_answer_or_an_error(world: World, log: Path) -> None:
    rotated = Rotated(world)
    tokens = [rotated.pend()]
    answers = [rotated.step(name, tokens[0]) for name in STEPS]
    world.database.set_password("postgres", "Stolen-Horse.45")
    tokens.append(rotated.pend())
    answers += [rotated.step(name, tokens[1]) for name in ("createSecret", "setSecret", "testSecret")]
    written = log.read_text()
    assert 'ALTER ROLE "postgres" PASSWORD \'SCRAM-SHA-256$' in written
    assert "statement: SELECT 1" in written
    assert "takes the password of no version" in answers[-2]["error"]
    for hidden in (PASSWORD, *(rotated.value(token)["password"] for token in tokens)):
        assert hidden not in written
        assert hidden not in json.dumps(answers)
        assert json.dumps(hidden)[1:-1] not in json.dumps(answers)
