"""The findings about one picture, in the order of the way, and which of them is the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from provision.doctor import checks  # noqa: F401 - its import is what registers them
from provision.doctor.finding import CHECKS, Finding, Link, Severity
from provision.doctor.picture import Picture


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """`findings` the root cause first, then what else blocks, then what may, then what could not be seen."""

    picture: Picture
    findings: Sequence[Finding]

    @property
    def root(self) -> Finding | None:
        """The earliest link that blocks."""
        return next((one for one in self.findings if one.severity == Severity.blocks), None)

    @property
    def lesser(self) -> list[Finding]:
        return [one for one in self.findings if one is not self.root]

    @property
    def links(self) -> list[tuple[Link, Severity | None]]:
        """Every link of this way with the worst that was found there, or that nothing was."""
        skipped = set() if self.picture.via_proxy else {Link.PROXY_WAY, Link.PROXY}
        worst: dict[Link, Severity] = {}
        for one in self.findings:
            worst.setdefault(one.link, one.severity)
        unsure = hidden(self.picture)
        worst |= {link: Severity.unseen for link in Link if link in unsure and link not in skipped | worst.keys()}
        return [(link, worst.get(link)) for link in Link if link in worst or link not in skipped]


NETWORK = frozenset({Link.ATTACHMENT, Link.SECRET_WAY, Link.PROXY_WAY, Link.DATABASE_WAY})
POLICIES: frozenset[Link | str] = frozenset(
    {Link.ROLE, "secret.denied", "secret.key", "proxy.role", "proxy.trust", "proxy.denied", "proxy.key"}
)
HIDING: tuple[tuple[str, frozenset[Link | str]], ...] = (
    ("the secret's value", frozenset()),  # its own checks ask whether it could be read
    ("the secret's policy", frozenset({"secret.denied", "proxy.denied"})),
    ("the secret", frozenset({Link.SECRET})),
    ("the role", POLICIES),
    ("the polic", POLICIES),
    ("the boundary", POLICIES),
    ("the database's parameters", frozenset()),
    ("the database", frozenset({Link.DATABASE, Link.DATABASE_WAY, "network.none"})),
    ("the proxy's target", frozenset({"proxy.target", "proxy.key"})),
    ("the proxy's pool", frozenset({"proxy.patience"})),
    ("the prox", frozenset({Link.PROXY, Link.PROXY_WAY, Link.DATABASE_WAY, "function.address"})),
    ("the function", frozenset(Link) - {Link.RIGHTS}),
    ("DNS", frozenset()),
    ("the network ACLs", frozenset()),
    ("the route tables", frozenset({Link.SECRET_WAY, "network.apart"})),
    ("the NAT gateways", frozenset({Link.SECRET_WAY})),
    ("the internet gateways", frozenset({Link.SECRET_WAY})),
    ("the VPC endpoints", frozenset({Link.SECRET_WAY})),
)
"""(how what could not be looked at begins, the links of which nothing is said then, or the findings); anything else is
the whole network."""


def hidden(picture: Picture) -> set[Link | str]:
    """Where a thing that seems not to be there may only not have been shown."""
    return {
        one
        for unseen in picture.unseen
        for one in next((hides for word, hides in HIDING if unseen.what.startswith(word)), NETWORK)
    }


ORDER = (Severity.blocks, Severity.risks, Severity.unseen)


def diagnose(picture: Picture) -> Diagnosis:
    """All checks over one picture."""
    found: dict[str, Finding] = {}
    unsure = hidden(picture)
    aside = not picture.subject.ours and not picture.secret_arn  # somebody else's function may read no secret
    for one in CHECKS:
        for finding in one(picture):
            if finding.link in unsure or finding.id in unsure:
                continue
            lesser = aside and finding.link == Link.SECRET_WAY
            found.setdefault(finding.id, replace(finding, severity=Severity.risks) if lesser else finding)
    ordered = sorted(found.values(), key=lambda one: (ORDER.index(one.severity), one.link))
    return Diagnosis(picture=picture, findings=tuple(ordered))
