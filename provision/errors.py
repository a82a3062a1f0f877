"""Everything that can go wrong in words a user can act on; each class has its exit code.

ProvisionError
├── BadSetting, BadUsage ................................. 2  wrong usage or setting
├── NoCredentials, Denied, QuotaReached .................. 3  nothing to repair here
├── NotOurs, Ambiguous, CannotChange, Protected .......... 4  refused
├── Failed, PatienceRanOut, Unreachable, SwitchedBack .... 5  AWS refused or did not finish in time
│   └── Leftovers                                             the account still holds something
├── LocalTrouble, ArchiveTrouble ......................... 5  this machine could not do its part
├── LedgerLocked, LedgerDamaged, LedgerTooNew, LedgerUnwritable ... 6  the state file
└── LedgerForeign ........................................ 4  the state file of another account
"""

from __future__ import annotations

from typing import ClassVar


class ProvisionError(Exception):
    """What happened, why, and what to do next, in full sentences; `exit_code` is the process's."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *, what: str, why: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint

    @property
    def code(self) -> str:
        """The name a script can compare, as in `{"error": {"code": "NotOurs", ...}}`."""
        return type(self).__name__

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.hint) if part)


class BadUsage(ProvisionError):
    """The command cannot be run like this."""

    exit_code = 2


class BadSetting(ProvisionError):
    """A value is not valid; the hint gives the accepted form."""

    exit_code = 2


class NoCredentials(ProvisionError):
    """No identity, or one that AWS no longer accepts."""

    exit_code = 3


class Denied(ProvisionError):
    """An action is not allowed to this identity."""

    exit_code = 3


class QuotaReached(ProvisionError):
    """The account or the Region has no room for one more."""

    exit_code = 3


class NotOurs(ProvisionError):
    """Something stands where ours would, without the stack's tags: never adopted, changed or deleted."""

    exit_code = 4


class Ambiguous(ProvisionError):
    """Two or more carry the tags of one resource."""

    exit_code = 4


class CannotChange(ProvisionError):
    """A property differs that AWS cannot change in place."""

    exit_code = 4


class Protected(ProvisionError):
    """Deletion protection is on, or a snapshot would take another one's place."""

    exit_code = 4


class LedgerForeign(ProvisionError):
    """The state file, or the run that is at work, belongs to another target, account or Region."""

    exit_code = 4


class Failed(ProvisionError):
    """AWS gave up on a resource, or refused a call that asking again does not cure."""

    exit_code = 5


class PatienceRanOut(ProvisionError):
    """AWS is still at it after the longest time we wait; the same command carries on."""

    exit_code = 5


class Unreachable(ProvisionError):
    """No answer from AWS: network, endpoint or Region."""

    exit_code = 5


class SwitchedBack(ProvisionError):
    """The function did not answer through the proxy and uses the database's own endpoint again."""

    exit_code = 5


class Leftovers(Failed):
    """A fresh look at the account still shows something of the stack after teardown."""


class LocalTrouble(ProvisionError):
    """The embedded local AWS could not be started or reached."""

    exit_code = 5


class ArchiveTrouble(ProvisionError):
    """The function's zip could not be built."""

    exit_code = 5


class LedgerLocked(ProvisionError):
    """Another run holds this stack's lock."""

    exit_code = 6


class LedgerDamaged(ProvisionError):
    """The state file cannot be read; it is left as it is."""

    exit_code = 6


class LedgerTooNew(ProvisionError):
    """The state file was written by a later version."""

    exit_code = 6


class LedgerUnwritable(ProvisionError):
    """The state folder cannot be written: rights, read-only, or a full disk."""

    exit_code = 6
