"""The made-up town's address list, as its council would hand it over: maps are drawn on its streets."""

import csv
from pathlib import Path

from sqlalchemy import Engine

from deploy.demo.town import Town
from streams.gazetteer.columns import rows_of
from streams.gazetteer.keep import keep
from streams.store import writing

FIRST_UPRN = 10_000_000
COLUMNS = ("uprn", "number", "streetname", "townname", "postcode", "easting", "northing")


def write_addresses(town: Town, file: Path) -> None:
    """Write its homes and premises as `tocsin gazetteer load` takes them; a flat is no entrance of its own."""
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(COLUMNS)
        for number, place in enumerate(town.places.values()):
            if place.number is not None and place.flat is None:
                where = (place.number, place.street, "Chesterfield", place.postcode or "")
                table.writerow((FIRST_UPRN + number, *where, place.easting, place.northing))


def load_addresses(engine: Engine, town: Town, file: Path) -> int:
    """Have the store know them, by way of a file; how many there are."""
    write_addresses(town, file)
    found = rows_of(file, None)
    with writing(engine) as connection:
        keep(connection, found.rows)
    return len(found.rows)
