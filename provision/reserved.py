"""Names that a database or its owner cannot have: RDS and PostgreSQL keep them for themselves."""

from __future__ import annotations

_WORDS = """
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
unique user using variadic verbose when where window with
"""
WORDS = frozenset(_WORDS.split())
"""Reserved in every PostgreSQL from 14 to 18 or in some (appendix C of its manual); RDS refuses them unquoted."""
DATABASES = frozenset({"db", "rdsadmin", "template0", "template1"})
USERS = frozenset({"admin", "none", "public", "rds_superuser", "rdsadmin", "rdsproxyadmin", "rdsrepladmin"})


def is_database(name: str) -> bool:
    """Whether a database cannot be called so."""
    return name.lower() in DATABASES | WORDS


def is_user(name: str) -> bool:
    """Whether a database's owner cannot be called so. AWS: nor anything that begins like PostgreSQL's own roles."""
    return name.lower() in USERS | WORDS or name.lower().startswith("pg_")
