"""A client is built once, however many threads are the first to ask for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import boto3

from provision.aws.clients import Clients

THREADS = 8


class Counting(boto3.Session):
    """Remembers what was built."""

    def __init__(self) -> None:
        super().__init__(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
        self.built: list[str] = []

    def client(self, service_name: str, *_: Any, **options: Any) -> Any:
        self.built.append(service_name)
        return super().client(service_name, **options)  # type: ignore[call-overload]  # the stubs want literal service names


def test_many_threads_at_once_get_the_same_client() -> None:
    session, together = Counting(), Barrier(THREADS)
    clients = Clients(session, region="us-east-1", endpoint="http://127.0.0.1:1", attempts=1)

    def first(_: int) -> Any:
        together.wait()
        return clients.ec2

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(first, range(THREADS)))
    assert session.built == ["ec2"]
    assert all(one is found[0] for one in found)
