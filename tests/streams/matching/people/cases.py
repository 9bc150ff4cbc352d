"""Pairs of people as a clerk in the United Kingdom would settle them: two mentions and what must become of them.

``join``: one person without asking. ``review``: a person is asked. ``apart``: nothing is kept. ``never``: a rule
forbids it. ``open``: asked or nothing, never joined alone. ``found``: joined or asked, never lost.
"""

from typing import Any

Told = dict[str, Any]

DOB = "1990-04-12"
PNC, OTHER_PNC = {"pnc": "95/123456A"}, {"pnc": "02/998877B"}
HOME = {"text": "12 Park Road, Chesterfield", "postcode": "S40 1AA"}
OTHER_HOME = {"text": "7 Mill Lane, Matlock", "postcode": "DE4 3AB"}
POSTCODE = {"postcode": "S40 1AA"}
HOSTEL = {"text": "St Johns Hostel, 5 Low Street", "postcode": "S40 2AB"}


def p(name: str | None = None, born: str | None = None, **fields: Any) -> Told:
    """A person as a report tells of them."""
    return {"name": name, "born": born, **fields}


CASES: dict[str, tuple[str, Told, Told]] = {
    # short forms
    "Bill is William": ("join", p("William Harrison", DOB), p("Billy Harrison", DOB)),
    "Liz is Elizabeth": ("join", p("Elizabeth Marsh", DOB), p("Liz Marsh", DOB)),
    "Peggy is Margaret": ("join", p("Margaret Ashworth", DOB), p("Peggy Ashworth", DOB)),
    "Daz is Darren": ("join", p("Darren Hepworth", DOB), p("Daz Hepworth", DOB)),
    "Zak is Zachary": ("join", p("Zachary Hepworth", DOB), p("Zak Hepworth", DOB)),
    "Jack is John": ("join", p("John Hepworth", DOB), p("Jack Hepworth", DOB)),
    # order, fields and joining
    "family name first": ("join", p("SMITH, John", DOB), p("Mr John Smith", DOB)),
    "Smith John": ("join", p("Smith John", DOB), p("John Smith", DOB)),
    "fields swapped": (
        "join",
        p(None, DOB, given="Ahmed", family="Hassan"),
        p(None, DOB, given="Hassan", family="Ahmed"),
    ),
    "whole name or fields": (
        "join",
        p("Mary Jane Oldroyd", DOB),
        p(None, DOB, given="Mary", middle="J", family="Oldroyd"),
    ),
    "three words in another order": ("join", p("Mohammed Ali Khan", DOB), p("Khan Mohammed Ali", DOB)),
    "Chinese writing": ("join", p("王秀英", DOB), p("Xiuying Wang", DOB)),
    "Chinese order": ("join", p("Wang Xiuying", DOB), p("Xiuying Wang", DOB)),
    "two words written as one": ("join", p("Annmarie Haythornthwaite", DOB), p("Ann Marie Haythornthwaite", DOB)),
    "a space in the given name": ("join", p("Brinley Haythornthwaite", DOB), p("Br inly Haythornthwaite", DOB)),
    "White is a family name": ("join", p("WHITE, Caleb", DOB), p(None, DOB, given="Caleb", family="White")),
    "a white male": (
        "apart",
        p(None, DOB, given="unknown", family="White"),
        p(None, DOB, given="Caleb", family="White"),
    ),
    "a space in the family name": ("join", p("Peter Wolstenholme", DOB), p("Peter Wolsten Holme", DOB)),
    # family names
    "double-barrelled after a marriage": ("join", p("Emma Taylor", DOB, sex="F"), p("Emma Taylor-Wragg", DOB, sex="F")),
    "double-barrelled with a space": ("join", p("Sarah Smith-Jones", DOB), p("Sarah Smith Jones", DOB)),
    "double-barrelled the other way round": ("join", p("Sarah Smith-Jones", DOB), p("Sarah Jones-Smith", DOB)),
    "one of two family names": ("join", p("María García López", DOB), p("Maria Garcia", DOB)),
    "Mac and Mc": ("join", p("Ian MacDonald", DOB), p("Iain McDonald", DOB)),
    "Mac apart": ("join", p("Fiona Mac Kenzie", DOB), p("Fiona McKenzie", DOB)),
    "O'Brien": ("join", p("Mary O'Brien", DOB), p("Mary OBrien", DOB)),
    "O Neil": ("join", p("Sean O’Neill", DOB), p("Shaun O Neil", DOB)),
    "particles": ("join", p("Pieter van der Berg", DOB), p("Pieter Vanderberg", DOB)),
    "a Welsh ap": ("join", p("Rhys ap Gwilym", DOB), p("Rhys Gwilym", DOB)),
    # letters and tongues
    "Polish letters": ("join", p("Łukasz Wójcik", DOB), p("Lukasz Wojcik", DOB)),
    "Romanian letters": ("join", p("Ștefan Țurcanu", DOB), p("Stefan Turcanu", DOB)),
    "Mohammed": ("join", p("Mohammed Hussain", DOB), p("Muhammad Hussein", DOB)),
    "Mohd": ("join", p("Mohd Iqbal", DOB), p("Mohammed Iqbal", DOB)),
    "Cyrillic": ("join", p("Олександр Коваленко", DOB), p("Oleksandr Kovalenko", DOB)),
    "Greek": ("join", p("Γιώργος Παπαδόπουλος", DOB), p("Giorgos Papadopoulos", DOB)),
    "bin and al left out": ("join", p("Ahmed bin Yusuf al-Rashid", DOB), p("Ahmed Yusuf Rashid", DOB)),
    "a patronymic left out": ("join", p("Ivan Petrovich Sokolov", DOB), p("Ivan Sokolov", DOB)),
    "Singh in the middle": ("join", p("Gurpreet Singh Sandhu", DOB), p("Gurpreet Sandhu", DOB)),
    # slips
    "a letter too few": ("join", p("Catherine Thorneycroft", DOB), p("Catherine Thornycroft", DOB)),
    "a digit read for a letter": ("join", p("Stewart Pickering", DOB), p("S5ewart Pickering", DOB)),
    "as it sounds": ("join", p("Stephen Whyte-Reid", DOB), p("Steven White-Read", DOB)),
    # parts of names
    "titles and honours": ("join", p("Dr Susan Hallam MBE", DOB), p("HALLAM, Susan", DOB)),
    "an initial": ("join", p("J Wolstenholme", DOB), p("James Wolstenholme", DOB)),
    "two initials": ("join", p("J P Wolstenholme", DOB), p("John Paul Wolstenholme", DOB)),
    "known by the middle name": ("join", p("James Robert Cartledge", DOB), p("Robert Cartledge", DOB)),
    "a title and one name": ("review", p("Mr Smith", DOB), p("John Smith", DOB)),
    "one name only": ("found", p("Zainab", DOB), p("Zainab Qureshi", DOB)),
    "another middle name": ("open", p("John Paul Smith"), p("John Eric Smith")),
    # births
    "one name, one birth": ("join", p("John Smith", DOB), p("John Smith", DOB)),
    "day and month swapped": ("join", p("Siobhan Gallagher", DOB), p("Siobhan Gallagher", "1990-12-04")),
    "another year": ("review", p("Siobhan Gallagher", DOB), p("Siobhan Gallagher", "1972-04-12")),
    "another month": ("review", p("Siobhan Gallagher", DOB), p("Siobhan Gallagher", "1990-11-12")),
    "another year at one home": (
        "found",
        p("Siobhan Gallagher", DOB, address=HOME),
        p("Siobhan Gallagher", "1982-04-12", address=HOME),
    ),
    "the wrong century": ("found", p("Siobhan Gallagher", DOB), p("Siobhan Gallagher", "1890-04-12")),
    "a common name, one digit": ("found", p("John Smith", DOB), p("John Smith", "1990-04-13")),
    "1 January is only a year": ("review", p("Abdul Karim Noori", "1990-01-01"), p("Abdul Karim Noori", "1990-01-01")),
    "a common name, a year of birth": ("review", p("John Smith", "1990"), p("John Smith", DOB)),
    "a year of birth": ("open", p("Darren Wheatcroft", "1990"), p("Darren Wheatcroft", DOB)),
    "a placeholder birth": ("apart", p("John Smith", "1970-01-01"), p("Peter Jones", "1970-01-01")),
    "one name, two births": ("apart", p("John Smith", DOB), p("John Smith", "1975-11-30")),
    "name and age": ("review", p("Tracey Bamford", age_from=30, age_to=35), p("Tracey Bamford", DOB)),
    "an age that does not fit": ("open", p("Tracey Bamford", age_from=60, age_to=65), p("Tracey Bamford", DOB)),
    "a common name and an age": ("open", p("David Jones", age_from=30, age_to=35), p("David Jones", DOB)),
    # how little a name says
    "a common name alone": ("apart", p("John Smith"), p("John Smith")),
    "a rare name alone": ("review", p("Darren Wheatcroft"), p("Darren Wheatcroft")),
    "name and postcode": ("review", p("Jason Wragg", address=HOME), p("Jason Wragg", address=POSTCODE)),
    "a common name and a postcode": ("open", p("John Smith", address=POSTCODE), p("John Smith", address=POSTCODE)),
    "Mr Singh": ("apart", p("Mr Singh"), p("Mr Singh")),
    "Kaur alone": ("apart", p("Manpreet Kaur"), p("Harpreet Kaur")),
    "a common Sikh name": ("open", p("Gurpreet Singh"), p("Gurpreet Singh")),
    "Singh and a postcode": ("open", p("Harjit Singh", address=POSTCODE), p("Harjit Singh", address=POSTCODE)),
    "two Kaurs at one postcode": ("apart", p("Manpreet Kaur", address=POSTCODE), p("Simran Kaur", address=POSTCODE)),
    # identifiers, telephones, mail
    "an identifier": ("join", p("John Smith", identifiers=PNC), p("Jon Smith", identifiers={"pnc": "95/123456a"})),
    "a police number with the year in full": (
        "join",
        p("Jason Wragg", identifiers=PNC),
        p("Jayson Wragg", identifiers={"pnc": "1995/0123456A"}),
    ),
    "an agency's own number": ("join", p("Kyle Brough", local_ref="C-1042"), p("Kyle Brough", local_ref="C-1042")),
    "one police number, two names": (
        "review",
        p("Paul Eyre", DOB, identifiers=PNC),
        p("Karl Dobson", "1968-09-30", identifiers=PNC),
    ),
    "one police number, two births": (
        "review",
        p("Paul Eyre", DOB, identifiers=PNC),
        p("Paul Eyre", "1968-09-30", identifiers=PNC),
    ),
    "police numbers given in a row": (
        "never",
        p("John Smith", DOB, identifiers={"pnc": "2015/0001176F"}),
        p("John Smith", DOB, identifiers={"pnc": "2015/0001177B"}),
    ),
    "twins numbered in a row": (
        "never",
        p("Hannah Marsden", DOB, address=HOME, identifiers={"nhs": "943 476 5919"}),
        p("Oliver Marsden", DOB, address=HOME, identifiers={"nhs": "943 476 5929"}),
    ),
    "one digit of a number miscopied, two given names": (
        "review",
        p("Hannah Marsden", DOB, address=HOME, identifiers={"nhs": "943 476 5919"}),
        p("Oliver Marsden", DOB, address=HOME, identifiers={"nhs": "943 476 5959"}),
    ),
    "one number miscopied, two given names": (
        "review",
        p("Hannah Marsden", DOB, address=HOME, identifiers={"nhs": "943 476 5919"}),
        p("Oliver Marsden", DOB, address=HOME, identifiers={"nhs": "943 176 5919"}),
    ),
    "two police numbers": ("never", p("John Smith", DOB, identifiers=PNC), p("John Smith", DOB, identifiers=OTHER_PNC)),
    "a placeholder for a number": (
        "apart",
        p("John Smith", identifiers={"cro": "000000/00Z"}),
        p("John Smith", identifiers={"cro": "000000/00Z"}),
    ),
    "a number not entered": (
        "apart",
        p("John Smith", identifiers={"nhs": "NOT ENTERED"}),
        p("Peter Jones", identifiers={"nhs": "NOT ENTERED"}),
    ),
    "a telephone number": (
        "join",
        p("Chantelle Roebuck", phones=["07700 900123"]),
        p("Chantelle Roebuck", phones=["+447700900123"]),
    ),
    "the switchboard": ("apart", p("Ann Hoyland", phones=["101"]), p("Jane Rigby", phones=["101"])),
    "a household's telephone": (
        "apart",
        p("Peter Marsden", phones=["01246 556677"], address=HOME),
        p("Julie Marsden", phones=["01246 556677"], address=HOME),
    ),
    "a household's mail": (
        "open",
        p("Peter Marsden", emails=["marsdens@example.org"]),
        p("Julie Marsden", emails=["marsdens@example.org"]),
    ),
    # further names
    "an alias": ("join", p("Baz Ackroyd", DOB), p("Barrington Dobson", DOB, aliases=["Barry Ackroyd"])),
    "an alias that is the other's name": (
        "join",
        p("Leroy Fenton", DOB),
        p("Marlon Pitts", DOB, aliases=["Leroy Fenton"]),
    ),
    "a marriage": ("review", p("Emma Taylor", DOB, sex="F"), p("Emma Wragg", DOB, sex="F")),
    "a marriage, with number and birth": (
        "join",
        p("Emma Taylor", DOB, sex="F", identifiers={"nhs": "943 476 5919"}),
        p("Emma Wragg", DOB, sex="F", identifiers={"nhs": "9434765919"}),
    ),
    # two people
    "twins": ("never", p("Daniel Hardwick", DOB, address=HOME), p("Joshua Hardwick", DOB, address=HOME)),
    "twins of one initial": ("never", p("Jack Hardwick", DOB, address=HOME), p("Jamie Hardwick", DOB, address=HOME)),
    "twins a letter apart": ("never", p("Jayden Hardwick", DOB, address=HOME), p("Kayden Hardwick", DOB, address=HOME)),
    "twins a letter apart, one with a middle name": (
        "never",
        p("Jayden Lee Hardwick", DOB, address=HOME),
        p("Kayden Hardwick", DOB, address=HOME),
    ),
    "twins, one told family name first": (
        "never",
        p(None, DOB, given="Daniel", family="Hardwick", address=HOME),
        p(None, DOB, given="Hardwick", family="Joshua", address=HOME),
    ),
    "a given name that agrees crosswise is no family of twins": (
        "review",
        p(None, DOB, given="Laura", family="Wegb", address=HOME),
        p(None, DOB, given="Webf", family="Laura", address=HOME),
    ),
    "the first two letters of a given name": (
        "review",
        p("Wil Clarke", DOB, address=HOME),
        p("Wi Clarke", DOB, address=HOME),
    ),
    "twins, brother and sister": (
        "never",
        p("Daniel Hardwick", DOB, address=HOME),
        p("Danielle Hardwick", DOB, address=HOME),
    ),
    "twins, the home not known": ("open", p("Daniel Hardwick", DOB), p("Joshua Hardwick", DOB)),
    "senior and junior": ("never", p("John Smith Snr", address=HOME), p("John Smith Jnr", address=HOME)),
    "the third": ("never", p("William Frost III", DOB), p("William Frost Senior", DOB)),
    "father and son by their births": (
        "never",
        p("Kevin Slack", "1961-02-03", address=HOME),
        p("Kevin Slack", "1988-11-19", address=HOME),
    ),
    "father and son by their ages": (
        "open",
        p("Kevin Slack", address=HOME, age_from=60, age_to=65),
        p("Kevin Slack", "1988-11-19", address=HOME),
    ),
    "brothers": ("apart", p("Liam Hardwick", DOB, address=HOME), p("Owen Hardwick", "1993-07-30", address=HOME)),
    "man and wife": ("apart", p("Peter Marsden", address=HOME, sex="M"), p("Julie Marsden", address=HOME, sex="F")),
    "Jean and John": ("open", p("Jean Price", DOB, sex="F"), p("John Price", DOB, sex="M")),
    "Joan and John, the sexes not known": ("open", p("Joan Price", DOB), p("John Price", DOB)),
    "Hussain and Hassan": ("open", p("Mohammed Hussain", DOB), p("Mohammed Hassan", DOB)),
    "Harry and Larry": ("open", p("Harry Page", DOB), p("Larry Page", DOB)),
    "names that only look alike": ("open", p("Angela Merkel", DOB), p("Angelo Cruz", DOB)),
    "the sex alone differs": (
        "found",
        p("Robin Thackeray", DOB, sex="M", address=HOME),
        p("Robin Thackeray", DOB, sex="F", address=HOME),
    ),
    "the hostel": ("apart", p("Ray Tunnicliffe", address=HOSTEL), p("Karl Bunting", address=HOSTEL)),
    "moved house": ("join", p("Gemma Fearn", DOB, address=HOME), p("Gemma Fearn", DOB, address=OTHER_HOME)),
    # nobody
    "unknown men": ("apart", p("unknown male", address=HOME), p("unknown male", address=HOME)),
}

UNLINKABLE = ("unknown male", "UNKNOWN", "2 white males", "N/K", "the occupier", "male1", "suspect 2", "not known, the")
