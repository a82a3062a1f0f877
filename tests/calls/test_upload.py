"""A file on its way to Lambda comes out as botocore would have sent it, however it is read."""

from __future__ import annotations

import base64
import io
import os

from hypothesis import given
from hypothesis import strategies as st

from provision.aws.upload import Base64Body


@given(before=st.binary(max_size=40), content=st.binary(max_size=400), after=st.binary(max_size=40), data=st.data())
def test_any_piece_from_anywhere(before: bytes, content: bytes, after: bytes, data: st.DataObject) -> None:
    whole = before + base64.b64encode(content) + after
    letters = Base64Body(before, io.BytesIO(content), after)
    assert letters.seek(0, os.SEEK_END) == len(whole)
    for _ in range(3):
        start = data.draw(st.integers(0, len(whole)))
        size = data.draw(st.integers(1, 100))
        letters.seek(start)
        read = b""
        while piece := letters.read(size):
            assert len(piece) <= size
            read += piece
        assert read == whole[start:]
    letters.seek(0)
    assert letters.read() == whole
