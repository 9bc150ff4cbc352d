"""Spoiled files, kind by kind: which command reads each, with what code it ends and what it says."""

import gzip
from dataclasses import dataclass
from hashlib import sha512

from tests.input.readers import ADDRESSES, AGENCIES, AGREEMENTS, COUNTS, CSV, GEOJSON, JSONL, MAPPING, OPENID, POLICE_UK
from tests.streams.intake.making import raw, report

DEEP_JSON = b'{"features": ' + b"[" * 100_000
DEEP_TOML = b"a = " + b"[" * 10_000
# of words that do not pack, so that half of the file is half of its lines
MANY = b"".join(raw(report(id=f"M-{n}", summary=sha512(b"%d" % n).hexdigest())) + b"\n" for n in range(100))
HALF_GZIP = (lambda packed: packed[: len(packed) // 2])(gzip.compress(MANY))
BROKEN_GZIP = (lambda packed: packed[:40] + bytes(8) + packed[48:])(gzip.compress(JSONL * 50))


@dataclass(frozen=True, slots=True)
class Case:
    """``says`` stands in what the command prints; ``name`` is the file's own."""

    kind: str
    content: bytes
    code: int
    says: str
    name: str = "file"


def ring(points: str) -> bytes:
    """GeoJSON of one ward with this ring."""
    return (
        b'{"features": [{"properties": {"WD23NM": "Moor"}, "geometry": {"type": "Polygon", "coordinates": [%b]}}]}'
        % points.encode()
    )


CASES: dict[str, list[Case]] = {
    "publish jsonl": [
        Case("nothing", b"", 0, "0 good, 0 with problems"),
        Case("blank lines", b"\n\r\n  \n", 0, "0 good"),
        Case("three good", JSONL, 0, "3 good, 0 with problems"),
        Case("no last line break", JSONL.rstrip(), 0, "3 good"),
        Case("CRLF", JSONL.replace(b"\n", b"\r\n"), 0, "3 good"),
        Case("a byte order mark", b"\xef\xbb\xbf" + JSONL, 0, "3 good"),
        Case("one bad amid good", JSONL + b"{nonsense\n" + JSONL, 1, "6 good, 1 with problems"),
        Case("which line", JSONL + b"{nonsense\n", 1, "line 4: it is not JSON"),
        Case("latin-1", JSONL.replace(b"seen", b"s\xe9en"), 1, "it is not UTF-8"),
        Case("UTF-16", JSONL.decode().encode("utf-16"), 1, "0 good"),
        Case("a list", b"[" + JSONL.replace(b"\n", b",")[:-1] + b"]", 1, "it is not a JSON object"),
        Case("a key twice", b'{"id": "1", "id": "2"}\n', 1, "the key id stands twice"),
        Case("nested deep", b'{"extension": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 1, "0 good, 1 with problems"),
        Case("a line of 9 MiB", b'{"summary": "' + b"x" * (9 << 20) + b'"}\n' + JSONL, 1, "longer than 8 MiB"),
        Case("a line of 2 MiB", b'{"summary": "' + b"x" * (2 << 20) + b'"}\n' + JSONL, 1, "it is over 1 MiB"),
        Case("NaN", b'{"place": {"lat": NaN, "lon": 1}}\n', 1, "0 good"),
        Case("five thousand digits", b'{"version": ' + b"9" * 5000 + b"}\n", 1, "0 good"),
        Case("packed", gzip.compress(JSONL), 0, "3 good", "file.jsonl.gz"),
        Case("packed under a plain name", gzip.compress(JSONL), 0, "3 good"),
        Case("packed and cut short", HALF_GZIP, 2, "it begins as gzip but cannot be unpacked"),
        Case("packed and broken", BROKEN_GZIP, 2, "it begins as gzip but cannot be unpacked"),
        Case("another agency's", raw(report(agency="fire")) + b"\n", 1, "agency is fire, but it is sent as police"),
        Case("an unknown field", raw(report(sumary="x")) + b"\n", 1, "sumary is not a known field"),
        Case("zeros", bytes(4096), 1, "0 good"),
    ],
    "publish csv": [
        Case("nothing", b"", 2, "it has no header", "file.csv"),
        Case("two good", CSV, 0, "2 good", "file.csv"),
        Case("a header alone", CSV.splitlines()[0], 0, "0 good", "file.csv"),
        Case("semicolons", CSV.replace(b",", b";"), 2, "without a mapping", "file.csv"),
        Case("an unknown column", b"id,colour\n1,red\n", 2, "colour", "file.csv"),
        Case("a column twice", b"id,id\n1,2\n", 1, "", "file.csv"),
        Case("a row too short", CSV + b"H-3,x\n", 1, "has 2 fields where the header has 10", "file.csv"),
        Case("a quote left open", CSV + b'H-3,"' + b"x" * (2 << 20), 1, "larger than field limit", "file.csv"),
        Case("a header without end", b'"' + b"x" * (3 << 20), 2, "its header cannot be read", "file.csv"),
        Case("not UTF-8", CSV.replace(b"seen", b"s\xe9en"), 1, "is not utf-8", "file.csv"),
        Case(
            "a date that is none", CSV.replace(b"01/05/2024,", b"31/02/2024,"), 1, "is written in none of", "file.csv"
        ),
        Case(
            "a number that is none", CSV.replace(b"53.2", b"53,2".replace(b",", b"o")), 1, "is not a number", "file.csv"
        ),
        Case("no number", CSV.replace(b"53.2", b"nan"), 1, "1 with problems", "file.csv"),
        Case("a formula", CSV.replace(b",seen,", b",=cmd|' /C calc'!A0,"), 0, "2 good", "file.csv"),
        Case("markup", CSV.replace(b",seen,", b",<script>alert(1)</script>,"), 0, "2 good", "file.csv"),
        Case("U+0000", CSV.replace(b"seen", b"se\x00en"), 1, "1 with problems", "file.csv"),
    ],
    "publish police-uk": [
        Case("two good", POLICE_UK, 0, "2 good", "file.csv"),
        Case("other columns", CSV, 2, "not those of a data.police.uk street file", "file.csv"),
        Case(
            "an unknown crime", POLICE_UK.replace(b"Burglary", b"Piracy"), 1, "is not one of data.police.uk's", "a.csv"
        ),
        Case("a month that is none", POLICE_UK.replace(b"2024-01", b"2024-13"), 1, "is not written 2024-01", "a.csv"),
        Case("degrees that are none", POLICE_UK.replace(b"53.23", b"north"), 1, "is not a number", "file.csv"),
        Case("a row cut short", POLICE_UK + b"abc,2024-01\n", 1, "has 2 fields", "file.csv"),
        Case("nothing", b"", 0, "0 good", "file.csv"),
    ],
    "publish --mapping": [
        Case("nothing", b"", 2, "columns: Field required"),
        Case("no TOML", b"columns = [", 2, "it is no TOML"),
        Case("nested deep", DEEP_TOML, 2, "it is nested too deep"),
        Case("not UTF-8", b'encoding = "\xe9"', 2, "it is not UTF-8"),
        Case("an unknown entry", MAPPING.replace(b"encoding", b"encodings"), 2, "encodings"),
        Case("no such encoding", MAPPING.replace(b"cp1252", b"klingon"), 2, "is no encoding"),
        Case("an encoding of bytes", MAPPING.replace(b"cp1252", b"base64"), 2, "is no encoding"),
        Case("no such zone", MAPPING.replace(b"Europe/London", b"Europe/Chesterfield"), 2, "is no time zone"),
        Case("a zone outside", MAPPING.replace(b"Europe/London", b"../../etc/passwd"), 2, "is no time zone"),
        Case("no such field", MAPPING.replace(b"summary =", b"sumary ="), 2, "sumary"),
        Case("a delimiter of two", b'delimiter = "||"\n' + MAPPING, 2, "delimiter"),
        Case("a line break as delimiter", b'delimiter = "\\n"\n' + MAPPING, 2, "cannot stand between columns"),
        Case("a quote as delimiter", b"delimiter = '\"'\n" + MAPPING, 2, "cannot stand between columns"),
        Case("columns a list", b"columns = [1]", 2, "columns"),
        Case("a column it has not", MAPPING, 2, "it has no column 'Logged'"),
        Case("a date of year 0", b"date_formats = [0000-01-01]\n" + MAPPING, 2, "it is no TOML"),
    ],
    "replay": [
        Case("nothing", b"", 0, "0 lines read"),
        Case("three good", JSONL, 0, "3 lines read"),
        Case("nonsense", b"nonsense\n\x00\x00\n\xff\n", 0, "3 lines read"),
        Case("a long line", b"x" * (3 << 20) + b"\n" + JSONL, 0, "4 lines read"),
        Case("packed and cut short", HALF_GZIP, 2, "it cannot be unpacked after line", "file.jsonl.gz"),
        Case("packed and broken", BROKEN_GZIP, 2, "it cannot be unpacked after line", "file.jsonl.gz"),
        Case("not packed", JSONL, 2, "it cannot be unpacked after line 0", "file.jsonl.gz"),
    ],
    "gazetteer load": [
        Case("nothing", b"", 2, "columns not known"),
        Case("two good", ADDRESSES, 0, "2 addresses"),
        Case("not UTF-8", ADDRESSES.replace(b"Larch", b"L\xe9rch"), 2, "it is not UTF-8 (byte "),
        Case("other columns", COUNTS, 2, "columns not known"),
        Case("no address", ADDRESSES.splitlines()[0] + b"\n", 2, "no address in it can be used"),
        Case("a UPRN twice", ADDRESSES.replace(b"1002", b"1001"), 0, "UPRN 1001 stands twice"),
        Case("no UPRN", ADDRESSES.replace(b"\n1002", b"\n"), 0, "no UPRN"),
        Case("half a point", ADDRESSES.replace(b"438000,", b","), 0, "half of the point is missing"),
        Case("a point abroad", ADDRESSES.replace(b"438000", b"9999999"), 0, "not in the United Kingdom"),
        Case("a point at NaN", ADDRESSES.replace(b"438000", b"nan"), 0, "not in the United Kingdom"),
        Case("a point at infinity", ADDRESSES.replace(b"438000", b"1e999"), 0, "not in the United Kingdom"),
        Case("words for a point", ADDRESSES.replace(b"438000", b"east"), 0, "the point is no number"),
        Case("a long name", ADDRESSES.replace(b"The Elms", b"x" * 300), 0, "is longer than an address list's"),
        Case("a quote left open", ADDRESSES + b'1003,"' + b"x" * 20_000, 2, "is a quote left open?"),
        Case("packed", gzip.compress(ADDRESSES), 0, "2 addresses", "file.csv.gz"),
        Case("named as packed", ADDRESSES, 2, "it is named as gzip but cannot be unpacked", "file.csv.gz"),
    ],
    "gazetteer load --columns": [
        Case("no TOML", b"= 1", 2, "it is no TOML"),
        Case("nested deep", DEEP_TOML, 2, "it is nested too deep"),
        Case("an unknown column", b'colour = "red"', 2, "names 'colour'"),
        Case("a number for a name", b"uprn = 5", 2, "no address in it can be used"),
        Case("not UTF-8", b"\xff", 2, "it is not UTF-8"),
    ],
    "gazetteer wards": [
        Case("nothing", b"", 2, "columns not known"),
        Case("two good", GEOJSON, 0, "2 boundaries"),
        Case("no features", b'{"features": []}', 2, "holds no features"),
        Case("features a number", b'{"features": 5}', 2, "holds no features"),
        Case("cut short", GEOJSON[:-30], 2, "is no JSON"),
        Case("nested deep", DEEP_JSON, 2, "nested too deep"),
        Case("a number of 5,000 digits", ring("[[" + "9" * 5000 + ", 1]]"), 2, "a number is too long"),
        Case(
            "a number of 400 digits", ring("[[" + "9" * 400 + ", 1], [2, 2], [3, 3]]"), 2, "no area in it can be used"
        ),
        Case("no corner", ring("[]"), 2, "no area in it can be used"),
        Case("two corners", ring("[[438000, 370000], [438001, 370001]]"), 2, "no area in it can be used"),
        Case("NaN", ring("[[NaN, 370000], [438001, 370001], [438002, 370001]]"), 2, "no area in it can be used"),
        Case("infinity", ring("[[1e999, 370000], [438001, 370001], [438002, 370001]]"), 2, "no area in it"),
        Case("words for corners", ring('["a", "b", "c"]'), 2, "no area in it can be used"),
        Case("corners of one number", ring("[[1], [2], [3]]"), 2, "no area in it can be used"),
        Case("abroad", ring("[[2.35, 48.85], [2.36, 48.85], [2.36, 48.86]]"), 2, "no area in it can be used"),
        Case("no geometry", b'{"features": [{"properties": {"WD23NM": "a"}, "geometry": null}]}', 2, "no area in it"),
        Case("features of null", b'{"features": [null]}', 2, "no area in it can be used"),
        Case("not UTF-8", b'{"features": "\xff"}', 2, "it is not UTF-8"),
        Case("packed and broken", BROKEN_GZIP, 2, "it is named as gzip but cannot be unpacked", "wards.json.gz"),
        Case("a lookup with no ward", b"pcds,colour\nS41 7QW,red\n", 2, "columns not known"),
        Case("a lookup cut short", b"pcds,WD23NM\nS41 7QW\n", 2, "no area in it can be used"),
    ],
    "detect": [
        Case("nothing", b"", 2, "no column series"),
        Case("a good one", COUNTS, 0, "a,2024-01-01,1"),
        Case("a header alone", b"series,date,count\n", 2, "the table has no rows"),
        Case("a date that is none", COUNTS + b"a,2024-02-30,1\n", 2, "is not a date"),
        Case("a British date", COUNTS + b"a,28/01/2024,1\n", 2, "write it as 2026-03-28"),
        Case("a count below 0", COUNTS + b"a,2024-02-01,-1\n", 2, "is not a count"),
        Case("half a count", COUNTS + b"a,2024-02-01,1.5\n", 2, "is not a count"),
        Case("NaN", COUNTS + b"a,2024-02-01,nan\n", 2, "is not a count"),
        Case("infinity", COUNTS + b"a,2024-02-01,inf\n", 2, "is not a count"),
        Case("a count beyond all", COUNTS + b"a,2024-02-01,1e300\n", 2, "is not a count"),
        Case("a day twice", COUNTS + b"a,2024-01-01,1\n", 2, "twice"),
        Case("no name", COUNTS + b",2024-02-01,1\n", 2, "the series has no name"),
        Case("a mistyped year", COUNTS + b"a,9999-12-31,1\n", 2, "is a date mistyped?"),
        Case("two columns of a name", b"series,date,count,count\na,2024-01-01,1,1\n", 2, "two columns are named count"),
        Case("not UTF-8", COUNTS + b"\xff,2024-02-01,1\n", 2, "it is not UTF-8"),
        Case("a header without end", b'"' + b"x" * (3 << 20), 2, "line 1: "),
        Case("UTF-16", COUNTS.decode().encode("utf-16"), 2, "it is not UTF-8"),
    ],
    "TOCSIN_AGENCIES": [
        Case("nothing", b"", 2, "it names no agency"),
        Case("no TOML", b"[agency", 2, "agencies file: it is no TOML"),
        Case("not UTF-8", b'[agency.police]\ntitle = "\xe9"', 2, "agencies file: it is not UTF-8"),
        Case("nested deep", DEEP_TOML, 2, "agencies file: it is nested too deep"),
        Case("agency a number", b"agency = 5", 2, "its agencies is not a table"),
        Case("an agency a number", b"agency.police = 5", 2, "police is not a table"),
        Case("agencies a list", b"[[agency]]\nname = 1", 2, "its agencies is not a table"),
        Case("a name in capitals", b"[agency.Police]", 2, "is not an agency name"),
        Case("a name with a dot", b'[agency."a.b"]', 2, "is not an agency name"),
        Case("an unknown entry", b"[agency.police]\ncolour = 1", 2, "unknown entry 'colour'"),
        Case("cleared a text", b'[agency.police]\ncleared = "child"', 2, "cleared is not a list of texts"),
        Case("cleared of numbers", b"[agency.police]\ncleared = [1]", 2, "cleared is not a list of texts"),
        Case("statutory a text", b'[agency.police]\nstatutory = "no"', 2, "statutory is neither true nor false"),
        Case("title a number", b"[agency.police]\ntitle = 1", 2, "title is not a text"),
        Case("a quota of 0", AGENCIES.replace(b"1000000", b"0"), 2, "not a number above 0"),
        Case("quota a number", b"quota = 5\n[agency.police]", 2, "the quota of the default is not a table"),
        Case("5 MiB", b"#" * (5 << 20), 2, "it is over 4 MiB"),
    ],
    "TOCSIN_AGREEMENTS": [
        Case("nothing", b"", 0, ""),
        Case("no TOML", b"[agreement", 2, "agreements file: it is no TOML"),
        Case("not UTF-8", b"\xff", 2, "agreements file: it is not UTF-8"),
        Case("nested deep", DEEP_TOML, 2, "agreements file: it is nested too deep"),
        Case("agreement a number", b"agreement = 5", 2, "each agreement is a table"),
        Case("an agreement a number", b"agreement.one = 5", 2, "agreements file: one"),
        Case("an unknown entry", AGREEMENTS.replace(b"basis", b"bases"), 2, "one"),
        Case("a stranger", AGREEMENTS.replace(b'"fire"', b'"navy"'), 2, "names no agency of the agencies file: 'navy'"),
        Case("a day that is none", AGREEMENTS.replace(b"2024-01-01", b'"2024-02-30"'), 2, "valid_from"),
        Case("kept for ever", AGREEMENTS.replace(b"30", b"9999999"), 2, "keep_days"),
    ],
    "TOCSIN_OPENID": [
        Case("nothing", b"", 2, "issuer is missing"),
        Case("no TOML", b"issuer =", 2, "it is no TOML"),
        Case("not UTF-8", b'issuer = "\xe9"', 2, "it is not UTF-8"),
        Case("nested deep", DEEP_TOML, 2, "it is nested too deep"),
        Case("by http", OPENID.replace(b"https", b"http"), 2, "the issuer must be reached by https"),
        Case("an unknown role", OPENID.replace(b'"analyst"', b'"king"'), 2, "there is no role 'king'"),
        Case("no such secret", b'client_secret_file = "none"\n' + OPENID, 2, "it cannot be read"),
    ],
    "audit verify --head": [
        Case("nothing", b"", 0, "held against"),
        Case("nonsense", b"nonsense\n", 2, "it holds no signed ends"),
        Case("not UTF-8", b"\xff", 2, "it is not UTF-8"),
        Case("a list", b"[1]\n", 2, "it holds no signed ends"),
        Case("a time that is none", b'{"root": "ab", "at": 5, "signature": "ab"}', 2, "it holds no signed ends"),
        Case(
            "a root that is none", b'{"root": {}, "at": "2024-01-01", "signature": "ab"}', 2, "it holds no signed ends"
        ),
        Case("nested deep", b"[" * 100_000, 2, "it holds no signed ends"),
    ],
    "restore": [
        Case("nothing", b"", 1, "it is no backup"),
        Case("another file", JSONL, 1, "it is no backup"),
        Case("its first bytes alone", b"tocsin backup 1\n", 1, "of another store's key, or was changed or cut short"),
        Case("spoiled", b"tocsin backup 1\n" + b"x" * 5000, 1, "of another store's key, or was changed or cut short"),
    ],
    "users add --password-file": [
        Case("nothing", b"", 1, ""),
        Case("not UTF-8", b"\xff\xfe", 2, "it is not UTF-8"),
        Case("a weak one", b"password\n", 1, ""),
    ],
    "--login": [
        Case("not UTF-8", b"TOCSIN_BROKER_USER=\xff", 2, "cannot be read as a file of settings"),
        Case("a number that is none", b"TOCSIN_BATCH=many", 2, "TOCSIN_BATCH"),
        Case("another protocol", b"TOCSIN_BROKER_PROTOCOL=smoke", 2, "TOCSIN_BROKER_PROTOCOL"),
    ],
}


def every_case() -> list[tuple[str, Case]]:
    """All of them, each with its command."""
    return [(command, case) for command, cases in CASES.items() for case in cases]
