"""Meeting packs: what everyone who sits there may know, on paper and in Word, numbered and marked on every page."""

from consumers.packs.common import Knows
from consumers.packs.given import give
from consumers.packs.meetings import Meeting, NoSuchMeeting, load_meetings, meeting_for
from consumers.packs.pack import Pack, make_pack
from consumers.packs.pdf import pdf_of
from consumers.packs.word import word_of

__all__ = [
    "Knows",
    "Meeting",
    "NoSuchMeeting",
    "Pack",
    "give",
    "load_meetings",
    "make_pack",
    "meeting_for",
    "pdf_of",
    "word_of",
]
