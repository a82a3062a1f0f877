"""The account: moto's backends, kept in one encrypted file so that they outlive the process.

The file holds what KMS would protect on AWS (secrets, the master password), so it is encrypted, with the key in a file
of its own. It is written before a changing call is answered: what a caller has been told is never forgotten.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable
from copyreg import __newobj__  # type: ignore[attr-defined]  # what every class without a reducer of its own is made by
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.backends import get_backend
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID

from provision.aws.local.files import Files, write_private
from provision.errors import LocalTrouble

VERSION = 1
_LOCKS: dict[type, Callable[[], Any]] = {type(make()): make for make in (threading.Lock, threading.RLock)}
_DER, _PKCS8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
BLOB_FROM = 64 * 1024
"""A function's code from this length on lies in a file of its own, written once."""


class Account:
    """All of moto's state. `lock` is held by whoever reads or changes it: moto itself is not safe with threads."""

    def __init__(self, files: Files) -> None:
        self.lock = threading.RLock()
        self.extra: dict[str, Any] = {}
        """State that moto has no place for, by owner; saved with the rest."""
        self.holds: Callable[[Any], bool] = lambda _: False
        """Whether a network interface of AWS's services stays for now although nobody needs it any more."""
        self._files = files
        self._fernet = Fernet(self._key())
        self._blobs: dict[int, tuple[bytes, str]] = {}
        """Names of blobs on disk by their bytes' id, which the bytes beside it keep from being anybody else's."""
        self._used: set[str] = set()
        """Names of those that are in the account as last saved or loaded."""
        self._saved = b""
        self._due = False
        if files.account.exists():
            self.load()

    def backend(self, service: str, region: str) -> Any:
        """moto's backend of a service in a Region (for IAM and STS: of the partition)."""
        return _regional(service, DEFAULT_ACCOUNT_ID)["aws" if service in {"iam", "sts"} else region]

    def regions(self, service: str) -> dict[str, Any]:
        """The backends of a service that have been used, by Region."""
        return dict(_backends(service).get(DEFAULT_ACCOUNT_ID, {}))

    def save(self) -> None:
        """Write what changed. Raises OSError."""
        with self.lock:
            self._due = False
            self._used.clear()
            plain = self._dump()
            digest = hashlib.sha256(plain).digest()
            if digest == self._saved:
                return
            write_private(self._files.account, self._fernet.encrypt(plain))
            self._saved = digest
            self._forget_unused_blobs()

    def save_later(self) -> None:
        """Have `save_due` save: for what may be lost in a crash, such as a function's log."""
        self._due = True

    def save_due(self) -> None:
        """Save if `save_later` was called since the last time. Raises OSError."""
        if self._due:
            self.save()

    def _key(self) -> bytes:
        try:
            return self._files.key.read_bytes()
        except FileNotFoundError:
            key = Fernet.generate_key()
            write_private(self._files.key, key)
            return key

    def _dump(self) -> bytes:
        used: list[Any] = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001 - moto's list of what is in use
        state = {
            backends.service_name: {account: dict(regional) for account, regional in backends.items()}
            for backends in used
        }
        buffer = io.BytesIO()
        _Pickler(buffer, self._keep_blob).dump({"version": VERSION, "state": state, "extra": self.extra})
        return buffer.getvalue()

    def load(self) -> None:
        """Everything as last saved. Raises `LocalTrouble`."""
        try:
            plain = self._fernet.decrypt(self._files.account.read_bytes())
            saved = _Unpickler(io.BytesIO(plain), self._blob).load()
        except (InvalidToken, OSError, pickle.UnpicklingError, AttributeError, ImportError, EOFError) as error:
            raise LocalTrouble(
                what="The local AWS's account cannot be read.",
                why=f"{self._files.account} is damaged, or of another version ({type(error).__name__}).",
                hint=f"End its databases with `provision local stop`, remove {self._files.folder}, and begin anew.",
            ) from error
        for service, accounts in saved["state"].items():
            for account, regions in accounts.items():
                regional = _regional(service, account)
                for region, backend in regions.items():
                    dict.__setitem__(regional, region, backend)
        self.extra = saved["extra"]
        self._used = {name for _, name in self._blobs.values()}
        self._forget_unused_blobs()
        self._saved = hashlib.sha256(plain).digest()

    def _keep_blob(self, content: bytes) -> str:
        if id(content) not in self._blobs:
            path = self._files.code / hashlib.sha256(content).hexdigest()
            if not path.exists():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                write_private(path, self._fernet.encrypt(content))
            self._blobs[id(content)] = (content, path.name)
        _, name = self._blobs[id(content)]
        self._used.add(name)
        return name

    def _forget_unused_blobs(self) -> None:
        self._blobs = {its_id: blob for its_id, blob in self._blobs.items() if blob[1] in self._used}
        for path in self._files.code.glob("*"):
            if path.name not in self._used:
                path.unlink()

    def _blob(self, name: str) -> bytes:
        known = next((content for content, its_name in self._blobs.values() if its_name == name), None)
        if known is not None:
            return known
        content = self._fernet.decrypt((self._files.code / name).read_bytes())
        self._blobs[id(content)] = (content, name)
        return content


