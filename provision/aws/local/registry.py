"""Where the engines of one account are made, found and ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from provision.aws.local.engines import Authority, Database, Pooler

PROXY = "prx-"
"""How the keys of proxies begin; all others are databases."""


@dataclass(frozen=True)
class Registry:
    """Each engine has its key as the name of its folder in `folder`; all write to one `log`."""

    folder: Path
    log: Path
    authority: Authority

    def database(self, key: str) -> Database:
        """The PostgreSQL with that key; it need not exist."""
        return Database(self.folder / key, self.authority, log=self.log)

    def pooler(self, key: str) -> Pooler:
        """The PgBouncer with that key; it need not exist."""
        return Pooler(self.folder / key, self.authority, log=self.log)

    def remove_all_but(self, known: set[str]) -> None:
        """End and remove every engine that is not known."""
        for key, engine in self._engines():
            if key not in known:
                engine.delete()

    def stop_all(self) -> bool:
        """End every engine, poolers first; data stays. Whether any ran."""
        running = self.running()
        for _, engine in running:
            engine.stop()
        return bool(running)

    def running(self) -> list[tuple[str, Database | Pooler]]:
        """Every engine whose process is there, as `database KEY` or `proxy KEY`, poolers first."""
        return [
            (f"{'proxy' if key.startswith(PROXY) else 'database'} {key}", engine)
            for key, engine in self._engines()
            if engine.running
        ]

    def _engines(self) -> Iterator[tuple[str, Database | Pooler]]:
        keys = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        for key in sorted(keys, key=lambda key: not key.startswith(PROXY)):
            yield key, self.pooler(key) if key.startswith(PROXY) else self.database(key)
