"""What this identity may look at."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture


@check
def unseen(picture: Picture) -> Iterator[Finding]:
    """AWS refused to show something, so that what is wrong there cannot be told."""
    for one in {(one.why, one.hint): one for one in picture.unseen}.values():
        yield Finding(
            id="rights.unseen",
            link=Link.RIGHTS,
            severity=Severity.unseen,
            what=f"You may not look at {one.what}, so nothing is said of it.",
            evidence=one.why,
            advice=one.hint,
        )
