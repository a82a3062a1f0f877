"""A secret whose key is disabled: nobody can read it, this identity neither, and that is the cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from provision.aws.local.wire import Answer, Call
from tests.stage import UP, stage

SAID = "Secrets Manager can't decrypt the protected secret text using the provided KMS key."


def locked(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.name != "secretsmanager:GetSecretValue":
        return answer
    return replace(answer, status=400, body=json.dumps({"__type": "DecryptionFailure", "message": SAID}).encode())


def test_it_is_the_cause_and_no_end_of_the_diagnosis(tmp_path: Path) -> None:
    with stage(tmp_path) as there:
        there.after(*UP)
        there.account.put_around(locked)
        told = there.type("--output", "json", "doctor").document
        assert told["root"]["id"] == "secret.locked"
        assert SAID in told["root"]["evidence"]
        assert told["root"]["advice"]
