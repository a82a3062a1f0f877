"""A local AWS served over HTTP from this process: no engine stands behind it, so that nothing takes time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import boto3
from moto.moto_api._internal.models import moto_api_backend

from provision.aws.local import proxies
from provision.aws.local.app import LocalAws
from provision.aws.local.files import Files
from provision.aws.local.health import AVAILABLE
from provision.aws.local.manners import Manners, Settings, install
from provision.aws.local.manners.census import census
from provision.aws.local.manners.client import comparable
from provision.aws.local.manners.kept import kept
from provision.aws.local.serving import listen
from provision.aws.local.wire import Answer, Call

REGION = "eu-west-1"
HEADERS = [("Content-Type", "application/json"), ("X-Amz-Executed-Version", "$LATEST")]


class Served:
    """The account behind `url`."""

    def __init__(self, aws: LocalAws, manners: Manners, port: int) -> None:
        self.aws = aws
        self.manners = manners
        self.url = f"http://127.0.0.1:{port}"
        self.pretends: set[str] = set()
        """Calls, such as `ec2:ReleaseAddress`, that are accepted and not carried out."""
        self.says = b'{"message": "Hello world!"}'
        """What a function answers."""
        self._session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name=REGION)

    def client(self, service: str) -> Any:
        """Somebody else's, who may do anything."""
        return self._session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]  # literal names

    def empty(self) -> None:
        """Takes everything out of the account: no manners are set then, no call was seen, nothing is remembered."""
        with self.aws.account.lock:
            moto_api_backend.reset()  # moto's account is the whole process's, other tests' too
            for memory in (kept(self.aws.account)["fresh"], kept(self.aws.account)["ghosts"]):
                memory.clear()
        self.manners.set(Settings().as_dict())
        self.manners.reset_calls()

    def census(self) -> list[dict[str, Any]]:
        """Everything in the account, with names for ids."""
        return comparable(census(self.manners.inside, self.aws.account))

    def in_place_of_engines(self, call: Call, following: Callable[[Call], Answer]) -> Answer:
        """What the reconciler does once PostgreSQL and PgBouncer run, and the runtime for Invoke."""
        if call.name == "lambda:Invoke":
            return Answer(200, HEADERS, self.says)
        if call.name in self.pretends:
            return call.answer({})
        rds = self.aws.account.backend("rds", call.region)
        for instance in list(rds.databases.values()):
            if instance.status == "deleting":
                instance.deletion_protection = False
                rds.delete_db_instance(instance.db_instance_identifier, **instance.deletion)
            elif instance.status in {"stopping", "stopped"}:
                instance.status = "stopped"
            else:
                instance.status, instance.reachable = "available", ("127.0.0.1", 5432)
        obstacles = {one.key: one.obstacle for one in proxies.wanted(self.aws.account)}
        for proxy in list(rds.db_proxies.values()):
            if proxy.status == "deleting":
                rds.delete_db_proxy(proxy.db_proxy_name)
                continue
            proxy.status = "available"
            for target in proxy.proxy_target_groups["default"].targets:
                target.health = obstacles[proxy.unique_id] or AVAILABLE
        return following(call)


S = TypeVar("S", bound=Served)


@contextmanager
def serving(
    folder: Path, kind: Callable[[LocalAws, Manners, int], S], clock: Callable[[], float] = time.time
) -> Iterator[S]:
    """An empty account whose files lie in `folder`; what is made in it stays as moto makes it. Manners have a clock."""
    files = Files(folder)
    files.make()
    moto_api_backend.reset()
    logging.getLogger("provision.local").addHandler(logging.NullHandler())  # without a file, it would be on stderr
    aws = LocalAws(files)
    manners = install(aws, clock=clock)
    server = listen(aws.wsgi, "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kind(aws, manners, server.port)
    finally:
        manners.release()
        server.shutdown()
        thread.join()
        server.server_close()
        moto_api_backend.reset()


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The same with databases and proxies that are well by the next call."""
    with serving(folder, Served) as here:
        here.aws.around.append(here.in_place_of_engines)
        yield here
