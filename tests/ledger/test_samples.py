"""A state file of every version that ever landed is read, and none of it is lost."""

import shutil
from pathlib import Path

import pytest

from provision.ledger.schema import VERSION
from provision.ledger.store import Ledger

SAMPLES = Path(__file__).parent / "samples"


def test_there_is_a_sample_of_every_version() -> None:
    assert {file.name for file in SAMPLES.iterdir()} == {f"version-{number}.json" for number in range(1, VERSION + 1)}


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda file: file.stem)
def test_a_sample_is_read_and_written_anew(tmp_path: Path, sample: Path) -> None:
    file = tmp_path / "shop.json"
    shutil.copy(sample, file)

    def load() -> Ledger:
        return Ledger.load(
            file, stack="shop", target="aws", account="123456789012", region="eu-central-1", stamp=lambda: 5.0
        )

    ledger = load()
    row, cut_off = ledger.row("vpc"), ledger.row("address.nat-a")
    assert row is not None
    assert cut_off is not None
    assert (row.status, row.id) == ("ready", "vpc-0a1b2c3d4e5f60718")
    assert (cut_off.status, cut_off.id, cut_off.token) == ("creating", "", "5f3c0d7e9a1b4c2d8e6f7a8b9c0d1e2f")
    assert ledger.feature("proxy") is True
    ledger.forget("address.nat-a")
    again = load()
    assert again.rows() == {"vpc": row}
    assert again.feature("proxy") is True
