"""docs/figures.md: each row of the anchors with the peer's figure, ours, the ratio, the command and the commit.

A bench calls ``keep`` with what it measured at full size. What is not measured again stays as it was, with its commit.
"""

import json
import subprocess
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.table import table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = HERE / "figures.json"
PAGE = ROOT / "docs" / "figures.md"
HEAD = ("what", "the anchor's peer", "peer in the same run", "ours", "ratio", "to reach", "beyond", "command", "commit")
ABOUT = """# Figures

Each row that peers set, with what the project reaches: made by `make bench`, which writes what it measures into this
page. A row is of the commit that its last column names; the ratio is how many times as good ours is as the peer in the
same run (for a time, how many times as fast). What each figure was chosen on, and what is not met and why, stands in
the ADRs; faults and load in [reliability.md](reliability.md).
"""

Kept = Mapping[str, Mapping[str, Any]]


@cache
def anchors() -> Mapping[str, Mapping[str, str]]:
    """The rows by name, in their order."""
    return tomllib.loads((HERE / "anchors.toml").read_text("utf-8"))


def kept() -> dict[str, dict[str, Any]]:
    """What was measured last, by row."""
    return dict(json.loads(KEPT.read_text("utf-8"))) if KEPT.exists() else {}


def keep(name: str, ours: str, *, command: str, peer: str = "", ratio: float | None = None) -> None:
    """Put a figure in its row; a name that is no row is a ``KeyError``."""
    anchors()[name]
    held = kept()
    held[name] = {"ours": ours, "peer": peer, "ratio": ratio, "command": command, "commit": _commit()}
    KEPT.write_text(json.dumps(held, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(page(held), "utf-8")


def page(held: Kept) -> str:
    """The page, whole."""
    return f"{ABOUT}\n{table(HEAD, [_row(name, held.get(name)) for name in anchors()])}\n"


def _row(name: str, one: Mapping[str, Any] | None) -> tuple[str, ...]:
    row = anchors()[name]
    bars = row["reach"], row.get("beyond", "")
    if one is None:
        return row["what"], row["peer"], "", "not measured", "", *bars, "", ""
    ratio = "" if one["ratio"] is None else f"{one['ratio']:.3g}"
    return row["what"], row["peer"], one["peer"], one["ours"], ratio, *bars, f"`{one['command']}`", one["commit"]


@cache
def _commit() -> str:
    """The commit measured; with a plus where something other than the figures was changed since."""
    try:
        at = _git("rev-parse", "--short=7", "HEAD")
        changed = _git("status", "--porcelain", "--", ".", *(f":!{file.relative_to(ROOT)}" for file in (KEPT, PAGE)))
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{at}+" if changed else at


def _git(*asked: str) -> str:
    return subprocess.run(["git", *asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
