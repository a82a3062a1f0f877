"""`provision` to type in an empty folder, for every test of this folder."""

from tests.fresh import provision  # noqa: F401 - a fixture
