"""What to do about how things stand: one sentence a matter, the most urgent first, for whoever is there."""

from collections.abc import Iterator
from datetime import timedelta

from deploy.seeing.standing import Standing

# Every agency of the simulated partnership reports within three days; one that is silent for a week is worth a call.
SILENT_FOR = timedelta(days=7)
# A relay at work publishes within a second; a topic it may not write to is tried again after 30.
OWED_TOO_LONG_S = 60.0


def advice(standing: Standing) -> list[str]:
    """The sentences; none where all is well."""
    return [*_of_parts(standing), *_of_store(standing), *_of_agencies(standing)]


def _of_parts(standing: Standing) -> Iterator[str]:
    if standing.store is None:
        mend = "tocsin store upgrade" if "revision" in standing.store_says else "tocsin doctor"
        yield f"The store cannot be read: {standing.store_says}. Nothing is lost, reports wait with the broker: {mend}"
    if standing.broker is None:
        yield f"The broker cannot be reached: {standing.broker_says}. Agencies cannot send: tocsin doctor"
        return
    if standing.broker.missing:
        yield f"The broker lacks {len(standing.broker.missing)} topics: tocsin topics apply"
    if standing.broker.workers == 0:
        yield "No worker runs, so nothing is read: start one with tocsin worker (or tocsin up)"


def _of_store(standing: Standing) -> Iterator[str]:
    if standing.store is None:
        return
    for stage, keys in sorted(standing.store.waiting.items()):
        if stage.endswith("!"):
            yield f"The {stage[:-1]} stage failed on {keys} of its tasks: see the worker's log, then restart the worker"
    if standing.store.owed_for_s > OWED_TOO_LONG_S:
        yield "Alerts and receipts wait to be told: does a worker run, and may it write to every topic? See its log"
    for agency, records in sorted(standing.store.lost.items()):
        yield f"{records} records of {agency} were deleted before they were read: ask {agency} to send them again"


def _of_agencies(standing: Standing) -> Iterator[str]:
    if standing.store is None:
        return
    for agency, at in sorted(standing.store.heard.items()):
        if agency in standing.agencies and standing.at - at > SILENT_FOR:
            yield f"Nothing came from {agency} for {(standing.at - at).days} days: ask whether its system is running"
