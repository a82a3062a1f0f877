"""What the function finds around it: a PostgreSQL, an emulated Secrets Manager, and fresh interpreters."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import psycopg2

from provision.aws.local.engines import Authority, Database

HANDLER = Path(__file__).parents[2] / "handler"
PASSWORD = "Correct-Horse.42"
PROBE = '{"probe": true}'
# Reads events, one a line, as the runtime client would hand them over.
LOOP = """
import json, sys
import index
for line in sys.stdin:
    try:
        answer = index.handler(json.loads(line), None)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
"""


class Process:
    def __init__(self, environment: dict[str, str], loop: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", loop], env=environment, cwd=HANDLER, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def send(self, event: str) -> None:
        assert self.child.stdin
        self.child.stdin.write(f"{event}\n")
        self.child.stdin.flush()

    def call(self, event: str = "{}") -> dict[str, Any]:
        self.send(event)
        assert self.child.stdout
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        return answer

    def close(self) -> None:
        self.child.communicate()


@contextmanager
def unanswered(address: str) -> Iterator[int]:
    """A port there at which connecting is refused: somebody has it, who does not listen."""
    with socket.socket() as nobody:
        nobody.bind((address, 0))
        yield nobody.getsockname()[1]


class World:
    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.authority = Authority(folder / "ca")
        self.database = Database(folder / "database", self.authority)
        self.database.create(user="postgres", password=PASSWORD, database="shop")
        self.secrets = boto3.client(
            "secretsmanager", endpoint_url=endpoint, region_name="eu-west-1",
            aws_access_key_id="testing", aws_secret_access_key="testing",
        )  # fmt: skip
        self.endpoint = endpoint
        self.arn = self.secrets.create_secret(Name="db", SecretString="{}")["ARN"]
        self.processes: list[Process] = []

    def secret(self, text: str) -> None:
        self.secrets.put_secret_value(SecretId=self.arn, SecretString=text)

    def login(self, password: str) -> None:
        self.secret(json.dumps({"username": "postgres", "password": password}))

    def start(self, loop: str = LOOP, **changed: str) -> Process:
        given = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "PYTHONDONTWRITEBYTECODE": "1",
            "PGSSLROOTCERT": str(self.authority.bundle), "DB_ENDPOINT_ADDRESS": self.database.address,
            "DB_PORT": str(self.database.port), "DB_NAME": "shop", "DB_SECRET_ARN": self.arn,
        }  # fmt: skip
        process = Process({key: value for key, value in {**given, **changed}.items() if value}, loop)
        self.processes.append(process)
        return process

    def connect(self, host: str) -> Any:
        return psycopg2.connect(
            host=host, port=self.database.port, dbname="shop", user="postgres", password=PASSWORD,
            sslmode="verify-full", sslrootcert=str(self.authority.bundle),
        )  # fmt: skip

    def kill(self, backend: int) -> None:
        link = self.connect(self.database.address)
        with link.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        link.close()
