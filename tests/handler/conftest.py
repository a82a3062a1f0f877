"""The function's surroundings, made once for a module and as new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from tests.handler.world import PASSWORD, World


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    world = World(tmp_path_factory.mktemp("world"), f"http://{host}:{port}")
    yield world
    world.database.delete()
    world.secrets.delete_secret(SecretId=world.arn, ForceDeleteWithoutRecovery=True)  # moto is the whole process's
    server.stop()


@pytest.fixture
def world(built: World) -> Iterator[World]:
    built.login(PASSWORD)
    yield built
    for process in built.processes:
        process.close()
    built.processes.clear()
    built.database.set_password("postgres", PASSWORD)
