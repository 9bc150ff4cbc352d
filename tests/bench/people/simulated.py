"""The people of a simulated partnership: many are named without a birth, so most of what is found goes to review."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.demo.simulator import simulate
from tests.bench.metrics import Figures, figures
from tests.bench.people.rows import COMMAND
from tests.bench.people.run import tocsin
from tests.bench.table import figure, span

SEEDS = (31, 32)  # nothing was tuned on these
NOISE = "mid"


def simulated_people() -> Iterator[Sequence[str]]:
    """A row a seed: pair F1 and its precision, alone, with review, and the same learnt."""
    for seed in SEEDS:
        alone, reviewed, learnt, mentions = _figures(seed)
        yield (
            f"simulated partnership (seed {seed}, {NOISE} noise, {mentions} mentions), pair F1 (precision)",
            "none published",
            _told(alone),
            _told(reviewed),
            _told(learnt),
            "",
            "; ".join(span(one.pairs_interval) for one in (alone, reviewed)),
            COMMAND,
        )


def _figures(seed: int) -> tuple[Figures, Figures, Figures, int]:
    made = simulate(seed, noise=NOISE)
    truth = {f"{ref}#{index}": person for (ref, index), person in made.truth.person_of.items()}
    with TemporaryDirectory(prefix="tocsin-people-") as name:
        file, store = Path(name) / "reports.jsonl", f"sqlite:///{Path(name) / 'store.db'}"
        file.write_bytes(b"".join(sent.raw + b"\n" for sent in made.reports))
        tocsin("replay", str(file), "--store", store, "--quiet")
        alone, reviewed = (_exported(store, field) for field in ("person", "likely"))
        tocsin("learn", "--store", store)
        learnt = _exported(store, "likely")
    held = {mention: person for mention, person in truth.items() if mention in alone}
    return figures(held, alone), figures(held, reviewed), figures(held, learnt), len(held)


def _exported(store: str, field: str) -> dict[str, str]:
    lines = (json.loads(line) for line in tocsin("export", "people", "--store", store).splitlines())
    return {f"{line['agency']}:{line['report']}#{line['index']}": line[field] for line in lines if line[field]}


def _told(found: Figures) -> str:
    return f"{figure(found.pairs.f1)} ({figure(found.pairs.precision)})"