def _private_key(der: bytes) -> Any:
    return serialization.load_der_private_key(der, password=None)


def _weak(content: dict[str, Any]) -> weakref.WeakValueDictionary[str, Any]:
    return weakref.WeakValueDictionary(content)


def _backends(service: str) -> Any:
    return get_backend(service)  # type: ignore[call-overload]  # the names are literals there


def _regional(service: str, account: str) -> Any:
    return _backends(service)[account]


def _stored(name: str) -> bytes:
    """Stands in the file for a blob; the unpickler puts its own reading in its place."""
    raise KeyError(name)


class _Pickler(pickle.Pickler):
    """Everything in moto's models pickles as it is, but for these."""

    def __init__(self, file: io.BytesIO, keep_blob: Callable[[bytes], str]) -> None:
        super().__init__(file, protocol=5)
        self._keep_blob = keep_blob

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, _Blob):
            return _stored, (obj.name,)
        if isinstance(obj, LambdaFunction | LayerVersion):
            return __newobj__, (type(obj),), {name: self._slim(value) for name, value in _state(obj).items()}
        if isinstance(obj, BackendDict):  # a module's own; never a copy of it
            return _backends, (obj.service_name,)
        if isinstance(obj, RSAPrivateKey | EllipticCurvePrivateKey):  # KMS's
            return _private_key, (obj.private_bytes(_DER, _PKCS8, serialization.NoEncryption()),)
        if isinstance(obj, AccountSpecificBackend):
            return _regional, (obj.service_name, obj.account_id)
        if isinstance(obj, weakref.WeakValueDictionary):  # Lambda's functions by ARN
            return _weak, (dict(obj),)
        if type(obj) in _LOCKS:  # a loaded one is nobody's yet
            return _LOCKS[type(obj)], ()
        if isinstance(obj, defaultdict) and getattr(obj.default_factory, "__name__", "") == "<lambda>":
            return defaultdict, (type(obj.default_factory()),), None, None, iter(obj.items())  # type: ignore[misc]  # it has one
        return NotImplemented

    def _slim(self, value: Any) -> Any:
        return _Blob(self._keep_blob(value)) if isinstance(value, bytes) and len(value) >= BLOB_FROM else value


@dataclass(frozen=True)
class _Blob:
    name: str


def _state(obj: Any) -> dict[str, Any]:
    # moto's function leaves its connection to a container engine out of its state.
    return dict(obj.__getstate__())


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, blob: Callable[[str], bytes]) -> None:
        super().__init__(file)
        self._blob = blob

    def find_class(self, module: str, name: str) -> Any:
        return self._blob if (module, name) == (__name__, _stored.__name__) else super().find_class(module, name)
