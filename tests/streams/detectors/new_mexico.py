"""Brain cancer in New Mexico, 1986 to 1989, with what a Poisson regression on the years before lets one expect."""

import numpy as np

from streams.detectors.glm import fit
from streams.detectors.scan import Cluster, Settings, Zones, poisson_scan
from tests.streams.detectors.golden import rows


def most_likely() -> tuple[Cluster, set[str], int]:
    """The likeliest cluster of counties, their names, and how many zones there were."""
    kept = rows("scan/NM_popcas.csv")
    seats = {row["county"]: (float(row["seat_long"]), float(row["seat_lat"])) for row in rows("scan/NM_geo.csv")}
    names = list(dict.fromkeys(row["county"] for row in kept))
    zones = Zones.nearest(_great_circle(np.array([seats[name] for name in names])), 15)
    cells = {(row["county"], int(row["year"])): row for row in kept}
    count, people = (
        np.array([[float(cells[name, year][what]) for year in range(1973, 1990)] for name in names])
        for what in ("count", "population")
    )
    since = np.tile(np.arange(1973, 1990) - 1985.0, (len(names), 1))
    design = np.column_stack([np.ones(since[:, :13].size), since[:, :13].ravel()])
    past = count[:, :13].reshape(1, -1)
    found = fit(design, past, np.ones_like(past), np.log(people[:, :13]).reshape(1, -1))
    level, slope = found.coefficients[0]
    usual = people[:, 13:] * np.exp(level + slope * since[:, 13:])
    first = poisson_scan(count[:, 13:], usual, zones, Settings(longest=4, replicas=99))[0]
    return first, {names[at] for at in first.locations}, zones.members.shape[0]


def _great_circle(places: np.ndarray) -> np.ndarray:
    """Kilometres between places given as longitude and latitude."""
    east, north = np.radians(places).T
    half = np.sin((north[:, None] - north) / 2) ** 2
    half = half + np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    return 2 * 6371 * np.arcsin(np.sqrt(half))
