"""What the product imports stands in pyproject.toml: nothing is here only because another package brings it."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from tests.shape.sources import imports, python, text

OWN = {"provision", *(path.stem for path in python("handler"))}
"""The function's modules lie side by side in its zip."""
PART_OF = {"botocore": "boto3", "rich": "typer", "mypy_boto3_": "boto3-stubs", "psycopg2": "psycopg2-binary"}
"""Packages that go by another name, or whose version is the business of the one they come with."""


def declared() -> set[str]:
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {re.split(r"[\[<>=]", one)[0] for one in wanted}


def imported() -> set[str]:
    """Other people's packages by the names they are declared by."""
    packages = {name.partition(".")[0] for path in python("provision", "handler") for name in imports(path)}
    return {
        next((whole for part, whole in PART_OF.items() if package.startswith(part)), package)
        for package in packages - OWN - sys.stdlib_module_names
    }


def test_what_is_imported_is_declared() -> None:
    assert {"boto3", "moto"} <= imported()
    assert imported() - declared() == set()
