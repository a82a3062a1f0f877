"""Where the time of a run went: recorded from the engine's events, kept beside the state file, measured by chains."""
