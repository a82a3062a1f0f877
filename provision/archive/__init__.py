"""The function's zip: the handler and the psycopg2 wheel for its runtime, the same bytes for the same input."""

from provision.archive.build import Archive, Built

__all__ = ["Archive", "Built"]
