"""BENCHMARKS.md out of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.series import words

HEAD = """# Benchmarks

Made by `scripts/bench` (`--only PART` for one part, `--quick` for a look); the raw figures are in `benchmarks/figures.json`. All against the embedded local AWS, so: how much
of a run is AWS's and how much ours, not how fast AWS is. Times are medians, with the least and the most in brackets where there was more than one; each is compared with something in the same run,
because a machine's mood changes. Budgets are those of the project's contract.
"""


def page(kept: dict[str, Any]) -> str:
    """The whole page; a part that was never measured says so."""
    parts = [HEAD]
    for name, title, write in PARTS:
        parts.append(f"## {title}\n")
        if name in kept:
            parts.append("\n".join(write(kept[name]["figures"])))
            parts.append(f"\nMeasured {kept[name]['when']} on {kept[name]['machine']}.\n")
        else:
            parts.append(f"Not measured yet: `scripts/bench --only {name}`.\n")
    return "\n".join(parts)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows),
    ]


def percent(ratio: dict[str, float]) -> str:
    """How much over 1 a ratio is: `4.2 % (3.9 to 5.0)`."""
    over = {name: (value - 1) * 100 if name != "times" else value for name, value in ratio.items()}
    return words(over, " %", 1)


def waits(rows: Any) -> list[str]:
    chains = {one["command"]: ", ".join(one["chain"]) for one in rows}
    return [
        "Budget: at most 5 % over the longest chain. The chain is computed from the table that the local AWS takes its time from, times the pace: at pace 1 it takes AWS's own time. What a run adds is nearly",
        "the same number of seconds at every pace, so at pace 0.05 its share is shown twenty times too large. *Over the waits*: the whole process over the waits alone. *And their calls*: over the waits and",
        "the latency of the calls that cannot but follow one another between them. *And Python's start*: the process without what Python takes to import boto3, typer and rich, over the same.",
        "",
        *(f"- `{command}`: {chain}" for command, chain in chains.items()),
        "",
        *_over_the_waits(rows),
        "",
        *_at_own_pace(rows),
    ]


def _over_the_waits(rows: Any) -> list[str]:
    heads = [
        "Command",
        "Pace",
        "Call",
        "Longest chain",
        "Wall",
        "Over the waits",
        "And their calls",
        "And Python's start",
        "Calls",
    ]
    cells = [
        (
            f"`{one['command']}`",
            one["pace"],
            f"{one['latency_ms']:.0f} ms",
            f"{one['chain_s']:.1f} s",
            words(one["wall_s"], " s", 1),
            percent(one["over_waits"]),
            percent(one["over_waits_and_calls"]),
            percent(one["over_all_but_start"]),
            words(one["calls"], "", 0),
        )
        for one in rows
    ]
    return table(heads, cells)


def _at_own_pace(rows: Any) -> list[str]:
    """What the seconds measured at a quick pace are at AWS's own."""
    heads = ["Command", "Call", "Seconds over the waits, measured", "Computed from that for AWS's own pace"]
    cells = []
    for one in rows:
        if one["latency_ms"] == 50.0:  # noqa: PLR2004 - a usual round trip to AWS
            over = one["wall_s"]["median"] - one["chain_s"]
            share = 100 * over / (one["chain_s"] / one["pace"])
            cells.append((f"`{one['command']}`, pace {one['pace']}", "50 ms", f"{over:.2f}", f"{share:.2f} %"))
    return table(heads, cells) if cells else []


BUDGET = 25


def _over(rows: Any) -> str:
    counts = {one["command"]: one["calls"] for one in rows if one["command"].startswith("up, again")}
    over = [f"`{name}` makes {calls}, {calls - BUDGET} over it" for name, calls in counts.items() if calls > BUDGET]
    why = "each tells drift that no other does (DECISIONS.md, 2026-11-25)"
    return f"{', '.join(over)}: {why}." if over else ""


def calls(figures: Any) -> list[str]:
    memory = [(f"`{one['command']}`", one["calls"], one["mutating"], one["memory_mb"]) for one in figures["by_command"]]
    repeated = figures["repeated_up"]
    settings = [
        (
            one["settings"],
            f"{one['up']} ({one['up_mutating']})",
            f"{one['again']} ({one['again_mutating']})",
            one["teardown"],
        )
        for one in figures["by_settings"]
    ]
    crowds = [(one["other_stacks"], one["up"], one["plan"], one["status"]) for one in figures["by_other_stacks"]]
    return [
        "At pace 0, one command after the other.",
        "",
        *table(["Command", "Calls", "Of them changing something", "Peak memory, MB"], memory),
        "",
        f"A repeated `up` at {repeated['latency_ms']:.0f} ms a call: {words(repeated['wall_s'], ' s')}; that is the time of {words(repeated['calls_of_that_latency'], '', 1)} calls one after the other.",
        f"Budget: at most {BUDGET} calls, none changing anything, under 2 s. {_over(figures['by_command'])}".rstrip(),
        "",
        "With other people's stacks in the account, calls of a command that changes nothing:",
        "",
        *table(["Other stacks", "`up`, again", "`plan`", "`status`"], crowds),
        "",
        "By settings (in brackets: changing):",
        "",
        *table(["Settings", "`up`", "`up`, again", "`teardown`"], settings),
    ]


