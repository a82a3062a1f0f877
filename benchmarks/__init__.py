"""What provision costs in time, calls and memory, measured on one machine; `scripts/bench` runs it.

Each part measures one thing several times, against something else in the same run, and returns plain figures.
`page` makes BENCHMARKS.md of them; the figures themselves are kept in `benchmarks/figures.json`.
"""
