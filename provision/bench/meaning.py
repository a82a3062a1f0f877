"""What the figures mean for this stack: a sentence on time, one on connections and money; nothing that was not seen."""

from __future__ import annotations

from provision.bench.figures import Burst, Figures

FEWER = 0.75
"""Backends are said to be saved from a quarter on; less is chance."""


def meaning(figures: Figures, *, proxy_usd: float | None) -> tuple[str, str]:
    """`proxy_usd`: a month of the proxy, None if nobody knows."""
    return _time(figures), _connections(figures, proxy_usd)


def _time(figures: Figures) -> str:
    anew, kept = figures.median("direct", kept=False), figures.median("direct", kept=True)
    if anew is None or kept is None:
        return "Too few calls were answered to say what a connection costs."
    direct = f"A call on a kept connection spends {_ms(kept)} in the database, on a new one {_ms(anew)}"
    if not figures.proxy:
        return f"{direct} (medians)."
    through, again = figures.median("proxy", kept=False), figures.median("proxy", kept=True)
    if through is None or again is None:
        return f"{direct} (medians); too few calls through the proxy were answered to compare."
    return f"{direct}; through the proxy {_ms(again)} and {_ms(through)} (medians)."


def _connections(figures: Figures, usd: float | None) -> str:
    direct, proxy = figures.burst("direct"), figures.burst("proxy")
    price = "price, which is unknown" if usd is None else f"{usd:.2f} USD a month"
    if direct is None or (figures.proxy and proxy is None):
        return f"No burst was measured, which is what a proxy is there for: nothing here judges its {price}."
    took = f"{direct.at_once} calls at once took {direct.backends} of PostgreSQL's backends"
    if proxy is None:
        return f"{took}; whether a proxy is worth its {price} only a bench with one can tell."
    return f"{took} directly and {proxy.backends} through the proxy, {_verdict(direct, proxy, price)}."


def _verdict(direct: Burst, proxy: Burst, price: str) -> str:
    turned_away = max(direct.throttled, proxy.throttled)
    if turned_away:
        return f"but Lambda itself turned {turned_away} of the calls away: this burst does not judge its {price}"
    if direct.failures or proxy.failures:
        failed = f"and {direct.failures} against {proxy.failures} calls failed"
        fewer = proxy.failures < direct.failures
        return f"{failed}: {'this speaks' if fewer else 'nothing seen here speaks'} for its {price}"
    if proxy.backends <= FEWER * direct.backends:
        return f"and no call failed either way: its {price} buys room for larger bursts that this one did not need"
    return f"and no call failed either way: nothing seen here speaks for its {price}"


def _ms(value: float) -> str:
    return f"{value:.1f} ms"
