"""``make bench-places``: addresses as clerks wrote them against the address list, beside the peer, and how fast."""

import csv
import hashlib
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.gazetteer.columns import rows_of
from streams.gazetteer.index import Index
from streams.gazetteer.resolve import ranked, resolve
from streams.gazetteer.rows import Row, row_of
from tests.bench.figures import keep
from tests.bench.people.sets import PEERS, SHARED
from tests.bench.table import figure, table

FOLDER = SHARED / "places"
PEER = PEERS.parent / "peers-places" / "bin" / "python"
COMMAND = "python -m tests.bench places"
PATIENCE = 300.0
FAST = ("≥ 5,000", "")
SURE = 0.955  # the precision at which the anchors compare what was corrupted


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An address as it was written, and which it is."""

    text: str
    postcode: str
    uprn: str
    corrupted: bool

    @property
    def reported(self) -> bool:
        """Whether it is of the half that figures are reported on; thresholds were chosen on the other."""
        return bool(hashlib.sha256(f"reported:{self.uprn}".encode()).digest()[-1] & 1)


Answers = Sequence[tuple[str, float]]  # the UPRN answered, or nothing, and how sure
PARTS: tuple[tuple[str, Callable[[Case], bool], str, str], ...] = (
    ("all", lambda _: True, "≥ .993 / .975", ".995 / .985"),
    ("corrupted", lambda case: case.corrupted, "≥ .955 / .90", ".955 / .93"),
    ("with a postcode", lambda case: bool(case.postcode), "", ""),
    ("no postcode", lambda case: not case.postcode, "", ""),
)


def measure_places() -> None:
    """Measure and print the table."""
    if not FOLDER.is_dir():
        print(f"not measured, for {FOLDER} is not there")
        return
    found = rows_of(FOLDER / "gazetteer.csv")
    cases = _cases({row.uprn: row for row in found.rows})
    started = time.process_time()
    index = Index(found.rows)
    built = time.process_time() - started
    answers, rate = _ours(index, cases)
    peer, said = _peer(found.rows, cases)
    _keep(cases, answers, peer, rate, said["rate"])
    lines = [line for part in PARTS for line in _lines(part, cases, answers, peer)]
    lines += _hard()
    lines += [
        (name, f"{len(asked):,}", f"{wrong / len(asked):.2%}", "not measured", "", "0.00%", "")
        for name, asked in no_address(found.rows)
        if (wrong := sum(bool(_uprn(index, text, code)) for text, code in asked)) >= 0
    ]
    lines.append(_left_out(found.rows, cases))
    lines += [
        (f"addresses/s against {len(index):,} (CPU)", f"{len(cases):,}", f"{rate:,.0f}", said["rate"], "", *FAST),
        ("making the index, s", f"{len(index):,}", f"{built:.2f}", "in the above", "", "", ""),
    ]
    print(
        "\nNo address: the share answered though the list has none such; its rules were settled on these (both halves)."
    )
    print("Precision / recall of the first answer; thresholds chosen on one half of the addresses (by a hash of the")
    print(f"UPRN), figures of the other half ({COMMAND}). The peer's own answers: {said['version']}.\n")
    print(table(("what", "addresses", "ours", "peer", "peer, surest", "to reach", "beyond"), lines))


def _keep(cases: Sequence[Case], ours: Answers, peer: Answers | None, rate: float, said: str) -> None:
    for name, picks in (("addresses", lambda _: True), ("addresses-corrupted", lambda case: case.corrupted)):
        wanted = [at for at, case in enumerate(cases) if case.reported and picks(case)]
        mine = _score(cases, ours, wanted)
        theirs = _score(cases, peer, wanted) if peer is not None else None
        told = _pair(*theirs) if theirs else ""
        keep(name, _pair(*mine), peer=told, ratio=mine[1] / theirs[1] if theirs else None, command=COMMAND)
    keep("addresses-speed", f"{rate:,.0f} a second", peer=said, command=COMMAND)


def _hard() -> list[tuple[str, ...]]:
    right, sure, wrong = _edges()
    return [
        ("hard cases, the true one first", "21", f"{right} of 21", "not measured: a run for each", "", "", ""),
        ("hard cases, answered as an address", "21", f"{sure} right, {wrong} wrong", "not measured", "", "", ""),
    ]


def _uprn(index: Index, text: str, code: str) -> str:
    found = resolve(index, text, code, explain=False)
    return found.uprn if found is not None else ""


def no_address(rows: Sequence[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is written of a place that is not an address of the list, made from every twentieth row."""
    some = [row for row in rows if row.number and row.streetname][::20]
    taken: dict[str, set[str]] = {}
    for row in rows:
        taken.setdefault(row.streetname, set()).add(row.number)
    new = [(str(max(int(n) for n in taken[row.streetname] if n.isdigit()) + 2), row) for row in some]
    lettered = [row for row in some if row.number.isdigit() and f"{row.number}B" not in taken[row.streetname]]
    flats = [row for row in rows if row.subname][::5]
    return [
        ("no address: its postcode alone", [("", row.postcode) for row in some]),
        ("no address: its street alone", [(f"{row.streetname}, {row.townname}", "") for row in some]),
        ("no address: near it", [(f"near {row.number} {row.streetname}", row.postcode) for row in some]),
        ("no address: a number its street lacks", [(f"{n} {row.streetname}", "") for n, row in new]),
        ("no address: the same, with its postcode", [(f"{n} {row.streetname}", row.postcode) for n, row in new]),
        ("no address: a letter its number lacks", [(f"{r.number}B {r.streetname}", r.postcode) for r in lettered]),
        ("no address: a flat its house lacks", [(f"Flat 47, {r.number} {r.streetname}", r.postcode) for r in flats]),
    ]


