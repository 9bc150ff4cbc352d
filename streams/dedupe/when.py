"""What the times of two tellings say: how far the narrower sticks out of the wider, against any time of the month."""

from math import exp, log2

from streams.clusters.kinds import Evidence
from streams.dedupe.rules import RULES
from streams.dedupe.telling import HOUR, Telling

_TIME = RULES["time"]
_MINUTE = HOUR // 60
_WINDOW = float(_TIME["window_days"] * 24 * 60)
_RATE = [[log2(rate) for rate in day] for day in _TIME["rate"]]
_ABOUT: int = _TIME["about"]
_ENDS, _ENDS_MOST = float(_TIME["ends"]), int(_TIME["ends_most"])
_SLACK, _WITHIN = float(_TIME["slack"]), float(_TIME["within"])
_APART, _APART_KNOWN = float(_TIME["apart"]), float(_TIME["apart_known"])


def time(a: Telling, b: Telling) -> Evidence:
    """The times lie together or apart, by as much as their widths and grains let one expect."""
    over = overhang(a, b)
    bits = _bits(int(over), _width(a), _width(b), min(a.grain[0], b.grain[0]))
    if bits > 0 and _ends_differ(a, b):
        bits += _ENDS
    if bits > 0:
        bits = max(0.0, bits - _busy(min(a, b, key=lambda telling: (telling.end - telling.start, telling.start))))
    if bits < 0 and max(a.start, b.start) <= min(a.end, b.end):
        bits = 0.0  # within a wide interval: that says nothing, not the contrary
    word = "far" if bits < 0 else "within" if not over else "near" if over <= _SLACK else "beside"
    return Evidence("time", bits, _TIME[f"says_{word}"], word)


def overhang(a: Telling, b: Telling) -> float:
    """Minutes by which the narrower interval sticks out of the wider one; beyond its width they do not meet."""
    if a.end - a.start > b.end - b.start:
        a, b = b, a
    return max(0, b.start - a.start, a.end - b.end) / _MINUTE


def apart(a: Telling, b: Telling, *, known: bool = False) -> bool:
    """Whether both say when, and say times that do not meet; ``known``: of somebody or something that both name."""
    return (max(a.start, b.start) - min(a.end, b.end)) / _MINUTE > (_APART_KNOWN if known else _APART)


def _ends_differ(a: Telling, b: Telling) -> bool:
    """Whether both tell beginning and end, and these differ by more than the coarser of the two clocks explains."""
    if a.start == a.end or b.start == b.end:  # about then: that tells no end
        return False
    first = abs(a.start - b.start) // _MINUTE - max(a.grain[0], b.grain[0])
    last = abs(a.end - b.end) // _MINUTE - max(a.grain[1], b.grain[1])
    return 0 < max(0, first) + max(0, last) <= _ENDS_MOST


def _busy(telling: Telling) -> float:
    """How much likelier than at any hour two meet by chance then, in bits: much happens on a Saturday night."""
    if telling.end - telling.start > 6 * HOUR:
        return 0.0
    block = (telling.start + telling.end) // 2 // (3 * HOUR)
    return _RATE[(block // 8 + 3) % 7][block % 8]  # the first day of all was a Thursday


def _width(telling: Telling) -> int:
    return max(_ABOUT, (telling.end - telling.start) // _MINUTE)  # who names a minute means about then


def _bits(over: int, one: int, other: int, grain: int) -> float:
    """Most tell a time that holds the other's; the rest are off by as much as the scales say."""
    most = _WITHIN / (abs(one - other) + max(2 * _SLACK, grain))
    if over <= 0:
        return log2(most * _WINDOW)
    density = sum(share / scale * exp(-over / scale) for share, scale in _TIME["beyond"])
    return max(float(_TIME["least"]), log2(max(min(density, most) * _WINDOW, 1e-9)))
