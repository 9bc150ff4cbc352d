"""Whether a part is alive, and whether all that it needs is there: what is missing is named, with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.sampling import Sampled
from deploy.seeing.store_figures import StoreFigures, TablesDiffer
from streams.measures import Beat

# The loop turns every second, even while the store and the broker are away.
STILL_FOR_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that a part needs and has not."""

    name: str
    says: str
    mend: str


def is_alive(beat: Beat) -> bool:
    """Whether the part's loop turns."""
    return beat.still_for() < STILL_FOR_S


def missing_of_store(sampled: Sampled[StoreFigures]) -> Iterator[Missing]:
    """The store, where it does not answer; migrations, where its tables are not this version's."""
    if isinstance(sampled.error, TablesDiffer):
        yield Missing(name="migrations", says=str(sampled.error), mend="tocsin store upgrade")
    elif not sampled.well:
        says = f"the store does not answer ({sampled.trouble}, for {sampled.age_s:.0f} s)"
        yield Missing(name="store", says=says, mend="see whether the database runs: tocsin doctor")


def missing_of_broker(sampled: Sampled[BrokerFigures]) -> Iterator[Missing]:
    """The broker, where it does not answer; topics, where it lacks some."""
    if not sampled.well:
        says = f"the broker does not answer ({sampled.trouble}, for {sampled.age_s:.0f} s)"
        yield Missing(name="broker", says=says, mend="see whether Kafka runs: tocsin doctor")
    elif sampled.last is not None and sampled.last.missing:
        topics = sampled.last.missing
        says = f"the broker has no topic {topics[0]} ({len(topics)} missing)"
        yield Missing(name="topics", says=says, mend="tocsin topics apply")