def start(figures: Any) -> list[str]:
    rows = [
        (
            f"`{one['command']}`",
            words(one["wall_s"], " s"),
            words(one["over_typer_and_rich"], " x"),
            words(one["cpu_over_typer_and_rich"], " x"),
            f"{one['memory_mb']['median']:.0f}" if "memory_mb" in one else "not measured",
        )
        for one in figures["commands"]
    ]
    return [
        "Budget: `--help` within 1.5 x of `import typer, rich`; at most 120 MB.",
        "",
        *table(["Command", "Wall", "Wall, over `import typer, rich`", "Processor time, over the same", "MB"], rows),
        "",
        "Peak memory in MB: "
        + (", ".join(f"`{name}` {value:.0f}" for name, value in figures["memory_mb"].items()) or "not measured")
        + ".",
        "",
        *(
            f"- Of the heavy packages, `{name}` imports {', '.join(f'`{one}`' for one in found) or 'none'}."
            for name, found in figures["imported"].items()
        ),
    ]


def emulator(figures: Any) -> list[str]:
    rows = [
        (
            "Cold start to the first answer",
            words(figures["cold_start_s"], " s"),
            words(figures["cold_start_over_import_boto3"], " x", 1) + " `import boto3`",
        ),
        (
            "`up` on a fresh folder",
            words(figures["up_fresh_s"], " s"),
            words(figures["up_fresh_over_budget"]) + f" of the budget of {figures['budget_s']:.0f} s",
        ),
        ("`up` once the local AWS runs", words(figures["up_warm_s"], " s"), ""),
        (
            "`up` again",
            words(figures["up_repeated_s"], " s"),
            words(figures["up_repeated_over_up_warm"]) + " of the first",
        ),
        (
            "A warm call of the function, beside the handler's own time",
            words(figures["invoke_overhead_ms"], " ms", 1),
            f"handler: {words(figures['invoke_handler_ms'], ' ms', 1)}",
        ),
        ("Stop", words(figures["stop_s"], " s"), ""),
    ]
    split = [(name, words(figures[f"cold_{name}_ms"], " ms", 0)) for name in ("init", "secret", "connect", "query")]
    return [
        *table(["What", "Median", "Against"], rows),
        "",
        f"The first call of a new execution environment takes {words(figures['cold_call_ms'], ' ms', 0)}: "
        + ", ".join(f"{name} {value}" for name, value in split)
        + ". Init includes the process itself and the call's own way.",
    ]


def handler(figures: Any) -> list[str]:
    rows = [
        (
            way,
            words(figures["kept_ms"][way], " ms"),
            words(figures["anew_ms"][way], " ms"),
            words(figures["anew_over_kept"][way], " x", 0),
        )
        for way in ("direct", "proxy")
    ]
    heads = ["Way", "At once", "Answered", "Refused", "p50", "p90", "p99", "Most", "Connections seen by the database"]
    bursts = [
        (
            one["way"],
            one["at_once"],
            one["answered"],
            ", ".join(f"{count} {why}" for why, count in one["refused"].items()) or 0,
            *(
                f"{one[name]:.0f} ms" if one[name] is not None else ""
                for name in ("p50_ms", "p90_ms", "p99_ms", "max_ms")
            ),
            one["backends"],
        )
        for one in figures["bursts"]
    ]
    return [
        f"By `provision bench`. The zip has {figures['zip_bytes'] / 1e6:.1f} MB. Budget: a kept connection's time at most 1/30 of connecting anew.",
        "",
        *table(["Way", "Kept", "Anew on each call", "Anew over kept"], rows),
        "",
        "Calls at once, each on a connection of its own that asks several times:",
        "",
        *table(heads, bursts),
    ]


def terraform(figures: Any) -> list[str]:
    if not figures["measured"]:
        return [
            f"Not measured: {figures['why']}. The same architecture for Terraform is in `scripts/terraform`; with `terraform` and its AWS provider installed,",
            "`scripts/bench --only terraform` runs apply, apply again and destroy on the same local AWS, beside ours.",
        ]
    rows = [
        (
            who,
            f"`{one['command']}`",
            one["ended"],
            f"{one['wall']:.1f} s",
            f"{one['cpu']:.1f} s",
            f"{one['memory']:.0f}",
            one["calls"],
        )
        for who in ("terraform", "provision")
        for one in figures[who]
    ]
    return table(["", "Command", "Exit", "Wall", "Processor", "MB", "Calls"], rows)


Writer = Callable[[Any], list[str]]
PARTS: tuple[tuple[str, str, Writer], ...] = (
    ("waits", "Wall time over the longest chain of waits", waits),
    ("real", "The same at AWS's own pace, measured", _over_the_waits),
    ("calls", "Calls", calls),
    ("start", "Start-up, memory, imports", start),
    ("emulator", "The local AWS", emulator),
    ("handler", "The handler", handler),
    ("terraform", "Against Terraform", terraform),
)
