"""Variables that somebody encrypted with a key which this identity may not use: Lambda tells none, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from provision.aws.local.wire import Answer, Call
from tests.stage import REGION, UP, stage

KEY = "arn:aws:kms:eu-west-1:123456789012:key/4f2c0a3e-1111-2222-3333-444455556666"
REFUSED = {"ErrorCode": "AccessDeniedException", "Message": "The ciphertext refers to a key you may not use."}


def encrypted(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.name != "lambda:GetFunction":
        return answer
    told = json.loads(answer.body)
    told["Configuration"].update(KMSKeyArn=KEY, Environment={"Error": REFUSED})
    return replace(answer, body=json.dumps(told).encode())


def test_they_are_told_as_such_and_not_as_unset(tmp_path: Path) -> None:
    with stage(tmp_path) as there:
        there.after(*UP)
        there.account.put_around(encrypted)
        told = there.type("--output", "json", "doctor").document
        (found,) = told["findings"]
        assert found["id"] == "function.variables-unreadable"
        assert REFUSED["Message"] in found["evidence"]
        assert found["mend"] == [f"aws --region {REGION} kms describe-key --key-id {KEY}"]
