"""The minor version that AWS gives for a major one, looked up because old minors are withdrawn in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.aws.refusals import not_implemented

if TYPE_CHECKING:
    from provision.engine.run import Run


def default_minor(run: Run, major: str) -> str:
    """The Region's default minor, such as `17.10`; the bare major, which CreateDBInstance takes as well, where the
    endpoint cannot say."""
    try:
        return listed_minor(run, major) or major
    except Exception as error:
        if not_implemented(error):
            return major
        raise


def listed_minor(run: Run, major: str) -> str:
    """The same as AWS lists it; empty where the Region has none. Raises what an endpoint says that cannot tell."""
    return run.look(("engine", major), lambda: _ask(run, major), constant=True)


def _ask(run: Run, major: str) -> str:
    response = run.aws.rds.describe_db_engine_versions(Engine="postgres", EngineVersion=major, DefaultOnly=True)
    versions = [one["EngineVersion"] for one in response["DBEngineVersions"]]
    return max(versions, key=_numeric, default="")


def _numeric(version: str) -> tuple[int, ...]:
    """AWS: 17.10 comes after 17.9."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
