"""A database whose password RDS was told to keep itself."""

from __future__ import annotations

import json
from dataclasses import replace

from provision.doctor.finding import Finding, Link
from provision.operations.doctor import doctor, own
from provision.operations.mending import mend
from provision.operations.work import Work
from tests.resources.one_database import MODIFY, saying
from tests.resources.whole import NAMES, Whole

KEPT = {"MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:x:1:secret:rds!db-1", "SecretStatus": "active"}}


def test_a_lost_password_is_made_anew_where_rds_keeps_the_databases(stack: Whole) -> None:
    """AWS takes none there unless it is told to keep none any more."""
    account = stack.account
    secrets = account.outside("secretsmanager")
    there = json.loads(secrets.get_secret_value(SecretId="shop/database")["SecretString"])
    secrets.put_secret_value(SecretId="shop/database", SecretString=json.dumps({**there, "password": ""}))
    saying(account, lambda: {} if account.told(MODIFY) else KEPT)
    run = account.run()
    work = Work(run=run, settings=stack.settings, names=NAMES, invoking=lambda _: run.aws)
    empty = Finding(id="secret.content", link=Link.SECRET, what="It has none.", evidence="None.")
    mend(work, replace(doctor(work, own(work)), findings=(empty,)))
    new = json.loads(secrets.get_secret_value(SecretId="shop/database")["SecretString"])["password"]
    given = [(one.get("MasterUserPassword"), one.get("ManageMasterUserPassword")) for one in account.told(MODIFY)]
    assert given[0] == (new, False)
