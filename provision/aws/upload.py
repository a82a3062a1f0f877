"""Code on its way to Lambda, without a copy of it for each layer of botocore.

botocore takes a blob of a JSON request as bytes alone, and then holds it as base64, as text, as JSON and as a message:
seven times its size. Here `ZipFile` may also be an open file, which is read while the request is sent.
"""

from __future__ import annotations

import base64
import io
import os
from typing import IO, Any

EMPTY = b'"ZipFile": ""'
CALLS = ("CreateFunction", "UpdateFunctionCode")


def stream_zips(client: Any) -> None:
    """For one client; concerns Lambda's alone."""
    for call in CALLS:
        client.meta.events.register(f"before-parameter-build.lambda.{call}", _set_zip_aside)
        client.meta.events.register(f"before-call.lambda.{call}", _stream_zip)


def _set_zip_aside(*, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    holder = params.get("Code", params)
    if hasattr(holder.get("ZipFile"), "read"):
        context["zip"] = holder["ZipFile"]
        holder["ZipFile"] = b""


def _stream_zip(*, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    if "zip" in context:
        before, empty, after = params["body"].partition(EMPTY)
        params["body"] = Base64Body(before + empty[:-1], context.pop("zip"), empty[-1:] + after)


class Base64Body(io.RawIOBase):
    """A file's bytes as base64 between `before` and `after`, made as they are read; may be read more than once."""

    def __init__(self, before: bytes, file: IO[bytes], after: bytes) -> None:
        self._before = before
        self._file = file
        self._after = after
        self._end = len(before) + (file.seek(0, os.SEEK_END) + 2) // 3 * 4
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end + len(self._after)}
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._from(self._at, len(buffer))[: len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _from(self, at: int, size: int) -> bytes:
        if at < len(self._before):
            return self._before[at:]
        if at >= self._end:
            return self._after[at - self._end :]
        quads, rest = divmod(at - len(self._before), 4)
        self._file.seek(quads * 3)
        return base64.b64encode(self._file.read(size // 4 * 3 + 3))[rest:]
