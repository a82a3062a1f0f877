"""One PgBouncer behind one DB proxy."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provision.aws.local.engines import binaries, scram
from provision.aws.local.engines.authority import Authority
from provision.aws.local.engines.database import Database
from provision.aws.local.engines.home import EngineFailed, Home
from provision.aws.local.engines.ports import POOLER_ADDRESS
from provision.aws.local.engines.probe import LoginOutcome, Reason, probe

_PID_FILE = "pgbouncer.pid"
_INI = "pgbouncer.ini"


@dataclass(frozen=True, kw_only=True)
class PoolerSettings:
    """Where it listens, and how it shares the database's connections. `borrow_timeout` is in seconds."""

    port: int
    address: str = POOLER_ADDRESS
    pool_size: int = 90
    borrow_timeout: int = 120
    require_tls: bool = True


class Pooler:
    """A PgBouncer server whose files belong to `folder`; it need not exist yet.

    Clients log in with the same user name and password as at the database. Connections are shared per transaction.
    `log` is where it writes (default: within `folder`, and then gone with it).
    """

    def __init__(self, folder: Path, authority: Authority, *, log: Path | None = None) -> None:
        self._authority = authority
        self._home = Home(folder, log=log or folder / "log")

    @property
    def exists(self) -> bool:
        """Whether it has been configured."""
        try:
            return (self._home.path / _INI).exists()
        except FileNotFoundError:
            return False

    @property
    def running(self) -> bool:
        """Whether the pooler's process is there."""
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The pooler's process id, None if it does not run."""
        return self._home.pid(_PID_FILE)

    def configure(self, settings: PoolerSettings, *, users: Mapping[str, str], target: Database | None) -> None:
        """Lay down who may log in (`users`: name to password), how, and to which running database; None is none yet.

        To be called again after any of these changed, a password or the database's port among them. If it runs,
        it goes on with the new configuration; another address or port is listened to after `stop` and `start`.
        """
        self._home.make()
        self._home.write("users.txt", "".join(_user_line(user, users[user], target) for user in sorted(users)))
        self._home.write("ca.crt", self._authority.bundle.read_bytes())
        if not (self._home.path / "server.crt").exists():
            certificate, key = self._authority.server(settings.address, "localhost")
            self._home.write("server.key", key)
            self._home.write("server.crt", certificate)
        self._home.write(_INI, self._ini(settings, target))
        pid = self.pid
        if not pid:
            return
        if target:
            os.kill(pid, signal.SIGHUP)
            return
        self.stop()  # PgBouncer would remember the databases that it once found
        self.start()

    def start(self) -> None:
        """Start it as last configured, if it does not run. Raises AddressTaken, EngineFailed."""
        if self.running:
            return
        program = binaries.pgbouncer()
        if not program:
            raise EngineFailed(binaries.missing() or "PgBouncer not found")
        if not self.exists:
            raise EngineFailed(f"{self._home.folder} holds no pooler")
        # After a reboot the process id of a lost pooler may be anybody's, and PgBouncer then refuses to start.
        (self._home.path / _PID_FILE).unlink(missing_ok=True)
        process = self._home.spawn(program, self._home.path / _INI)
        process.await_ready(lambda: self.running)

    def stop(self) -> None:
        """Disconnect everybody and end it, if it runs."""
        self._home.end(_PID_FILE, signal.SIGTERM, signal.SIGKILL)

    def delete(self) -> None:
        """Stop it and remove all its files."""
        self.stop()
        self._home.remove()

    def probe(self, target: Database, *, user: str, password: str) -> LoginOutcome:
        """Whether the database can be reached and lets this user in."""
        if not target.exists:
            return LoginOutcome(Reason.UNREACHABLE, "the database does not exist")
        return probe(
            address=target.address, port=target.port, user=user, password=password, bundle=self._authority.bundle
        )

    def _ini(self, settings: PoolerSettings, target: Database | None) -> str:
        home = self._home.path
        databases = f"* = host={target.address} port={target.port}\n" if target else ""
        options = {
            "listen_addr": settings.address,
            "listen_port": settings.port,
            "unix_socket_dir": "",
            "pidfile": home / _PID_FILE,
            "auth_type": "scram-sha-256",
            "auth_file": home / "users.txt",
            "pool_mode": "transaction",
            "default_pool_size": settings.pool_size,
            "query_wait_timeout": max(1, settings.borrow_timeout),  # 0 would be for ever
            "server_login_retry": 1,
            "max_client_conn": 800,
            "ignore_startup_parameters": "extra_float_digits",
            "client_tls_sslmode": "require" if settings.require_tls else "allow",
            "client_tls_key_file": home / "server.key",
            "client_tls_cert_file": home / "server.crt",
            "server_tls_sslmode": "verify-full",
            "server_tls_ca_file": home / "ca.crt",
            "log_connections": 0,
            "log_disconnections": 0,
            "log_stats": 0,
        }
        lines = "".join(f"{name} = {value}\n" for name, value in options.items())
        return f"[databases]\n{databases}\n[pgbouncer]\n{lines}"


def _user_line(user: str, password: str, target: Database | None) -> str:
    """PgBouncer logs in to the database with a client's own SCRAM keys if both sides keep the very same verifier.

    So no password is in any file. With one that is not the database's, the client gets in and the database refuses.
    """
    known = target.verifier(user) if target and target.running else None
    kept = known if known and scram.matches(password, known) else scram.verifier(password)
    name = user.replace('"', '""')
    return f'"{name}" "{kept}"\n'
