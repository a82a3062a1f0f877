"""Eventual consistency: what was just made is not found yet, what was just deleted is listed still.

AWS (EC2 API, "Eventual consistency"): a command that follows at once on the one that made a thing may not see it. The
fact rows: any describe, tag or modify right after create answers `Invalid*.NotFound`; a route to a new NAT gateway
`InvalidNatGatewayID.NotFound`; CreateDBInstance right after CreateDBSubnetGroup "does not exist"; deleted subnet groups
are still listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from provision.aws.local.manners.inside import Inside
from provision.aws.local.manners.kinds import KINDS, Kind
from provision.aws.local.wire import Answer, Call, Refusal

CHANGES_SHARE = 0.3
"""A change that names a new thing is refused for this part of the time only: it goes where the thing was made."""
_MEMBERS = {
    "group-name": "GroupName",
    "cidr-block": "CidrBlock",
    "service-name": "ServiceName",
    "state": "State",
    "domain": "Domain",
}

Ids = dict[tuple[str, str, str], float]


class Consistency:
    """`kept` is a plain dict that its owner saves with the account; its methods run while the account is locked."""

    def __init__(self, kept: dict[str, Any], inside: Inside) -> None:
        self._fresh: Ids = kept.setdefault("fresh", {})
        self._ghosts: dict[tuple[str, str, str], tuple[dict[str, Any], float]] = kept.setdefault("ghosts", {})
        self._inside = inside

    def check(self, call: Call, *, now: float, seconds: float) -> None:
        """Raises what AWS answers to a call that names something too new."""
        self._forget(now - seconds)
        lasting = seconds * CHANGES_SHARE if call.mutating else seconds
        for kind in _kinds(call.service):
            if call.action in kind.made:
                continue
            for named in kind.ids_named(call.params):
                born = self._fresh.get(_key(call, kind, named))
                if born is not None and now - born < lasting:
                    raise _missing(call, kind, named)

    def doomed(self, call: Call) -> list[tuple[Kind, str, dict[str, Any]]]:
        """What this call would delete, as it is listed now."""
        found = []
        for kind in _kinds(call.service):
            if call.action not in kind.gone:
                continue
            named = {_plain(one) for one in kind.ids_named(call.params)}
            if not named:
                continue
            listed = self._inside.listed(call.service, kind.listing, call.region, kind.listed)
            found += [(kind, str(item[kind.id_member]), item) for item in listed if item.get(kind.id_member) in named]
        return found

    def learn(self, call: Call, answer: Answer, doomed: Iterable[tuple[Kind, str, dict[str, Any]]], now: float) -> None:
        """What a call that was carried out has made and deleted."""
        for kind, named, item in doomed:
            self._ghosts[_key(call, kind, named)] = (item, now)
        for kind in _kinds(call.service):
            if call.action in kind.made:
                for made in kind.ids_made(call.params, call.result(answer)):
                    self._fresh.setdefault(_key(call, kind, made), now)
                    self._ghosts.pop(_key(call, kind, made), None)

    def shown(self, call: Call, answer: Answer, *, now: float, seconds: float) -> Answer:
        """The answer to a listing as somebody would see it who has not heard of the latest."""
        kind = next((one for one in _kinds(call.service) if one.listing == call.action), None)
        if kind is None:
            return answer
        result = {kind.listed: []} if answer.failed else call.result(answer)
        items = result.get(kind.listed) or []
        seen = [one for one in items if not self._is_fresh(call, kind, one, now=now, seconds=seconds)]
        ghosts = [
            one for one in self._ghosts_of(call, kind, now - seconds) if one not in seen and _asked(call, kind, one)
        ]
        if not ghosts and len(seen) == len(items):
            return answer
        if answer.failed and not ghosts:
            return answer
        return call.answer({**result, kind.listed: [*seen, *ghosts]})

    def _is_fresh(self, call: Call, kind: Kind, item: Mapping[str, Any], *, now: float, seconds: float) -> bool:
        born = self._fresh.get(_key(call, kind, str(item.get(kind.id_member))))
        return born is not None and now - born < seconds

    def _ghosts_of(self, call: Call, kind: Kind, oldest: float) -> list[dict[str, Any]]:
        ours = (call.service, call.region, kind.listing)
        return [
            item
            for (service, region, named), (item, gone) in self._ghosts.items()
            if (service, region, named.partition(" ")[0]) == ours and gone > oldest
        ]

    def _forget(self, oldest: float) -> None:
        for key in [key for key, born in self._fresh.items() if born <= oldest]:
            del self._fresh[key]
        for key in [key for key, (_, gone) in self._ghosts.items() if gone <= oldest]:
            del self._ghosts[key]


def _kinds(service: str) -> list[Kind]:
    return [kind for kind in KINDS if kind.service == service]


def _key(call: Call, kind: Kind, named: str) -> tuple[str, str, str]:
    return call.service, call.region, f"{kind.listing} {_plain(named)}"


def _plain(named: str) -> str:
    """A secret's or function's name out of its ARN; other ids as they are."""
    if not named.startswith("arn:"):
        return named
    last = named.rpartition(":")[2]
    return last.rpartition("-")[0] if ":secret:" in named else last


def _missing(call: Call, kind: Kind, named: str) -> Refusal:
    if kind.listing == "DescribeNatGateways" and call.action in {"CreateRoute", "ReplaceRoute"}:
        # AWS: as a route's target it is worded otherwise.
        return Refusal("InvalidNatGatewayID.NotFound", f"The natGateway ID '{named}' does not exist")
    return Refusal(kind.code, kind.message.format(named), status=kind.status)


def _asked(call: Call, kind: Kind, item: Mapping[str, Any]) -> bool:
    """Whether a listing asks for that item, as far as its ids and filters tell."""
    params = call.params
    asked = params.get(kind.asked_by) if kind.asked_by else None
    if asked and item.get(kind.id_member) not in ([asked] if isinstance(asked, str) else asked):
        return False
    prefix = params.get("logGroupNamePrefix", "")
    if not str(item.get(kind.id_member, "")).startswith(prefix):
        return False
    return all(_passes(one, item) for one in params.get("Filters") or params.get("Filter") or [])


def _passes(wanted: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    name = str(wanted.get("Name") or wanted.get("Key"))
    tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in item.get("Tags") or []}
    if name.startswith("tag:"):
        have = [tags[name.removeprefix("tag:")]] if name.removeprefix("tag:") in tags else []
    elif name == "tag-key":
        have = list(tags)
    elif name.endswith("-id"):
        have = [str(item.get("".join(part.capitalize() for part in name.split("-"))))]
    elif name in _MEMBERS:
        have = [str(item.get(_MEMBERS[name]))]
    else:
        return False  # a filter that is not looked into: rather one ghost less
    return any(fnmatchcase(one, pattern) for one in have for pattern in wanted.get("Values", []))
