"""The detectors that can be asked for by name; apart from what runs them, so that a help text need not load them."""

from collections.abc import Mapping

DEFAULT = "seasonal"
METHODS: Mapping[str, str] = {
    "seasonal": "a smooth baseline over up to ten years, one and two weeks together; from 20 weeks of history on",
    "noufaily": "Farrington-Noufaily as R's surveillance has it: the seasons of four years",
    "farrington": "the original Farrington of 1996: three weeks around the same week of four years",
    "gamma-poisson": "for a cold start: a series' own counts, shrunk to the mean of all in the file",
    "cusum": "for slow rises: evidence added up over the weeks, against a baseline half a year back",
    "ears-c1": "EARS C1: the seven rows before",
    "ears-c2": "EARS C2: the seven rows before the last two",
    "ears-c3": "EARS C3: by what the two rows before were above their C2",
}
