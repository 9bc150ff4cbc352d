"""Where two streets of the list meet: between the two of their addresses that stand nearest to one another."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from schemas.kinds import vocabulary
from streams.gazetteer.evidence import evidence, street_level, worth
from streams.gazetteer.index import Index, Street
from streams.gazetteer.resolved import Resolved, accuracy_of

_BARS: dict[str, float] = vocabulary("gazetteer")["bars"]
_SURE = ("exact", "alike", "like")
_MOST = 400  # addresses of a street that are looked at


def resolve_junction(index: Index, one: str, other: str, code: str = "") -> Resolved | None:
    """The junction of two streets, if the list knows one pair of them that meets."""
    ways = [list(_streets(index, name, code)) for name in (one, other)]
    met = sorted(
        (apart, -(a[0] + b[0]), a[1], b[1], where, a[2], b[2])
        for a, b in product(*ways)
        if a[1] != b[1] and (near := _nearest(index.streets[a[1]], index.streets[b[1]], index))
        for apart, where in (near,)
    )
    if not met or met[0][0] > _BARS["meet" if len(met) > 1 else "meet_alone"]:
        return None
    apart, minus, first, second, where, *levels = met[0]
    if len(met) > 1 and met[1][0] <= _BARS["meet"]:
        return None
    streets = sorted((index.streets[first], index.streets[second]), key=lambda street: street.words)
    return Resolved(
        precision="street",
        label=" / ".join(_name(index, street) for street in streets),
        score=round(-minus, 2),
        usrn="+".join(sorted(street.usrn for street in streets)) if all(street.usrn for street in streets) else "",
        point=where,
        accuracy=round(max(accuracy_of("junction"), apart), 1),
        located="junction",
        runner_up=" / ".join(_name(index, index.streets[at]) for at in met[1][2:4]) if len(met) > 1 else "",
        evidence=tuple(
            evidence("street", level, street.rarity)
            for level, street in zip(levels, (index.streets[first], index.streets[second]), strict=True)
        ),
    )


def _streets(index: Index, name: str, code: str) -> Iterator[tuple[float, int, str]]:
    """The streets that a name can mean, each with its bits."""
    written = index.read(name, code)
    core = index.without_towns(written.words)
    named = index.written_as(written.words)
    for at in named or index.like("".join(core)):
        street = index.streets[at]
        level, _ = street_level(street, written.words, core)
        if level in _SURE:
            yield worth("street", level, street.rarity), at, level


def _nearest(one: Street, other: Street, index: Index) -> tuple[float, tuple[float, float]] | None:
    """How far apart the nearest addresses of two streets stand, and the point between them."""
    ours, theirs = (
        np.array([point for at in street.rows[:_MOST] if (point := index.point(at))], dtype=np.float64)
        for street in (one, other)
    )
    if not len(ours) or not len(theirs):
        return None
    away = np.hypot(ours[:, None, 0] - theirs[None, :, 0], ours[:, None, 1] - theirs[None, :, 1])
    i, j = np.unravel_index(int(away.argmin()), away.shape)
    middle = (ours[i] + theirs[j]) / 2
    return round(float(away[i, j]), 1), (round(float(middle[0]), 1), round(float(middle[1]), 1))


def _name(index: Index, street: Street) -> str:
    return index.rows[street.rows[0]].row.streetname
