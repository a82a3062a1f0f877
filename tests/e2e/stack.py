"""A folder in which somebody uses `provision`, and what can be seen of it from outside."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from provision.aws.local.manners.client import Manners, comparable
from tests.command import Here
from tests.conftest import linux_processes, running
from tests.local.conftest import clients

Census = list[dict[str, Any]]
ENDING = 60.0
"""Seconds that a process may take to end after the command that ended it."""


@dataclass(frozen=True)
class Stack(Here):
    """On the local AWS, which lies in the folder."""

    @property
    def aws(self) -> Path:
        return self.folder / "state" / "local" / "aws"

    @property
    def server(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.aws / "server.json").read_bytes())
        return found

    def client(self, service: str) -> Any:
        return clients(f"http://127.0.0.1:{self.server['port']}")(service)

    def census(self) -> Census:
        """Everything in the account, with names for ids."""
        return comparable(Manners.of(self.aws).census())

    def mutating(self, *, reset: bool = False) -> list[str]:
        """The calls since the last reset that change something, or would."""
        calls = Manners.of(self.aws).calls(reset=reset)
        return [f"{one['service']}:{one['action']}" for one in calls if one["mutating"]]

    def code(self) -> str:
        """The function's code."""
        return str(
            self.client("lambda").get_function(FunctionName="lambda-rds-function")["Configuration"]["CodeSha256"]
        )

    def secret(self) -> dict[str, Any]:
        """What the database's secret holds."""
        secrets = self.client("secretsmanager")
        (listed,) = secrets.list_secrets()["SecretList"]
        found: dict[str, Any] = json.loads(secrets.get_secret_value(SecretId=listed["ARN"])["SecretString"])
        return found

    def tellers(self, password: str, *said: object) -> list[str]:
        """Files, processes and streams in which `password` can be read."""
        files = [path for path in self.folder.rglob("*") if password.encode() in content(path)]
        processes = [
            words for parent, words in linux_processes().values() if str(self.folder) in words and password in words
        ]
        return [str(path) for path in files] + processes + [repr(one)[:80] for one in said if password in repr(one)]

    def end(self) -> None:
        """Whatever a failed test has left is taken away."""
        for file in (self.folder / "state" / "local").glob("*.json"):
            self.provision("--name", file.stem, "teardown", "--yes")
        if (self.aws / "server.json").exists():
            self.provision("local", "stop")

    def ids(self) -> dict[str, str]:
        return {key: row["id"] for key, row in self.state()["resources"].items()}

    def invoked(self, name: str = "lambda-rds") -> dict[str, Any]:
        """The function's answer."""
        document = self.provision("--name", name, "--output", "json", "invoke").well().document
        return dict(document["response"])

    def processes(self) -> dict[int, str]:
        """Those that know of the folder; what has just been told to end may take a moment."""
        deadline = time.monotonic() + ENDING
        while (left := running(str(self.folder))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    @contextmanager
    def calling(self) -> Iterator[Answers]:
        """The function is called again and again, by somebody else, as long as the block lasts."""
        answers, ended = Answers(), threading.Event()
        function = self.client("lambda")

        def call() -> None:
            while not ended.is_set():
                response = function.invoke(FunctionName="lambda-rds-function", Payload=b"{}")
                body = json.loads(response["Payload"].read())
                (answers.bad if "FunctionError" in response else answers.good).append(body)
                ended.wait(0.1)

        thread = threading.Thread(target=call)
        thread.start()
        try:
            yield answers
        finally:
            ended.set()
            thread.join(60)


def content(path: Path) -> bytes:
    """Of a file; nothing of one that its process has removed meanwhile."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""


def connected(secret: dict[str, Any]) -> Any:
    """A connection to the database itself, by what its secret holds. Raises what the database refuses."""
    return psycopg2.connect(
        host=secret["host"],
        port=secret["port"],
        dbname=secret["dbname"],
        user=secret["username"],
        password=secret["password"],
        sslmode="require",
    )


def differing(one: Census, other: Census) -> list[str]:
    """What is in one of two accounts alone."""
    alone = [each for each in one if each not in other] + [each for each in other if each not in one]
    return [f"{each['kind']} {each['name']} {each['tags']} {each['properties']}" for each in alone]


@dataclass
class Answers:
    """What callers got meanwhile."""

    good: list[Any] = field(default_factory=list)
    bad: list[Any] = field(default_factory=list)


def listens(port: int) -> bool:
    """Whether anybody takes connections there."""
    with socket.socket() as caller:
        caller.settimeout(2)
        return caller.connect_ex(("127.0.0.1", port)) == 0
