"""All that is known of the ground: the address list, the wards and LSOAs; postcodes come with Tocsin itself."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from streams.gazetteer.areas import Areas
from streams.gazetteer.index import Index


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Atlas:
    """What was loaded into a store, under the version that it makes together.

    ``kept`` remembers what was looked up, for places are written alike over and over.
    """

    version: str = ""
    addresses: Index | None = None
    areas: Areas | None = None
    kept: OrderedDict[Any, Any] = field(default_factory=OrderedDict, repr=False)


NOTHING = Atlas()