def _left_out(rows: Sequence[Row], cases: Sequence[Case]) -> tuple[str, ...]:
    """How often what was recorded of an address that a list lacks a fifth of is taken for another's."""
    gone = {row.uprn for row in rows if hashlib.sha256(f"gone{row.uprn}".encode()).digest()[0] < 51}
    index = Index(row for row in rows if row.uprn not in gone)
    asked = [case for case in cases if case.uprn in gone]
    wrong = sum(bool(_uprn(index, case.text, case.postcode)) for case in asked)
    told = f"{wrong / len(asked):.2%}"
    return (
        "no address: recorded, of a fifth left out of the list",
        f"{len(asked):,}",
        told,
        "not measured",
        "",
        "0.00%",
        "",
    )


def _cases(known: dict[str, Row]) -> list[Case]:
    with (FOLDER / "recorded_labelled.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Case(
                text=row["recorded_address"],
                postcode=row["recorded_postcode"],
                uprn=row["source_uprn"],
                corrupted=bool(row["applied_rules"] or row["noise_ops"])
                or bool(row["recorded_postcode"] and row["recorded_postcode"] != known[row["source_uprn"]].postcode),
            )
            for row in csv.DictReader(lines)
        ]


def _ours(index: Index, cases: Sequence[Case]) -> tuple[Answers, float]:
    started = time.process_time()
    found = [resolve(index, case.text, case.postcode, explain=False) for case in cases]
    rate = len(cases) / (time.process_time() - started)
    return [(one.uprn, one.score) if one else ("", 0.0) for one in found], rate


def _lines(
    part: tuple[str, Callable[[Case], bool], str, str], cases: Sequence[Case], ours: Answers, peer: Answers | None
) -> list[tuple[str, ...]]:
    name, picks, reach, beyond = part
    wanted = [at for at, case in enumerate(cases) if case.reported and picks(case)]
    theirs, surest = "not measured", "not measured"
    if peer is not None:
        theirs = _pair(*_score(cases, peer, wanted))
        surest = _surest(cases, peer, wanted, SURE if name == "corrupted" else 0.993)
    return [(name, f"{len(wanted):,}", _pair(*_score(cases, ours, wanted)), theirs, surest, reach, beyond)]


def _score(cases: Sequence[Case], answers: Answers, wanted: Sequence[int], bar: float = -1e9) -> tuple[float, float]:
    given = [at for at in wanted if answers[at][0] and answers[at][1] >= bar]
    right = sum(answers[at][0] == cases[at].uprn for at in given)
    return right / max(len(given), 1), right / max(len(wanted), 1)


def _surest(cases: Sequence[Case], answers: Answers, wanted: Sequence[int], least: float) -> str:
    """Its recall at the threshold that, by the truth, keeps the precision asked for."""
    bars = sorted({answers[at][1] for at in wanted if answers[at][0]})[::5]
    kept = [score for bar in bars if (score := _score(cases, answers, wanted, bar))[0] >= least]
    return _pair(*max(kept, key=lambda score: score[1])) if kept else f"never {figure(least)}"


def _pair(precision: float, recall: float) -> str:
    return f"{figure(precision, 4)} / {figure(recall, 4)}"


def hard_cases() -> list[list[tuple[str, str]]]:
    """The hard cases: the address as written, the true one, and others; each with its postcode."""
    if not (FOLDER / "edge_case_addresses.yaml").is_file():
        return []
    text = re.sub(r"#.*", "", (FOLDER / "edge_case_addresses.yaml").read_text("utf-8"))
    found = (re.findall(r'"([^"]*)"', block) for block in text.split("- messy_address:")[1:])
    return [list(zip(strings[::2], strings[1::2], strict=True)) for strings in found]


def _edges() -> tuple[int, int, int]:
    """Of the hard cases, each against its own few: how often the true one is first; is answered; another is."""
    right = sure = wrong = 0
    for (messy, code), *canonical in hard_cases():
        index = Index(row_of(str(at), *one) for at, one in enumerate(canonical))
        first = next(iter(ranked(index, messy, code)), None)
        right += first is not None and first.uprn == "0"
        found = resolve(index, messy, code)
        sure += found is not None and found.uprn == "0"
        wrong += found is not None and found.uprn not in ("", "0")
    return right, sure, wrong


def _peer(rows: Sequence[Row], cases: Sequence[Case]) -> tuple[Answers | None, dict[str, str]]:
    """The peer's answers, from its own environment; what is not there is said to be not measured."""
    if not PEER.exists():
        why = f"not measured, for {PEER} is not there (make bench-places makes it)"
        return None, {"version": why, "rate": "not measured"}
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name, "canonical.csv"), Path(name, "messy.csv")
        _write(ours, [(row.uprn, row.label.removesuffix(f", {row.postcode}"), row.postcode) for row in rows])
        _write(theirs, [(f"m{at}", case.text, case.postcode) for at, case in enumerate(cases)])
        command = [str(PEER), "-m", "tests.bench.places.peer", str(ours), str(theirs)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        return None, {"version": f"not measured: {done.stderr.strip().splitlines()[-1:]}", "rate": "not measured"}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    answers = {row[0]: (row[1] or "", 1e6 if row[2] is None else row[2]) for row in told["rows"]}
    rate = f"{len(cases) / told['cpu']:,.0f}, reading the list included"
    listed = [answers.get(f"m{at}", ("", 0.0)) for at in range(len(cases))]
    return listed, {"version": f"uk_address_matcher {told['version']}", "rate": rate}


def _write(file: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([("unique_id", "address_concat", "postcode"), *rows])
