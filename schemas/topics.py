"""The one table of topics: creation, ACLs, the AsyncAPI document and the manifests are made from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

PREFIX = "tocsin"
DAY_MS = 24 * 60 * 60 * 1000
MIB = 1 << 20
# A report of more than 1 MiB is refused with a reason, so it must be able to arrive; what goes back to its sender is as
# large, with the reason beside it.
INBOUND_BYTES = 4 * MIB
REJECTED_BYTES = 5 * MIB
# The workers' own group; no agency's group can have this name, for each of those begins with ``tocsin.``.
PIPELINE_GROUP = "tocsin-pipeline"
STAGES = ("dedupe", "matching", "issues", "sharing")


class Party(Enum):
    """Who stands at an end of a topic."""

    AGENCY = "the agency alone"
    PIPELINE = "the pipeline"
    ANALYSTS = "the agency's analysts"


class Partitions(Enum):
    """How a topic's partition count is chosen: as many as the settings say, or one so that order is kept."""

    MANY = "settings.partitions"
    ONE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A row of the table: the topics of one meaning, one an agency or one a stage."""

    name: str
    writer: Party
    reader: Party
    key: str
    carries: str
    kept_ms: int | None  # None: compacted, kept while it is the newest of its key
    partitions: Partitions
    per_stage: bool = False
    largest: int | None = None  # bytes of one record; None: the broker's own limit

    def topic(self, of: str) -> str:
        """The topic's name for one agency, or one stage."""
        return f"{PREFIX}.{self.name}.{of}.v1"

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings on the broker, as Kafka spells them."""
        # Retention goes by a record's time. Were that its sender's, a sender whose clock is years behind would have its
        # records deleted before they are read, and one an hour ahead would have them refused.
        common = {"message.timestamp.type": "LogAppendTime"}
        if self.writer is not Party.PIPELINE:
            # whatever its sender packs with, it lies there as every reader of ours can unpack it: the auditor's client
            # knows neither snappy nor zstd, and one such batch would keep it from all that stands behind
            common["compression.type"] = "lz4"
        if self.largest is not None:
            common["max.message.bytes"] = str(self.largest)
        if self.kept_ms is None:
            # Tombstones erase once the segment rolls, and a segment rolls only on an append: small and short ones.
            return common | {
                "cleanup.policy": "compact",
                "segment.ms": "600000",
                "min.cleanable.dirty.ratio": "0.1",
                "delete.retention.ms": "86400000",
            }
        return common | {"cleanup.policy": "delete", "retention.ms": str(self.kept_ms)}


INBOUND = Family(
    name="inbound",
    writer=Party.AGENCY,
    reader=Party.PIPELINE,
    key="report id",
    carries="reports",
    kept_ms=7 * DAY_MS,
    largest=INBOUND_BYTES,
    partitions=Partitions.MANY,
)
REJECTED = Family(
    name="rejected",
    writer=Party.PIPELINE,
    reader=Party.AGENCY,
    key="as received",
    carries="the original bytes, untouched; the reason in headers dlq.*",
    kept_ms=30 * DAY_MS,
    largest=REJECTED_BYTES,
    partitions=Partitions.ONE,
)
RECEIPTS = Family(
    name="receipts",
    writer=Party.PIPELINE,
    reader=Party.AGENCY,
    key="report id",
    carries="what became of each report",
    kept_ms=30 * DAY_MS,
    partitions=Partitions.ONE,
)
ALERTS = Family(
    name="alerts",
    writer=Party.PIPELINE,
    reader=Party.ANALYSTS,
    key="alert id",
    carries="alerts, cut to what that agency may see",
    kept_ms=None,
    partitions=Partitions.ONE,
)
FEEDBACK = Family(
    name="feedback",
    writer=Party.ANALYSTS,
    reader=Party.PIPELINE,
    key="alert id",
    carries="acknowledgements, judgements and outcomes",
    kept_ms=30 * DAY_MS,
    partitions=Partitions.ONE,
)
WORK = Family(
    name="work",
    writer=Party.PIPELINE,
    reader=Party.PIPELINE,
    key="stage's own",
    carries="ids of reports to work on; never personal data",
    kept_ms=DAY_MS,
    partitions=Partitions.ONE,
    per_stage=True,
)
FAMILIES = (INBOUND, REJECTED, RECEIPTS, ALERTS, FEEDBACK, WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic as it should stand on the broker."""

    name: str
    family: Family
    of: str
    partitions: int
    replication: int
    config: tuple[tuple[str, str], ...]


def topic_table(agencies: Iterable[str], *, partitions: int = 2, replication: int = 1) -> Iterator[Topic]:
    """Every topic the partnership needs, agencies in name order, then the work topics."""
    names = sorted(agencies)
    for family in FAMILIES:
        for of in STAGES if family.per_stage else names:
            yield Topic(
                name=family.topic(of),
                family=family,
                of=of,
                partitions=partitions if family.partitions is Partitions.MANY else 1,
                replication=replication,
                config=tuple(sorted(family.config.items())),
            )


def group_prefix(agency: str) -> str:
    """What the names of an agency's own consumer groups begin with; it ends in a dot, which no agency's name holds."""
    return f"{PREFIX}.{agency}."


def group_of(agency: str, reader: str) -> str:
    """The consumer group of one of an agency's readers."""
    return group_prefix(agency) + reader


def agency_of(topic: str) -> str:
    """The agency whose topic this is; raises ``ValueError`` where the name is none of ours."""
    parts = topic.split(".")
    if len(parts) != 4 or parts[0] != PREFIX or parts[1] not in {f.name for f in FAMILIES if not f.per_stage}:
        raise ValueError(f"{topic!r} is not an agency's topic")
    return parts[2]
