"""`python -m benchmarks`: measures the parts asked for, keeps the figures, writes the page."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import page
from benchmarks.parts import calls, emulator, handler, start, terraform, waits

ROOT = Path(__file__).parents[1]
FIGURES, PAGE = ROOT / "benchmarks" / "figures.json", ROOT / "BENCHMARKS.md"
PARTS = {
    "start": start.measure,
    "calls": calls.measure,
    "emulator": emulator.measure,
    "handler": handler.measure,
    "terraform": terraform.measure,
    "waits": waits.measure,
    "real": waits.measure_at_aws_pace,
}
ON_REQUEST = ("real",)
"""Half an hour and more, most of it waiting."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--only",
        metavar="PART",
        action="append",
        choices=PARTS,
        help=f"of {', '.join(PARTS)} (at AWS's own pace, only on request)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer repeats, to see whether it works")
    parser.add_argument("--page-only", action="store_true", help="write the page from the figures that are kept")
    parser.add_argument("--to", type=Path, default=FIGURES, metavar="FILE", help="the figures; the page goes beside it")
    asked = parser.parse_args()
    kept = json.loads(asked.to.read_text()) if asked.to.is_file() else {}
    if not asked.page_only:
        for name in asked.only or [part for part in PARTS if part not in ON_REQUEST]:
            began = time.monotonic()
            print(f"{name} ...", file=sys.stderr, flush=True)
            figures: Any = PARTS[name](quick=asked.quick)
            kept[name] = {"when": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "figures": figures}
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            asked.to.write_text(json.dumps(kept, indent=1) + "\n")
    written = PAGE if asked.to == FIGURES else asked.to.with_suffix(".md")
    written.write_text(page.page(kept))


def machine() -> str:
    """What it was measured on; no name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    main()
