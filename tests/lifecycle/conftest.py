"""An empty account, and `provision` to type at it, for every test of this folder."""

from tests.fresh import cloud, provision, shared  # noqa: F401 - fixtures
