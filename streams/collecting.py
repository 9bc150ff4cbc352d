"""How a process that runs for months keeps its memory: how often rubbish is looked for, and where it is kept."""

import ctypes
import gc
import sys
from contextlib import suppress

_ALLOCATED = 100_000  # objects more than were let go; by default 700, and all objects are walked through time and again

_M_ARENA_MAX = -8


def collect_seldom() -> None:
    """Leave what is loaded out of it, and look at the rest seldom: else it is a fifth of a stage's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATED, 20, 100)


def few_arenas() -> None:
    """Have all threads take memory from two places (glibc; elsewhere nothing).

    By default each has one of its own, and what one let go of the others cannot use.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
