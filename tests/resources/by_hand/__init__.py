"""Properties that we set and somebody changes by hand: for each its step's key, the field that a look names, and who
does it to the account, given a client for each service and the ids by key; a change that leaves something else behind
returns what takes that away."""

from collections.abc import Callable
from typing import Any

Outside = Callable[[str], Any]
Meddle = Callable[[Outside, dict[str, str]], object]
Table = dict[str, tuple[str, str, Meddle]]
