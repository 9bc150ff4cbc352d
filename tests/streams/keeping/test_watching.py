"""An erased person stands on nobody's list."""

from pathlib import Path

from sqlalchemy import select

from schemas.tables import Base, Member, Watched
from streams.keeping.watching import forget_watching
from streams.store import add, open_store, writing
from tests.consumers.accounts.people import NOW


def test_whoever_is_gone_with_every_mention_is_off_all_lists_and_nobody_else(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    members = [("person", "m1", "p1"), ("person", "m2", "p1"), ("person", "m3", "p2"), ("person", "m4", "p2")]
    with writing(engine) as connection:
        add(
            connection,
            Member,
            [{"kind": k, "item": item, "entity": entity, "state": "joined", "at": NOW} for k, item, entity in members],
        )
        whats = ("person:p1", "person:p2", "alert:p1")
        add(connection, Watched, [{"user": user, "what": what, "at": NOW} for user in "ab" for what in whats])
        forget_watching(connection, {"m1", "m2", "m3", "police:1"})
        left = connection.scalars(select(Watched.what).where(Watched.user == "a").order_by(Watched.what)).all()
    assert left == ["alert:p1", "person:p2"]
    engine.dispose()
