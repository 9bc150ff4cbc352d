"""Street-level crime and anti-social behaviour as data.police.uk publishes them, a CSV file a force and month."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from consumers.publisher.lines import Line, Row, Source, UnreadableFile, csv_rows, opened
from consumers.publisher.naming import ReportName

UK = ZoneInfo("Europe/London")
COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location",
    "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context",
)  # fmt: skip
OUTCOME = COLUMNS.index("Last outcome category")
CATEGORIES = {
    "Anti-social behaviour": "anti-social-behaviour",
    "Bicycle theft": "bicycle-theft",
    "Burglary": "burglary",
    "Criminal damage and arson": "criminal-damage-arson",
    "Drugs": "drugs",
    "Other crime": "other-crime",
    "Other theft": "other-theft",
    "Possession of weapons": "possession-of-weapons",
    "Public order": "public-order",
    "Robbery": "robbery",
    "Shoplifting": "shoplifting",
    "Theft from the person": "theft-from-the-person",
    "Vehicle crime": "vehicle-crime",
    "Violence and sexual offences": "violent-crime",
    # until 2013
    "Violent crime": "violent-crime",
    "Public disorder and weapons": "public-order",
}
# A crime is published at the nearest of a list of map points, none of which stands for fewer than eight addresses.
# The points used in Derbyshire in early 2024 lie 100 m (median) to 155 m (upper quartile) from the next, so the place
# itself is hardly further from its point than this.
ACCURACY_M = 150
NEAR = "On or near "
NOWHERE = ("", "No Location", "No location")


def read_police_uk(source: Source, agency: str, after: int) -> Iterator[Line]:
    """The rows of the file after line ``after`` as reports, each with an id that the same row always gets.

    A row's id is the force's crime id. Anti-social behaviour has none: its id is made of what the row says and its
    count among rows that say the same, since each is an incident of its own (a month has up to 38 alike at one point).
    One crime id on rows that differ is one crime recorded at several places, or with several outcomes (3.5 % of the
    ids in Derbyshire, 2 km apart in the middle, 270 km at most): each is kept, under the id and a mark of what it
    says. Rows alike to the last letter with one crime id cannot be told from a row exported twice: they get one id,
    and count once.
    """
    shared = _ids_on_rows_that_differ(source)
    alike: Counter[bytes] = Counter()
    outcomes: dict[tuple[str, bytes], dict[str, int]] = defaultdict(dict)
    for one in _rows(source):
        number, row = one.number, one.cells
        if one.problem or len(row) != len(COLUMNS):
            if number > after:
                problem = one.problem or f"has {len(row)} fields where the header has {len(COLUMNS)}"
                yield Line(number=number, problem=problem)
            continue
        crime_id = row[0]
        if not crime_id:
            mark = _mark(row)
            alike[mark] += 1
            report_id = f"no-id-{mark.hex()}-{alike[mark]}"
        elif crime_id in shared:
            place = (crime_id, _mark(row))
            outcomes[place].setdefault(row[OUTCOME], len(outcomes[place]) + 1)
            report_id = f"{crime_id[:64]}-{place[1].hex()[:16]}-{outcomes[place][row[OUTCOME]]}"
        else:
            report_id = crime_id[:128]
        if number > after:
            yield _line(number, row, report_id, agency)


def _line(number: int, row: list[str], report_id: str, agency: str) -> Line:
    try:
        report = _report(row, report_id, agency)
        raw = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return Line(number=number, problem="is not UTF-8")
    except ValueError as error:
        return Line(number=number, problem=str(error))
    return Line(number=number, raw=raw, name=ReportName(id=report_id, at=_month(row[1])[3]))


def _report(row: list[str], report_id: str, agency: str) -> dict[str, object]:
    crime_id, month, by, within, lon, lat, location, lsoa, lsoa_name, crime_type, outcome, context = row
    first, last, next_month, _ = _month(month)
    category = CATEGORIES.get(crime_type)
    if category is None:
        raise ValueError(f"crime type {crime_type!r} is not one of data.police.uk's")
    report: dict[str, object] = {
        "id": report_id,
        "agency": agency,
        # A month's figures are known when it is over.
        "reported_at": next_month,
        "occurred": {"from": first, "to": last},
        "category": category,
    }
    if place := _place(lon, lat, location, lsoa_name):
        report["place"] = place
    kept = {
        "crime_id": crime_id, "reported_by": by, "falls_within": within, "location": location,
        "lsoa_code": lsoa, "lsoa_name": lsoa_name, "outcome": outcome, "context": context,
    }  # fmt: skip
    report["extension"] = {"police_uk": {name: value for name, value in kept.items() if value}}
    return report


def _place(lon: str, lat: str, location: str, lsoa_name: str) -> dict[str, object] | None:
    place: dict[str, object] = {}
    if location not in NOWHERE:
        # The LSOA's name is its district's and a code: "Chesterfield 010F". A High Street needs its town.
        district = lsoa_name.rpartition(" ")[0]
        street = location.removeprefix(NEAR)
        place["text"] = f"{street}, {district}" if district else street
    if lon and lat:
        place |= {"lat": _degrees(lat, "Latitude"), "lon": _degrees(lon, "Longitude"), "accuracy_m": ACCURACY_M}
    return place or None


def _degrees(text: str, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{column} {text!r} is not a number") from None


@lru_cache(maxsize=64)
def _month(text: str) -> tuple[str, str, str, datetime]:
    """The month's first second, its last, and the first of the next, in UK time with its offset."""
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UK)
    except ValueError:
        raise ValueError(f"Month {text!r} is not written 2024-01") from None
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    last = datetime.fromtimestamp(following.timestamp(), UK) - timedelta(seconds=1)
    return first.isoformat(), last.isoformat(), following.isoformat(), following


def _mark(row: list[str]) -> bytes:
    """A digest of what the row says but for the outcome, which a later publication of the month may change."""
    said = "\x1f".join(row[:OUTCOME] + row[OUTCOME + 1 :])
    return hashlib.blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _ids_on_rows_that_differ(source: Source) -> frozenset[str]:
    """The crime ids that stand on more than one row, said differently; found in a reading of its own."""
    seen: dict[str, int] = {}
    shared = set()
    with opened(source.path) as again:
        for row in (one.cells for one in _rows(again) if one.cells):
            if row[0]:
                said = hash(tuple(row))
                if seen.setdefault(row[0], said) != said:
                    shared.add(row[0])
    return frozenset(shared)


def _rows(source: Source) -> Iterator[Row]:
    with source.text() as text:
        rows = csv_rows(text)
        header = next(rows, None)
        if header is None:
            return
        if tuple(header.cells) != COLUMNS:
            raise UnreadableFile(f"{source.path}: its columns are not those of a data.police.uk street file")
        yield from (row for row in rows if row.cells or row.problem)
