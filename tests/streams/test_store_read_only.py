"""A PostgreSQL that took no writing for a while is written to again, by connections made meanwhile too."""

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from schemas.tables import Base, Progress
from streams.store import add, is_away, open_store, writing

ROW = {"topic": "t", "partition": 0, "next": 1}


def test_connections_made_while_it_was_read_only_are_let_go(postgresql_url: str) -> None:
    engine = open_store(postgresql_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    name = make_url(postgresql_url).database
    owner = create_engine(make_url(postgresql_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"alter database {name} set default_transaction_read_only = on"))
        with pytest.raises(DBAPIError) as refused, writing(engine) as ours:
            add(ours, Progress, [ROW])
        assert is_away(refused.value)
        connection.execute(text("set default_transaction_read_only = off"))
        connection.execute(text(f"alter database {name} reset default_transaction_read_only"))
    with writing(engine) as ours:
        add(ours, Progress, [ROW])
    owner.dispose()
    engine.dispose()
