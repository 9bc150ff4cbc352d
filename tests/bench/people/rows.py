"""The rows that ``make bench-people`` prints, made of what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.figures import keep
from tests.bench.metrics import Figures
from tests.bench.people.data import Dataset
from tests.bench.people.judging import CANDIDATES, Judging
from tests.bench.people.peers_run import Told
from tests.bench.table import figure, parts, span

COMMAND = "make bench-people"
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One set: how well it was put together alone and with reviews confirmed, on the reported half and on all."""

    data: Dataset
    records: int
    half: tuple[Figures, Figures]
    whole: tuple[Figures, Figures]
    learnt: tuple[Figures, Figures]
    learnt_whole: tuple[Figures, Figures]
    aside: tuple[Figures, Figures] | None  # without the rules on those who live together
    reviews: int
    seconds: float
    cpu_seconds: float
    per_arrival: float
    partners: float
    found_half: float
    found_whole: float
    judging: Judging | None


def rows(measured: Mapping[str, Measured], told: Told) -> list[Sequence[str]]:
    """The rows of the anchors."""
    rows: list[Sequence[str]] = []
    if historical := measured.get("historical"):
        rows.append(_row(historical, told, "b3", "historical persons, B-cubed F1", "≥ .925"))
        rows.append(_row(historical, told, "sure", "same, pair F1 (precision), at precision ≥ .93", "≥ .89"))
        rows.append(_candidates(historical, told))
    bars = {"rldata10000": "≥ .965", "febrl3": "≥ .997", "febrl3-no-id": "≥ .985", "febrl4": "≥ .9997"}
    for name, one in measured.items():
        if name != "historical":
            rows.append(_row(one, told, "pairs", f"{one.data.title}, pair F1", bars.get(name, "")))
    if historical and (time_ := historical.judging):
        peer = told.sets.get("historical", {}).get("realtime_ms")
        new, known = (f"{ms:.2f} ms ({ms / CANDIDATES * 1000:.1f} µs a pair)" for ms in (time_.new, time_.known))
        rows.append(
            (
                f"one record against {CANDIDATES} candidates",
                f"{peer:.1f} ms (realtime)" if peer else NOT_MEASURED,
                f"{new}; names met before {known}",
                "the same",
                "the same",
                "≤ 1 ms",
                "",
                COMMAND,
            )
        )
    return rows


def keep_people(measured: Mapping[str, Measured], told: Told) -> None:
    """Put what was measured at full size into the page of figures."""
    for name in ("rldata10000", "febrl3", "febrl3-no-id", "febrl4"):
        if one := measured.get(name):
            _keep("rldata" if name == "rldata10000" else name, one, told, "pairs")
    if historical := measured.get("historical"):
        _keep("historical-b3", historical, told, "b3")
        _keep("historical-pairs", historical, told, "sure")
        _, theirs, ours, *_ = _candidates(historical, told)
        peer = told.sets.get("historical")
        ratio = historical.found_half / peer["true_among_compared"] if peer else None
        keep("historical-candidates", ours, peer=theirs, ratio=ratio, command=COMMAND)
        if took := historical.judging:
            ms = (peer or {}).get("realtime_ms")
            ours, theirs = f"{took.new:.2f} ms, names met before {took.known:.2f} ms", f"{ms:.1f} ms" if ms else ""
            keep("one-record", ours, peer=theirs, ratio=ms / took.new if ms else None, command=COMMAND)


def _keep(row: str, one: Measured, told: Told, best: str) -> None:
    kind, digits = ("b3" if best == "b3" else "pairs"), (4 if row.startswith("febrl") else 3)
    alone, reviewed, learnt = (getattr(found, kind).f1 for found in (*one.half, one.learnt[1]))
    aside = getattr(one.aside[1], kind).f1 if one.aside else None
    peer = told.sets.get(one.data.name)
    theirs = peer["best"][best]["half"][kind]["f1"] if peer else None
    said = f"{figure(learnt, digits)} learnt, with review; {figure(reviewed, digits)} as shipped, with review"
    said += f"; {figure(alone, digits)} joined alone"
    if aside is not None:
        said += f"; {figure(aside, digits)} as peers count, without rules on households"
    keep(
        row,
        said,
        peer=figure(theirs, digits) if theirs else "",
        ratio=learnt / theirs if theirs else None,
        command=COMMAND,
    )


