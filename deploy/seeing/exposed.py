"""The figures as Prometheus reads them. No label holds more than an agency, a topic, a stage or a code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.sampling import Sampled
from deploy.seeing.store_figures import StoreFigures

Verified = Mapping[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed(Collector):
    """What each scrape is told, out of the last answers; what could not be asked for is left out, never told as 0."""

    store: Sampled[StoreFigures]
    broker: Sampled[BrokerFigures] | None = None
    verified: Sampled[Verified] | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing: the names need no look at the store to be registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every figure there is now."""
        yield from _well("store", self.store)
        if self.store.last is not None and self.store.well:
            yield from of_store(self.store.last, datetime.now(UTC))
        if self.broker is not None:
            yield from _well("broker", self.broker)
            if self.broker.last is not None and self.broker.well:
                yield from of_broker(self.broker.last, self.store.last)
        if self.verified is not None and self.verified.last is not None:
            yield _labelled(
                GaugeMetricFamily,
                "tocsin_verify_missing",
                "Records that verify found nowhere",
                ["topic"],
                self.verified.last,
            )
            yield GaugeMetricFamily("tocsin_verify_age_seconds", "How old that is", value=self.verified.age_s)


def _well(part: str, sampled: Sampled[StoreFigures] | Sampled[BrokerFigures]) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"tocsin_{part}_up", f"Whether the {part} answers", value=float(sampled.well))
    yield GaugeMetricFamily(f"tocsin_{part}_age_seconds", f"How old the {part}'s figures are", value=sampled.age_s)


def of_store(figures: StoreFigures, now: datetime) -> Iterator[Metric]:
    """What the store says."""
    counted, gauge = CounterMetricFamily, GaugeMetricFamily
    told = "Records read of an agency's topic, by what became of them"
    yield _labelled(counted, "tocsin_records", told, ["agency", "outcome"], figures.outcomes)
    yield _labelled(counted, "tocsin_rejected", "Records refused, by why", ["agency", "code"], figures.refused)
    yield _labelled(counted, "tocsin_lost_records", "Records the broker deleted unread", ["agency"], figures.lost)
    silent = {agency: max(0.0, (now - at).total_seconds()) for agency, at in figures.heard.items()}
    told = "Seconds since an agency's last record came to the broker"
    yield _labelled(gauge, "tocsin_publisher_silence_seconds", told, ["agency"], silent)
    told = "Keys before each stage; with ! those it failed on"
    yield _labelled(gauge, "tocsin_waiting_keys", told, ["stage"], figures.waiting)
    yield gauge("tocsin_outbox_messages", "Messages owed to topics", value=figures.owed)
    yield gauge("tocsin_outbox_oldest_seconds", "How long the oldest is owed, as far as seen", value=figures.owed_for_s)
    yield _labelled(gauge, "tocsin_alerts_open", "Alerts not closed", ["kind", "severity"], figures.alerts)
    held = figures.relay_until is not None and figures.relay_until > now
    yield gauge("tocsin_relay_held", "Whether a worker publishes what is owed", value=float(held))


def of_broker(figures: BrokerFigures, store: StoreFigures | None) -> Iterator[Metric]:
    """What the broker says; the lag is the store's ledger held against it."""
    gauge = GaugeMetricFamily
    if store is not None:
        lag = {(topic, str(partition)): records for (topic, partition), records in figures.lag(store.next).items()}
        yield _labelled(gauge, "tocsin_lag_records", "Records not taken yet", ["topic", "partition"], lag)
    yield gauge("tocsin_topics_missing", "Topics of the table that the broker has not", value=len(figures.missing))
    if figures.workers is not None:
        yield gauge("tocsin_workers", "Members of the workers' group", value=figures.workers)


def _labelled(
    family: type[CounterMetricFamily] | type[GaugeMetricFamily],
    name: str,
    told: str,
    labels: list[str],
    values: Mapping[Any, float],
) -> Metric:
    made = family(name, told, labels=labels)
    for of, value in sorted(values.items(), key=lambda item: item[0]):
        made.add_metric([of] if isinstance(of, str) else list(of), value)
    return made
