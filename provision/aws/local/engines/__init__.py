"""Real PostgreSQL and real PgBouncer as background processes. Knows nothing of AWS or moto.

    authority = Authority(folder)                    issues the certificates that all engines present
    database = Database(folder, authority)           one PostgreSQL: create, start, stop, delete
    pooler = Pooler(folder, authority)               one PgBouncer in front of it: configure, start, stop, delete

A database listens on `DATABASE_ADDRESS`, its pooler on `POOLER_ADDRESS`, both on the same port, because a client that
is switched from one to the other changes the host alone. Engines outlive the Python process that started them; an
object made later over the same folder finds them again.
"""

from provision.aws.local.engines.authority import Authority
from provision.aws.local.engines.binaries import missing
from provision.aws.local.engines.database import Database
from provision.aws.local.engines.home import AddressTaken, EngineFailed
from provision.aws.local.engines.pooler import Pooler, PoolerSettings
from provision.aws.local.engines.ports import DATABASE_ADDRESS, POOLER_ADDRESS, free_port
from provision.aws.local.engines.probe import LoginOutcome, Reason, probe

__all__ = [
    "DATABASE_ADDRESS",
    "POOLER_ADDRESS",
    "AddressTaken",
    "Authority",
    "Database",
    "EngineFailed",
    "LoginOutcome",
    "Pooler",
    "PoolerSettings",
    "Reason",
    "free_port",
    "missing",
    "probe",
]
