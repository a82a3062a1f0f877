"""How a run is shown to people: talk while it goes on, reports once it is done. Knows nothing of AWS."""
