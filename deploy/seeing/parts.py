"""A worker's sight and a page's: which figures each looks for, and what each needs to be ready."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus_client import REGISTRY, ProcessCollector
from sqlalchemy import Engine

from consumers.broker import Login, hush_kafka
from deploy.seeing.broker_figures import BrokerLook, BrokerWatch
from deploy.seeing.exposed import Exposed
from deploy.seeing.health import Missing, is_alive, missing_of_broker, missing_of_store
from deploy.seeing.proving import Prover
from deploy.seeing.sampling import Sampled
from deploy.seeing.server import Sight, show
from deploy.seeing.store_figures import StoreLook
from deploy.verifying import Source
from schemas.agencies import Partnership
from schemas.settings import Settings
from streams.measures import Beat

if TYPE_CHECKING:
    from streams.app import Worker

ASK_BROKER_EVERY_S = 15.0
# Workers take the first ports that are free, so the page of the same machine begins further on.
PAGE_AFTER = 100


@contextmanager
def worker_seen(
    settings: Settings, engine: Engine, partnership: Partnership, bootstrap: str, login: Login, worker: "Worker"
) -> Iterator[None]:
    """Show a worker while it runs: it needs the broker and the store."""
    store = Sampled(StoreLook(engine))
    watch = BrokerWatch(BrokerLook(bootstrap=bootstrap, partnership=partnership, login=login))
    broker = Sampled(watch, every_s=ASK_BROKER_EVERY_S, let_go=watch.close)
    source = Source(bootstrap=bootstrap, partnership=partnership, login=login)
    verified = Sampled(
        Prover(engine=engine, source=source, holder=worker.holder),
        every_s=settings.verify_every_s,
        first_at_once=False,  # a worker that starts has what waited to take
    )
    asked = (store, broker, verified) if settings.verify_every_s else (store, broker)

    def missing() -> Iterator[Missing]:
        yield from missing_of_broker(broker)
        yield from missing_of_store(store)

    hush_kafka()  # Faust's words in its group, which it cannot read, are a page of bytes at each look
    exposed = Exposed(store=store, broker=broker, verified=verified)
    ProcessCollector(namespace="tocsin_stages", pid=lambda: worker.stages.pid)
    with _shown(settings, exposed, worker.beat, missing, asked):
        yield


@contextmanager
def page_seen(settings: Settings, engine: Engine, beat: Beat) -> Iterator[None]:
    """Show the page while it is served: it reads the store alone."""
    store = Sampled(StoreLook(engine))
    after = settings.model_copy(update={"metrics_port": settings.metrics_port and settings.metrics_port + PAGE_AFTER})
    with _shown(after, Exposed(store=store), beat, lambda: missing_of_store(store), (store,)):
        yield


@contextmanager
def _shown(
    settings: Settings,
    exposed: Exposed,
    beat: Beat,
    missing: Callable[[], Iterable[Missing]],
    sampled: Iterable[Sampled[Any]],
) -> Iterator[None]:
    REGISTRY.register(exposed)
    for one in sampled:
        one.start()
    server = show(Sight(alive=lambda: is_alive(beat), missing=missing), settings.metrics_host, settings.metrics_port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        for one in sampled:
            one.stop()
        REGISTRY.unregister(exposed)
