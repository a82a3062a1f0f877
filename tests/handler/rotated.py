"""A secret in rotation: what Secrets Manager does around the function's steps, and how the function is interrupted."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.secretsmanager.models import FakeSecret, secretsmanager_backends

from provision.aws.local.engines import scram
from tests.handler.world import PASSWORD, Process, World

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
# Reads lines `{"event", "kill", "refuse"}` and answers with all that the function said. `kill` is a call to Secrets
# Manager, by its number and whether it was sent: there the step ends, and nothing in it can stop that. `refuse` has
# operations, and the code with which Secrets Manager is to refuse each.
LOOP = """
import contextlib, io, json, logging, sys, traceback
import rotation, secrets_manager
from botocore.awsrequest import AWSResponse
class Killed(BaseException): ...
state = {"kill": None, "refuse": {}, "calls": []}
def when(sent):
    def hook(model, **_):
        if not sent:
            state["calls"].append(model.name)
        if state["kill"] == [len(state["calls"]), sent]:
            raise Killed
        if not sent and model.name in state["refuse"]:
            return AWSResponse("", 400, {}, None), {"Error": {"Code": state["refuse"][model.name], "Message": ""}}
    return hook
events = secrets_manager.client().meta.events
events.register("before-call.secrets-manager", when(False))
events.register("after-call.secrets-manager", when(True))
for line in sys.stdin:
    asked = json.loads(line)
    state.update(kill=asked.get("kill"), refuse=asked.get("refuse", {}), calls=[])
    said, answer = io.StringIO(), {}
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            answer = {"returned": rotation.handler(asked["event"], None)}
        except Killed:
            answer = {"killed": True}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    logging.getLogger().removeHandler(handler)
    print(json.dumps({**answer, "said": said.getvalue(), "calls": state["calls"]}), flush=True)
"""


class Rotated:
    """A secret of its own, with the user and the password that the database has, and the function beside it."""

    def __init__(self, world: World, **changed: Any) -> None:
        self.world, self.secrets = world, world.secrets
        where = {"host": world.database.address, "port": world.database.port, "dbname": "shop"}
        value = {"engine": "postgres", **where, "username": "postgres", "password": PASSWORD, **changed}
        made = self.secrets.create_secret(Name=f"rotated-{uuid.uuid4()}", SecretString=json.dumps(value))
        self.arn, self.first = made["ARN"], made["VersionId"]
        self.process = self.start()

    def start(self) -> Process:
        nothing = dict.fromkeys(("DB_ENDPOINT_ADDRESS", "DB_PORT", "DB_NAME"), "")
        return self.world.start(LOOP, DB_SECRET_ARN=self.arn, **nothing)

    def pend_with(self, **value: Any) -> str:
        """A new pending version with what PutSecretValue takes as a value."""
        token = str(uuid.uuid4())
        labels = ["AWSPENDING"]
        self.secrets.put_secret_value(SecretId=self.arn, ClientRequestToken=token, VersionStages=labels, **value)
        return token

    def pend(self, **value: Any) -> str:
        """A new pending version: empty, as RotateSecret makes it, which moto has no call for, or with that JSON."""
        if value:
            return self.pend_with(SecretString=json.dumps(value))
        token = str(uuid.uuid4())
        kept = secretsmanager_backends["123456789012"]["eu-west-1"].secrets[self.arn]
        assert isinstance(kept, FakeSecret)
        kept.remove_version_stages_from_old_versions(["AWSPENDING"])
        kept.versions[token] = {"createdate": 0, "version_id": token, "version_stages": ["AWSPENDING"]}
        return token

    def event(self, name: Any, token: Any) -> dict[str, Any]:
        return {"Step": name, "SecretId": self.arn, "ClientRequestToken": token}

    def step(self, name: Any, token: Any, *, kill: tuple[int, bool] | None = None, **changed: Any) -> dict[str, Any]:
        return self.process.call(json.dumps({"event": self.event(name, token) | changed, "kill": kill}))

    def begin(self, name: str, token: str) -> None:
        """Without waiting for the answer."""
        self.process.send(json.dumps({"event": self.event(name, token)}))

    def done(self, name: str, token: str) -> str:
        """What a step that succeeds logs; it answers nothing."""
        answer = self.step(name, token)
        assert "error" not in answer, answer["error"]
        assert answer["returned"] is None
        assert answer["said"].count("\n") == 1
        return str(answer["said"])

    def rotate(self, token: str) -> None:
        for name in STEPS:
            self.done(name, token)

    def value(self, version: str) -> dict[str, Any]:
        text = self.secrets.get_secret_value(SecretId=self.arn, VersionId=version)["SecretString"]
        return dict(json.loads(text))

    def labels(self) -> dict[str, set[str]]:
        """Of each version that has any."""
        told = self.secrets.describe_secret(SecretId=self.arn)["VersionIdsToStages"]
        return {version: set(labels) for version, labels in told.items() if labels}

    @property
    def current(self) -> dict[str, Any]:
        [version] = [version for version, labels in self.labels().items() if "AWSCURRENT" in labels]
        return self.value(version)

    def opens(self, password: str, user: str = "postgres") -> bool:
        """Whether the database takes that password. It takes one."""
        return scram.matches(password, self.world.database.verifier(user) or "")