def _row(one: Measured, told: Told, best: str, what: str, bar: str) -> Sequence[str]:
    kind = "b3" if best == "b3" else "pairs"
    digits = 4 if one.data.name.startswith("febrl") else 3
    alone, reviewed, learnt = (getattr(found, kind) for found in (*one.half, one.learnt[1]))
    peer = told.sets.get(one.data.name)
    theirs = peer["best"][best]["half"][kind] if peer else None
    sure = best == "sure"
    return (
        what + _both_ways(one, kind, digits),
        _told(theirs["f1"], theirs["precision"], digits, sure) if theirs else NOT_MEASURED,
        _told(alone.f1, alone.precision, digits, sure),
        _told(reviewed.f1, reviewed.precision, digits, sure),
        _told(learnt.f1, learnt.precision, digits, sure),
        bar,
        "; ".join(span(getattr(found, f"{kind}_interval"), digits) for found in (*one.half, one.learnt[1])),
        COMMAND,
    )


def _both_ways(one: Measured, kind: str, digits: int) -> str:
    """What our rules on those who live together cost, where that was measured: peers have none."""
    if one.aside is None:
        return ""
    kept, aside = (figure(getattr(found[1], kind).f1, digits) for found in (one.learnt, one.aside))
    return f" (learnt, with review: {kept} with twins, parents and households told apart, {aside} as peers, without)"


def _told(f1: float, precision: float, digits: int, sure: bool) -> str:
    return figure(f1, digits) + (f" ({figure(precision, digits)})" if sure else "")


def _candidates(one: Measured, told: Told) -> Sequence[str]:
    peer = told.sets.get("historical")
    theirs = f"{figure(peer['true_among_compared'])} at {peer['compared_per_record']:.0f}" if peer else NOT_MEASURED
    ours = f"{figure(one.found_half)} at {one.per_arrival:.0f} ({one.partners:.0f} before or after)"
    return (
        "same, true pairs among the candidates, at so many a record",
        theirs,
        ours,
        "the same",
        "the same",
        "≥ .84 at ≤ 70",
        "",
        COMMAND,
    )


def details(measured: Mapping[str, Measured], told: Told) -> list[Sequence[str]]:
    """Every set, on the half and on all, alone and with review, beside the peer at its two best thresholds."""
    rows: list[Sequence[str]] = []
    for name, one in measured.items():
        for part, ours, learnt in (("half", one.half, one.learnt), ("whole", one.whole, one.learnt_whole)):
            named = [*zip(("alone", "with review"), ours, strict=True)]
            named += zip(("learnt, alone", "learnt, with review"), learnt, strict=True)
            for who, found in named:
                rows.append((one.data.title, part, who, " / ".join(parts(found.b3)), " / ".join(parts(found.pairs))))
            for best in ("b3", "pairs") if name in told.sets else ():
                theirs = told.sets[name]["best"][best]
                who = f"{told.sets[name]['peer']}, best by {best} at {theirs['threshold']:+.1f} bits"
                b3, pairs = (" / ".join(parts(theirs[part][kind])) for kind in ("b3", "pairs"))
                rows.append((one.data.title, part, who, b3, pairs))
    return rows


def times(measured: Mapping[str, Measured]) -> list[Sequence[str]]:
    """What each set took, and whom its blocks made meet."""
    return [
        (
            one.data.title,
            str(one.records),
            f"{one.records / one.seconds:.0f}",
            f"{one.cpu_seconds:.0f}",
            f"{one.per_arrival:.1f}",
            f"{one.partners:.1f}",
            figure(one.found_whole),
            str(one.reviews),
        )
        for one in measured.values()
    ]
