"""How often Python looks for rubbish that counting references does not find: seldom, for there is little."""

import gc

_ALLOCATED = 100_000  # objects more than were let go; by default 700, and all objects are walked through time and again


def collect_seldom() -> None:
    """Leave what is loaded out of it, and look at the rest seldom: else it is a fifth of a stage's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATED, 20, 100)
