"""A PostgreSQL store that fills fast is counted anew at once, so that its planner does not go by what it was.

Its own counting comes by once a minute. In that time a new store grows from nothing to thousands of rows, and a join
planned for one row went over all pairs of them: minutes, with the stage's lock held, where it takes milliseconds.
"""

from sqlalchemy import Connection, Engine, text

from streams.store import only_one, reading, writing

# Below this many rows any plan will do; above, one for half of them does.
FEW = 250

_GROWN = text("""
select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid
where s.n_live_tup > 2 * greatest(c.reltuples, :few) order by s.relname
""")


def count_anew(engine: Engine) -> list[str]:
    """Count the tables that are more than twice what the planner goes by; which they are. Nothing on SQLite."""
    if engine.dialect.name != "postgresql":
        return []
    with reading(engine) as connection:
        if not _grown(connection):
            return []
    with writing(engine) as connection:
        only_one(connection, "counting")
        grown = _grown(connection)
        for table in grown:
            connection.execute(text(f'analyze "{table}"'))
    return grown


def _grown(connection: Connection) -> list[str]:
    return list(connection.execute(_GROWN, {"few": FEW}).scalars())
