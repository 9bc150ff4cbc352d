"""A thousand reports in another's name: how many are refused as that, and how many honest ones are with them."""

import random
from collections import Counter

from streams.intake.check import Checked
from streams.intake.keep import judge
from streams.intake.refused import Refused
from tests.streams.intake.forging import forgeries, honest
from tests.streams.intake.making import PARTNERSHIP

FORGED, SEED = 1_000, 2026


def measure_forgeries() -> None:
    """Judge them all; the seed is none that a test uses."""
    codes: Counter[str] = Counter()
    by_way: Counter[str] = Counter()
    for number, sent in enumerate(forgeries(SEED, FORGED)):
        judged = judge(sent.record(number), PARTNERSHIP)
        code = judged.code if isinstance(judged, Refused) else "taken"
        codes[code] += 1
        by_way[" + ".join(sorted(sent.forged))] += code == "identity-mismatch"
    chance = random.Random(SEED)
    taken = sum(isinstance(judge(honest(chance, n).record(n), PARTNERSHIP), Checked) for n in range(FORGED))
    print(f"{FORGED:,} forgeries: {dict(codes)}; in {len(by_way)} ways and combinations of them")
    print(f"{FORGED:,} honest reports: {taken:,} taken")
    if codes["identity-mismatch"] != FORGED or taken != FORGED:
        raise SystemExit("a forgery passed, or an honest report was refused")
