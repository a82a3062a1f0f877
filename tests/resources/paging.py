"""Lists of AWS that come a page at a time, with an item on each: its own pages are too long for a test to fill."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session


class Pages:
    """What the answers given so far have left out."""

    def __init__(self) -> None:
        self._left: dict[str, list[Any]] = {}

    def cut(self, model: Any, parsed: dict[str, Any]) -> None:
        """Leaves the first item of an answer, and a token for the others."""
        how = _paginator(model.service_model.service_name, model.name)
        items = parsed.get(how.get("result_key", ""), [])
        if len(items) > 1:
            token = f"page-{len(self._left)}"
            self._left[token] = items[1:]
            parsed |= {how["result_key"]: items[:1], how["output_token"]: token}
            if "more_results" in how:
                parsed[how["more_results"]] = True

    def following(self, model: Any, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer to a request with such a token: all the others; None for any other request."""
        how = _paginator(model.service_model.service_name, model.name)
        left = self._left.get(asked.get(how.get("input_token", ""), ""))
        if left is None:
            return None
        return {how["result_key"]: [_as_sent(one) for one in left], "ResponseMetadata": {"HTTPStatusCode": 200}}


def _as_sent(item: Any) -> Any:
    """With its policies as text again: botocore decodes those of each answer."""
    if not isinstance(item, Mapping):
        return item
    return {
        name: json.dumps(value) if name.endswith("Document") and not isinstance(value, str) else value
        for name, value in item.items()
    }


@cache
def _paginator(service: str, operation: str) -> dict[str, str]:
    """botocore's words for how the operation is paged; empty where it is not."""
    try:
        return dict(botocore.session.get_session().get_paginator_model(service).get_paginator(operation))
    except ValueError:
        return {}
