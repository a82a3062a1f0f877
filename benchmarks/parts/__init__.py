"""One file a part: `measure(quick=...)` returns plain figures, ready for JSON."""
