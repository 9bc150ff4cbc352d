"""Everything of Tocsin's that reads a file: what a good one is, how it is read, and the errors that are sentences."""

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from consumers.accounts.openid import load_openid
from consumers.publisher.files import Batch, check_files
from consumers.publisher.lines import UnreadableFile
from consumers.publisher.mapping import MappingError, load_mapping
from deploy.cli.audit import heads_in
from deploy.cli.options import typed_settings
from schemas.agencies import load_partnership
from schemas.agreements import agreements_source, read_agreements
from schemas.files import NotReadable
from schemas.settings import Settings
from streams.detectors.table import Unreadable, read_table_file
from streams.gazetteer.boundaries import NotAreas, areas_of
from streams.gazetteer.columns import NotAList, rows_of
from streams.keeping.archive import NotABackup, opened, seal
from streams.replay import replay
from tests.streams.intake.making import PARTNERSHIP, raw, report

KEY = b"k" * 32
Read = Callable[[Path], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """``good``: files that are read well; ``ends``: what is raised where one is not, told as a sentence."""

    name: str
    suffix: str
    good: tuple[bytes, ...]
    read: Read
    ends: tuple[type[Exception], ...]


GEOJSON = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"WD23CD": "E05003252",
"WD23NM": "Moor"}, "geometry": {"type": "Polygon", "coordinates": [[[-1.43, 53.23], [-1.41, 53.23], [-1.41, 53.25],
[-1.43, 53.23]]]}}, {"type": "Feature", "properties": {"WD23CD": "E05003253", "WD23NM": "Hasland"},
"geometry": {"type": "MultiPolygon", "coordinates": [[[[438000, 370000], [439000, 370000], [439000, 371000],
[438000, 370000]]]]}}]}"""
ADDRESSES = (
    b"uprn,subname,name,number,streetname,townname,postcode,locality,parentuprn,usrn,easting,northing,"
    b"classificationcode\n"
    b'1001,,,1,Larch Road,Chesterfield,S41 7QW,,,,438000,371000,RD04\n1002,Flat 2,"The Elms",2,Larch Road,'
    b"Chesterfield,S41 7QW,Newbold,1001,9001,438010,371010,RD06\n"
)
MAPPING = b"""encoding = "cp1252"
time_zone = "Europe/London"
date_formats = ["%d/%m/%Y %H:%M"]
[columns]
id = "Ref"
reported_at = "Logged"
occurred.from = "Start"
category = "Type"
summary = ["Notes", "More"]
[constants]
"place.accuracy_m" = 50
[values.category]
"ASB" = "anti-social-behaviour"
"*" = "other-crime"
"""
CSV = (
    b"id,reported_at,occurred.from,occurred.to,category,summary,people.0.role,people.0.name,place.lat,place.lon\n"
    b"H-1,2024-05-01T20:00:00+01:00,2024-05-01T19:00:00+01:00,2024-05-01T19:05:00+01:00,drugs,seen,suspect,"
    b'A. Name,53.2,-1.4\nH-2,01/05/2024 20:00,01/05/2024,,other-crime,"a ""quoted"" thing",,,,\n'
)
POLICE_UK = (
    b"Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    b"Last outcome category,Context\n"
    b"abc1,2024-01,Derbyshire Constabulary,Derbyshire Constabulary,-1.42,53.23,On or near High Street,E01019481,"
    b"Chesterfield 010F,Burglary,Under investigation,\n"
    b",2024-01,Derbyshire Constabulary,Derbyshire Constabulary,,,No Location,,,Anti-social behaviour,,\n"
)
COUNTS = b"series,date,count\n" + b"".join(
    b"a,2024-01-%02d,%d\nb,2024-01-%02d,1\n" % (d, d % 5, d) for d in range(1, 29)
)
AGENCIES = b"""[quota]
write_bytes_s = 1000000
[agency.police]
title = "Police"
statutory = true
cleared = ["domestic-abuse", "OFFICIAL-SENSITIVE"]
[agency.fire]
quota = { busy_percent = 20 }
"""
AGREEMENTS = b"""[agreement.one]
between = ["police", "fire"]
purpose = "crime and disorder"
basis = "s.115"
categories = ["*"]
fields = ["person", "place"]
roles = ["suspect"]
keep_days = 30
valid_from = 2024-01-01
"""
OPENID = b"""issuer = "https://login.example/tenant"
client_id = "tocsin"
agency_claim = "organisation"
roles_claim = "groups"
[agency]
"Police" = "police"
[role]
"readers" = "analyst"
"""
HEADS = b'{"root": "ab", "at": "2024-05-01T20:00:00Z", "signature": "cd"}\n{"other": 1}\n'
LOGIN = b'TOCSIN_BROKER=127.0.0.1:1\nTOCSIN_BROKER_USER="fire"\nTOCSIN_BATCH=20\n# a comment\n'
JSONL = b"".join(
    raw(report(id=f"P-{number}", people=[{"role": "suspect", "name": "A"}])) + b"\n" for number in range(3)
)


def checked(form: str) -> Read:
    return lambda path: check_files(Batch(files=[path], agency="police", format=form))


def login(path: Path) -> Settings:
    return typed_settings(path, {})


def agreements(path: Path) -> object:
    members = {name: agency.statutory for name, agency in PARTNERSHIP.items()}
    return read_agreements(agreements_source.__wrapped__(path), members)  # what it keeps, it keeps by the path


def agencies(path: Path) -> object:
    return load_partnership.__wrapped__(path, None)


def sealed() -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(b"what a store holds" * 200), target, KEY)
    return target.getvalue()


def backup(path: Path) -> list[bytes]:
    with path.open("rb") as source:
        return list(opened(source, KEY))


def readers(engine: Engine | None = None) -> Iterator[Reader]:
    """All of them; a replay too where there is a store for it."""
    sentence = (NotReadable,)
    by_csv = (UnreadableFile, MappingError)
    yield Reader(name="publish jsonl", suffix=".jsonl", good=(JSONL,), read=checked("jsonl"), ends=by_csv)
    yield Reader(
        name="publish jsonl.gz", suffix=".jsonl.gz", good=(gzip.compress(JSONL),), read=checked("jsonl"), ends=by_csv
    )
    yield Reader(name="publish csv", suffix=".csv", good=(CSV,), read=checked("csv"), ends=by_csv)
    yield Reader(name="publish police-uk", suffix=".csv", good=(POLICE_UK,), read=checked("police-uk"), ends=by_csv)
    yield Reader(name="publish --mapping", suffix=".toml", good=(MAPPING,), read=load_mapping, ends=(MappingError,))
    yield Reader(name="publish --login", suffix=".env", good=(LOGIN,), read=login, ends=sentence)
    yield Reader(name="gazetteer load", suffix=".csv", good=(ADDRESSES,), read=rows_of, ends=(NotAList,))
    yield Reader(
        name="gazetteer wards.gz", suffix=".json.gz", good=(gzip.compress(GEOJSON),), read=areas_of, ends=(NotAreas,)
    )
    yield Reader(
        name="gazetteer wards",
        suffix=".json",
        good=(GEOJSON, b"pcds,WD23NM\nS41 7QW,Moor\n"),
        read=areas_of,
        ends=(NotAreas,),
    )
    yield Reader(name="detect", suffix=".csv", good=(COUNTS,), read=read_table_file, ends=(Unreadable,))
    yield Reader(name="TOCSIN_AGENCIES", suffix=".toml", good=(AGENCIES,), read=agencies, ends=sentence)
    yield Reader(name="TOCSIN_AGREEMENTS", suffix=".toml", good=(AGREEMENTS,), read=agreements, ends=sentence)
    yield Reader(
        name="TOCSIN_OPENID",
        suffix=".toml",
        good=(OPENID,),
        read=lambda path: load_openid(path, PARTNERSHIP),
        ends=(NotReadable,),
    )
    yield Reader(name="audit verify --head", suffix=".jsonl", good=(HEADS,), read=heads_in, ends=sentence)
    yield Reader(name="restore", suffix=".backup", good=(sealed(),), read=backup, ends=(NotABackup,))
    if engine is not None:
        yield Reader(
            name="replay",
            suffix=".jsonl",
            good=(JSONL,),
            read=lambda path: replay(engine, PARTNERSHIP, [path], batch=100, read_at=datetime(2024, 5, 2, tzinfo=UTC)),
            ends=sentence,
        )
