"""The function."""
