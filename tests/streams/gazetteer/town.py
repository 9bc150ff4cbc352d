"""A town of our own making, with streets that are easy to take for one another."""

from streams.gazetteer.index import Index
from streams.gazetteer.rows import Row

_STREETS = (
    ("Quarry Lane", "ZE1 0AA", 1.0),
    ("Quarry Lane North", "ZE1 0AB", 2.0),
    ("Heron Close", "ZE1 0AD", 3.0),
    ("Harbour View", "ZE1 0AE", 4.0),
    ("St Olave's Road", "ZE1 0AF", 5.0),
    ("Monkwood Road", "ZE1 0AG", 6.0),
    ("Avenue 2", "ZE1 0AH", 7.0),
    ("Lerwood Street", "ZE2 9AA", 8.0),
    ("Kestrel Gardens", "ZE2 9AB", 9.0),
)


def rows() -> list[Row]:
    found = []
    for street, (name, code, east) in enumerate(_STREETS):
        for number in range(1, 21):
            house = f"{street + 1}{number:03d}"
            place = {
                "number": str(number),
                "streetname": name,
                "townname": "Lerwick Bay",
                "postcode": code,
                "usrn": f"90{street}",
                "easting": 447_000.0 + 1000 * east + 10 * number,
                "northing": 1_141_000.0,
            }
            found.append(Row(uprn=house, **place))
            if number % 5 == 0:
                found += [Row(uprn=f"{house}{n}", subname=f"FLAT {n}", parentuprn=house, **place) for n in (1, 2, 3)]
    found += [
        Row(
            uprn=f"10{number:03d}",
            number=str(number),
            streetname="Osprey Row",
            townname="Lerwick Bay",
            postcode="ZE2 9AD",
            usrn="909",
            easting=456_010.0,  # it runs north from 1 Kestrel Gardens
            northing=1_141_010.0 + 10 * number,
        )
        for number in range(1, 21)
    ]
    found += [
        Row(
            uprn=uprn,
            name=name,
            number=number,
            streetname="Kestrel Gardens",
            townname="Lerwick Bay",
            postcode="ZE2 9AB",
            usrn="908",
            easting=456_300.0,
            northing=1_141_000.0,
            classificationcode=code,
        )
        for uprn, name, number, code in (
            ("801", "Sumburgh General", "", "CM03"),
            ("802", "The Puffin and Spade", "31", "CR06"),
        )
    ]
    found.append(
        Row(
            uprn="777",
            name="The Old Smokery",
            streetname="Harbour View",
            townname="Lerwick Bay",
            postcode="ZE1 0AE",
            usrn="903",
        )
    )
    return found


INDEX = Index(rows())
