"""The password."""
