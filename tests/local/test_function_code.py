"""The uploaded zips, which lie beside the account: what is there of them, and when."""

from __future__ import annotations

import json
import os
from pathlib import Path

from provision.aws import local
from provision.aws.local.account import BLOB_FROM
from tests.local.conftest import clients
from tests.policies import trust
from tests.zipped import zipped


def archive(answer: str) -> bytes:
    """A zip that is large enough to lie in a file of its own."""
    return zipped(f"def handler(event, context):\n    return {answer!r}\n", {"ballast": os.urandom(BLOB_FROM)})


def test_only_the_code_that_a_function_has_is_kept(folder: Path) -> None:
    client = clients(local.ensure(folder).url)
    role = client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(trust("lambda")))["Role"]
    client("lambda").create_function(
        FunctionName="one",
        Runtime="python3.13",
        Role=role["Arn"],
        Handler="index.handler",
        Code={"ZipFile": archive("first")},
    )
    for answer in ("second", "third"):
        client("lambda").update_function_code(FunctionName="one", ZipFile=archive(answer))
        assert len(list((folder / "code").iterdir())) == 1
    local.stop(folder)
    again = clients(local.ensure(folder).url)("lambda")
    assert json.load(again.invoke(FunctionName="one")["Payload"]) == "third"
    again.delete_function(FunctionName="one")
    assert list((folder / "code").iterdir()) == []
