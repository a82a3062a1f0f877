"""`commands`, for every test of this folder."""

from tests.commands import commands  # noqa: F401 - a fixture
from tests.manners.conftest import account, served  # noqa: F401 - what it needs
