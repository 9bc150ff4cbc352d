"""What large work let go of goes back to the system."""

import subprocess
import sys

# What stays lies between what is let go of, as what a day's closing leaves remembered does.
_WORK = """
import sys
import psutil
from streams.collecting import few_arenas, give_back
few_arenas()
me = psutil.Process()
def megabytes():
    return me.memory_info().rss / 1e6
before = megabytes()
large, stays = [], []
for _ in range(1000):
    large.append(bytes(100_000))
    stays.append(bytes(2_000))
large.clear()
let_go = megabytes() - before
give_back()
print(let_go, megabytes() - before, len(stays))
"""


def test_what_was_let_go_of_between_what_stays_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _WORK], capture_output=True, text=True, check=True)
    let_go, given_back = map(float, done.stdout.split()[:2])
    assert let_go > 60, "it was held though nothing used it"
    assert given_back < 20
