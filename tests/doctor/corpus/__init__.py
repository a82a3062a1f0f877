"""Everything that is known to go wrong between a function and its database, one entry each.

    @fault("group.function-database.ingress", proxy=False)
    def the_databases_door_is_shut(aws: Aws) -> None:
        ...                                             boto3 calls that break it by hand

The first argument is the id of the finding that `doctor` must name first. `proxy` and `egress` say in which of the
stacks it makes sense. `severity="risks"` for what does not block yet. An entry that is added here is
tried by `tests/doctor/test_corpus.py`; nothing else has to be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from tests.doctor.world import KINDS, Aws, Kind

Break = Callable[[Aws], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    name: str
    root: str
    severity: str
    proxy: bool | None
    egress: str | None
    make: Break

    def fits(self, kind: Kind) -> bool:
        """What has to do with neither proxy nor way out is tried in two stacks that differ in both."""
        if self.proxy is None and self.egress is None:
            return kind.proxy == (kind.egress == "endpoint")
        return self.proxy in (None, kind.proxy) and self.egress in (None, kind.egress)


FAULTS: list[Fault] = []


def fault(
    root: str, *, severity: str = "blocks", proxy: bool | None = None, egress: str | None = None
) -> Callable[[Break], Break]:
    """Makes a function an entry; its name says what is wrong."""

    def keep(make: Break) -> Break:
        name = make.__name__.replace("_", " ")
        FAULTS.append(Fault(name=name, root=root, severity=severity, proxy=proxy, egress=egress, make=make))
        return make

    return keep


def cases() -> Iterator[tuple[Fault, Kind]]:
    """Every fault in every stack that it fits."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    for kind in KINDS:
        for one in FAULTS:
            if one.fits(kind):
                yield one, kind
