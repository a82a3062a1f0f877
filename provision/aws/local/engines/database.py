"""One PostgreSQL behind one DB instance."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from provision.aws.local.engines import binaries, scram
from provision.aws.local.engines.admin import ADMIN, Admin
from provision.aws.local.engines.authority import Authority
from provision.aws.local.engines.home import AddressTaken, EngineFailed, Home, StillEnding
from provision.aws.local.engines.ports import DATABASE_ADDRESS, free_port
from provision.aws.local.engines.private import write_private
from provision.aws.local.engines.processes import wait_until

_PID_FILE = "data/postmaster.pid"
_READY_LINE = 7
_SETTINGS = "rds.conf"
_TRIES = 20
_PAUSE = 0.2
_LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"


@dataclass(frozen=True, kw_only=True)
class _Facts:
    address: str
    port: int
    max_connections: int
    force_ssl: bool


class Database:
    """A PostgreSQL server whose files belong to `folder`; it need not exist yet.

    `log` is where the server writes (default: within `folder`, and then gone with it).
    """

    def __init__(self, folder: Path, authority: Authority, *, log: Path | None = None) -> None:
        self._folder = folder
        self._authority = authority
        self._home = Home(folder, log=log or folder / "log")
        self._facts_path = folder / "database.json"

    @property
    def exists(self) -> bool:
        """Whether `create` has once come to its end."""
        return self._facts_path.exists()

    @property
    def running(self) -> bool:
        """Whether the server's process is there."""
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The server's process id, None if it does not run."""
        return self._home.pid(_PID_FILE)

    @property
    def address(self) -> str:
        """The IP address at which it listens."""
        return self._facts().address

    @property
    def port(self) -> int:
        """The port at which it listens; may change with `start`."""
        return self._facts().port

    def create(
        self,
        *,
        user: str,
        password: str,
        database: str | None = None,
        max_connections: int = 100,
        force_ssl: bool = True,
    ) -> None:
        """Make the server and start it; what an interrupted `create` left is made anew. Raises EngineFailed, and
        ValueError for a password that is not printable ASCII."""
        verifier = scram.verifier(password)
        if self.exists:
            raise EngineFailed(f"{self._folder} holds a database already")
        self.delete()
        facts = _Facts(
            address=DATABASE_ADDRESS,
            port=free_port(),
            max_connections=max_connections,
            force_ssl=force_ssl,
        )
        try:
            self._initialise()
            facts = self._launch(facts)
            admin = self._admin(facts)
            admin.make_role(user, verifier=verifier)
            admin.make_database(database or "postgres", owner=user)
        except BaseException:
            self.delete()
            raise
        self._keep(facts)

    def start(self) -> bool:
        """Start it, if it does not run. True when its port was taken and it now has another. Raises EngineFailed."""
        before = self._facts()
        if self.running:
            wait_until(self._is_ready)
            return False
        self._keep(self._launch(before))
        return self.port != before.port

    def move(self) -> None:
        """Start it anew on another port, one that is free at the pooler's address too. Raises EngineFailed."""
        self.stop()
        self._keep(replace(self._facts(), port=free_port()))
        self.start()

    def stop(self) -> None:
        """Disconnect everybody and shut down, if it runs."""
        self._home.end(_PID_FILE, signal.SIGINT, signal.SIGQUIT)

    def delete(self) -> None:
        """Stop it and remove all its files."""
        self.stop()
        self._home.remove()

    def configure(self, *, force_ssl: bool) -> None:
        """Change that parameter at once, as on RDS."""
        facts = replace(self._facts(), force_ssl=force_ssl)
        self._keep(facts)
        self._write_settings(facts)
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGHUP)

    def set_password(self, user: str, password: str) -> None:
        """Change a user's password. Connections that are open stay open."""
        self._admin(self._facts()).set_verifier(user, scram.verifier(password))

    def verifier(self, user: str) -> str | None:
        """What the server keeps for a user's password, None if there is no such user or it has none."""
        return self._admin(self._facts()).verifier(user)

    def _admin(self, facts: _Facts) -> Admin:
        return Admin(self._folder, self._authority, address=facts.address, port=facts.port)

    def _facts(self) -> _Facts:
        if not self.exists:
            raise EngineFailed(f"{self._folder} holds no database")
        return _Facts(**json.loads(self._facts_path.read_bytes()))

    def _keep(self, facts: _Facts) -> None:
        write_private(self._facts_path, json.dumps(asdict(facts)).encode())

    def _initialise(self) -> None:
        self._home.make()
        data = self._home.path / "data"
        self._home.run(
            _programs() / "initdb",
            f"--pgdata={data}",
            f"--username={ADMIN}",
            "--auth=reject",
            "--encoding=UTF8",
            f"--locale={_LOCALE}",
            "--no-sync",
        )
        with (data / "postgresql.conf").open("a") as chosen_by_initdb:
            chosen_by_initdb.write(f"include '{_SETTINGS}'\n")
        certificate, key = self._authority.server(DATABASE_ADDRESS, "localhost")
        self._home.write("data/server.crt", certificate)
        self._home.write("data/server.key", key)
        self._home.write("data/ca.crt", self._authority.bundle.read_bytes())

    def _write_settings(self, facts: _Facts) -> None:
        kind = "hostssl" if facts.force_ssl else "host"
        self._home.write(
            "data/pg_hba.conf",
            f"hostssl all {ADMIN} all cert\nhost all {ADMIN} all reject\n{kind} all all all scram-sha-256\n",
        )
        settings = {
            "listen_addresses": facts.address,
            "port": facts.port,
            "unix_socket_directories": "",
            "max_connections": facts.max_connections,
            "password_encryption": "scram-sha-256",
            "ssl": "on",
            "ssl_ca_file": "ca.crt",
            "log_statement": "none",
            "log_min_error_statement": "panic",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        self._home.write(f"data/{_SETTINGS}", "".join(f"{name} = '{value}'\n" for name, value in settings.items()))

    def _launch(self, facts: _Facts) -> _Facts:
        data = self._home.path / "data"
        program = _programs(int((data / "PG_VERSION").read_text())) / "postgres"  # no other major can read these files
        for _ in range(_TRIES):
            self._write_settings(facts)
            self._disown_stale_pid()
            process = self._home.spawn(program, "-D", data)
            try:
                process.await_ready(self._is_ready)
            except AddressTaken:
                facts = replace(facts, port=free_port())
            except StillEnding:
                time.sleep(_PAUSE)
            else:
                return facts
        raise EngineFailed(f"the database in {self._folder} did not start in {_TRIES} tries")

    def _is_ready(self) -> bool:
        try:
            lines = (self._home.path / _PID_FILE).read_text().splitlines()
        except FileNotFoundError:
            return False
        return self.running and len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"

    def _disown_stale_pid(self) -> None:
        """After a reboot the process id of a lost server may be anybody's, and PostgreSQL then refuses to start.

        It ignores its parent's id, and still sees by the rest of the file whether backends of the lost server live on.
        """
        path = self._home.path / _PID_FILE
        if path.exists():
            _, _, rest = path.read_text().partition("\n")
            self._home.write(_PID_FILE, f"{os.getpid()}\n{rest}")


def _programs(major: int | None = None) -> Path:
    folder = binaries.postgresql(major)
    if not folder:
        raise EngineFailed(binaries.missing() or f"PostgreSQL {major}, which made the database, is not installed")
    return folder
