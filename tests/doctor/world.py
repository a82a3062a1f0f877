"""Healthy stacks in a local AWS without engines, each made once by the product and brought back for each test."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from moto.moto_api._internal.models import moto_api_backend

from provision.aws.refusals import judge
from provision.aws.target import Target
from provision.engine.executor import Concurrent
from provision.engine.run import Run, Stack
from provision.ledger.store import Ledger
from provision.names import Names
from provision.operations.up import made
from provision.operations.work import Work
from provision.settings import Network, Settings
from tests.served import Served, served

ACCOUNT, REGION, NAME = "123456789012", "eu-west-1", "lambda-rds"


@dataclass(frozen=True)
class Kind:
    """One of the four healthy stacks."""

    egress: str
    proxy: bool

    def __str__(self) -> str:
        return f"{self.egress}-{'proxy' if self.proxy else 'direct'}"


KINDS = tuple(Kind(egress, proxy) for egress in ("nat", "endpoint") for proxy in (False, True))


class Aws:
    """The account in a tester's hands: boto3's clients, and what the stack made, by its keys."""

    def __init__(self, url: str) -> None:
        session: Any = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        self.session = session
        self.ec2, self.rds, self.iam = (session.client(one, endpoint_url=url) for one in ("ec2", "rds", "iam"))
        self.awslambda = session.client("lambda", endpoint_url=url)
        self.secretsmanager = session.client("secretsmanager", endpoint_url=url)
        self.names = Names(stack=NAME, region=REGION)
        self.ids: dict[str, str] = {}
        """What the state file knows, such as `group.database`."""


class World:
    """One account, in which any of the four kinds stands at a time."""

    def __init__(self, here: Served, folder: Path) -> None:
        self.aws = Aws(here.url)
        self._here = here
        self._folder = folder
        self._kept: dict[Kind, dict[Path, bytes]] = {}
        self._target = Target(
            name="aws",
            session=self.aws.session,
            region=REGION,
            endpoint=here.url,
            account=ACCOUNT,
            partition="aws",
            caller=self.aws.session.client("sts", endpoint_url=here.url).get_caller_identity()["Arn"],
        )
        self._reading, self._sending = self._target.reading, self._target.sending
        self._pool = ThreadPoolExecutor(8)

    def healthy(self, kind: Kind) -> Work:
        """That stack, as `up` made it, and a run of a command about it."""
        account = self._here.aws.account
        if kind not in self._kept:
            with account.lock:
                moto_api_backend.reset()
            made(self.work(kind), proxy=kind.proxy, ask_first=False)
            account.save()
            files = [self._folder / "account", *(self._folder / "code").iterdir()]
            self._kept[kind] = {path: path.read_bytes() for path in files}
        else:
            for path, content in self._kept[kind].items():
                path.write_bytes(content)
            with account.lock:
                account.load()
        work = self.work(kind)
        self.aws.ids = {key: row.id or "" for key, row in work.run.ledger.rows().items()}
        return work

    def work(self, kind: Kind) -> Work:
        place: dict[str, Any] = {"target": "aws", "account": ACCOUNT, "region": REGION}
        run = Run(
            stack=Stack(name=NAME, caller=self._target.caller, **place),
            aws=self._reading,
            send=self._sending,
            ledger=Ledger.load(self._folder / f"{kind}.json", stack=NAME, stamp=lambda: 0.0, **place),
            listener=lambda _: None,
            judge=judge,
            executor=Concurrent(self._pool),
        )
        settings = Settings(network=Network(egress=kind.egress))
        return Work(run=run, settings=settings, names=self.aws.names, invoking=self._target.invoking)

    def close(self) -> None:
        self._pool.shutdown()


@contextmanager
def world(folder: Path) -> Iterator[World]:
    with served(folder) as here:
        made = World(here, folder)
        yield made
        made.close()
