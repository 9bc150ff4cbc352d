"""An agency's way in: hand reports over, whole files too, and ask what became of them."""

from consumers.broker import BrokerAway, BrokerTrouble, TopicForbidden, TopicMissing
from consumers.publisher.client import Publisher
from consumers.publisher.files import Account, Batch, Problem, check_files, publish_files
from consumers.publisher.formats import FORMATS, format_of
from consumers.publisher.lines import UnreadableFile
from consumers.publisher.mapping import CsvMapping, MappingError, load_mapping
from consumers.publisher.sent import NotSent, Sent
from consumers.publisher.validate import WrongReport

__all__ = [
    "FORMATS",
    "Account",
    "Batch",
    "BrokerAway",
    "BrokerTrouble",
    "CsvMapping",
    "MappingError",
    "NotSent",
    "Problem",
    "Publisher",
    "Sent",
    "TopicForbidden",
    "TopicMissing",
    "UnreadableFile",
    "WrongReport",
    "check_files",
    "format_of",
    "load_mapping",
    "publish_files",
]
