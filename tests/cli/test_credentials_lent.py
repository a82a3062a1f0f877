"""Credentials that AWS is to give out for a while: what it refuses of that is the profile's, whatever was asked for."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.refused import refused
from tests.command import Here
from tests.refusals.wire import Answer, refusal

START = "https://example.org/start"
SSO = f"sso_start_url = {START}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Admin"
ROLE = "role_arn = arn:aws:iam::123456789012:role/deploy\nduration_seconds = 43200\ncredential_source = Environment"


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The address of an AWS that says this to everything."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def logged_in(home: Path) -> None:
    """As `aws sso login` leaves it."""
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    name = hashlib.sha1(START.encode("utf-8")).hexdigest()  # noqa: S324 - the AWS CLI's name for the file
    token = {"accessToken": "token", "expiresAt": "2999-01-01T00:00:00Z"}
    (cache / f"{name}.json").write_text(json.dumps(token), encoding="utf-8")


@pytest.mark.parametrize(
    ("profile", "protocol", "code", "status", "text"),
    [
        (SSO, "rest-json", "ForbiddenException", 403, "No access"),
        (SSO, "rest-json", "ResourceNotFoundException", 404, "The specified resource doesn't exist."),
        (ROLE, "query", "ValidationError", 400, "The requested DurationSeconds exceeds the 1 hour session limit"),
    ],
    ids=["no such permission set", "no such account", "too long"],
)
def test_a_role_that_is_not_given_out(
    tmp_path: Path, profile: str, protocol: str, code: str, status: int, text: str
) -> None:
    logged_in(tmp_path)
    (tmp_path / "config").write_text(f"[profile mine]\n{profile}\n", encoding="utf-8")
    here = Here(tmp_path, {"HOME": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "config")})
    with answering(refusal(protocol, code, status, text)) as url:
        told = here.provision(
            "--target", "aws", "--profile", "mine", "plan", AWS_ENDPOINT_URL=url, AWS_REGION="eu-west-1"
        )
    refused(told, 3, "gives out no credentials", text, "permission set", "duration_seconds")


def test_a_container_whose_role_is_not_given_out(tmp_path: Path) -> None:
    """As the agent of EKS Pod Identity says it, or that of ECS."""
    text = b'{"message": "EKS does not have permissions to assume the associated role."}'
    keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": "eu-west-1"}
    with answering(Answer(403, {}, text)) as url:
        told = Here(tmp_path, keys).provision("--target", "aws", "plan", AWS_CONTAINER_CREDENTIALS_FULL_URI=url)
    refused(told, 3, "EKS does not have permissions", "the role of this container")
