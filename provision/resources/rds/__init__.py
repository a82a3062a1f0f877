"""The database and its proxy."""
