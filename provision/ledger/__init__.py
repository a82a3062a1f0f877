"""The state file: what this stack has made, written before and after each mutating call. Knows nothing of AWS."""
