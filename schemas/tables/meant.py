"""What it means: mentions and places, the pairs judged, the entities they make, and what they are judged by."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id, Ref


class Mention(Base):
    """A person as one report names them, in normal form; the original stands in the report."""

    __tablename__ = "mention"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, index=True)
    index: Mapped[int]
    role: Mapped[str] = mapped_column(String(12))
    body: Mapped[dict[str, Any]]
    form: Mapped[str | None]  # all that the rules read, to be compared again; None: read the report again


class PlaceValue(Base):
    """A place as it is written, in normal form; reports that write it alike share the row."""

    __tablename__ = "place_value"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    body: Mapped[dict[str, Any]]


class Address(Base):
    """An address of the partnership's list."""

    __tablename__ = "address"
    uprn: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[dict[str, Any]]


class AddressList(Base):
    """Which list of addresses, boundaries or postcodes the store holds, so that it is known when it changes."""

    __tablename__ = "address_list"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    addresses: Mapped[int]


class Area(Base):
    """A ward or LSOA by its boundary, in metres of the national grid."""

    __tablename__ = "area"
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    body: Mapped[dict[str, Any]]


class PostcodeArea(Base):
    """The areas that a lookup says a postcode lies in."""

    __tablename__ = "postcode_area"
    postcode: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[dict[str, Any]]


class BlockKey(Base):
    """A value by which items that may be the same find each other. ``kind``: incident, person or place.

    A block is kept in event order, what is hidden behind the rest and in groups hidden alike: the first items of each
    are the candidates of all others (``streams.clusters.blocks``).
    """

    __tablename__ = "block_key"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    group: Mapped[str] = mapped_column(String(16), primary_key=True, default="")
    at: Mapped[datetime] = mapped_column(primary_key=True)  # event time of the item
    item: Mapped[str] = mapped_column(Ref, primary_key=True)
    __table_args__ = (Index("ix_block_key_item", "kind", "item"),)


class ValueUse(Base):
    """A mention that uses a value which ought to be one person's, by the name that it has there."""

    __tablename__ = "value_use"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(9), primary_key=True)
    item: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
    circle: Mapped[str] = mapped_column(default="")  # who may know it, of those who are not told all
    __table_args__ = (
        Index("ix_value_use_circle", "key", postgresql_where=text("circle > ''"), sqlite_where=text("circle > ''")),
    )


class ValueHeld(Base):
    """A mention that holds such a value in a report that counts for nothing: looked at again where the value turns."""

    __tablename__ = "value_held"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    item: Mapped[str] = mapped_column(Id, primary_key=True, index=True)


class GenericValue(Base):
    """A value that people of so many names use that it says nothing of one of them."""

    __tablename__ = "generic_value"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)


class GenericAmong(Base):
    """A value that is generic by those reports alone that all agencies of a circle may know."""

    __tablename__ = "generic_among"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    circle: Mapped[str] = mapped_column(primary_key=True)


class Circle(Base):
    """Who may know a report, of the agencies that are not told all; no row: none of them, and it is open to the rest.

    ``known``: their names with commas between them, and those that may know the persons in a role, where they differ.
    """

    __tablename__ = "circle"
    ref: Mapped[str] = mapped_column(Ref, primary_key=True)
    known: Mapped[dict[str, Any]]
    counted: Mapped[bool]


class GroundUse(Base):
    """What a report says of a name, a street or a postcode: its street or its point; or that it would like to know."""

    __tablename__ = "ground_use"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    asks: Mapped[bool] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)  # when it was reported
    ref: Mapped[str] = mapped_column(Ref, primary_key=True, index=True)
    says: Mapped[str] = mapped_column(String(200))


class Ground(Base):
    """What the first who say something of a key come to, and which of them is the last that counts."""

    __tablename__ = "ground"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    says: Mapped[str] = mapped_column(String(200))
    last_at: Mapped[datetime | None]
    last: Mapped[str | None] = mapped_column(Ref)


_NEAR = text("circle is not null")


class Judgement(Base):
    """What was said of two items (``a`` < ``b``), by the pipeline or by a person, and why. Undone, never deleted."""

    __tablename__ = "judgement"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    a: Mapped[str] = mapped_column(Ref, primary_key=True)
    b: Mapped[str] = mapped_column(Ref, primary_key=True)
    judge: Mapped[str] = mapped_column(String(80), primary_key=True)  # "pipeline", or who
    verdict: Mapped[str] = mapped_column(String(8))  # same, review, apart, never
    bits: Mapped[float | None]
    evidence: Mapped[list[Any]]  # [{"name", "bits", "says"}, …]
    rule: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    why: Mapped[str | None]
    undone: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[float | None]  # bits that its evidence needs by its kinds, where the pipeline tells them apart
    circle: Mapped[str | None] = mapped_column(Text)  # who may know both, of those not told all; of what is near enough
    counts: Mapped[bool | None]  # in how crowded it is: all who are told all may know both
    __table_args__ = (
        Index("ix_judgement_b", "kind", "b"),
        Index("ix_judgement_circle", "circle", "counts", "at", sqlite_where=_NEAR, postgresql_where=_NEAR),
    )


class Crowd(Base):
    """How close strangers stand here: of the first pairs of reports, how many fall short of what they need."""

    __tablename__ = "crowd"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    circle: Mapped[str] = mapped_column(Text, primary_key=True)  # of the pairs that all of a circle may know
    pairs: Mapped[int]
    under: Mapped[int]
    over: Mapped[int]
    more: Mapped[float]  # bits that are asked beyond what a pair needs
    last_at: Mapped[datetime]  # of the last pair that counts


class LearntWeights(Base):
    """Weights learnt from the store for a kind. The newest that is in force is judged by; none: the shipped ones."""

    __tablename__ = "learnt_weights"
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]  # event time of the newest report that was learnt from
    in_force: Mapped[bool]
    body: Mapped[dict[str, Any]]  # what takes the place of the vocabulary's, the frequencies, and how it was learnt


class Member(Base):
    """Which entity an item belongs to now. The entity's id is that of its earliest item."""

    __tablename__ = "member"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    item: Mapped[str] = mapped_column(Ref, primary_key=True)
    entity: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10))  # joined, review, single, unlinkable
    at: Mapped[datetime]  # event time of the item, which orders an entity's members
    __table_args__ = (Index("ix_member_entity", "kind", "entity"),)


class EntityAlias(Base):
    """An entity id that was once told, and the entity that its anchor is part of now."""

    __tablename__ = "entity_alias"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    old: Mapped[str] = mapped_column(Id, primary_key=True)
    new: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
    __table_args__ = (Index("ix_entity_alias_new", "kind", "new"),)


class Incident(Base):
    """The account of an incident, derived from its reports; never overwritten by any one of them."""

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    reported_at: Mapped[datetime]  # the earliest report's
    category: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    place_item: Mapped[str | None] = mapped_column(Id, index=True)
    area: Mapped[str | None] = mapped_column(String(120))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    agencies: Mapped[list[Any]]
    reports: Mapped[list[Any]]  # refs, sorted
    account: Mapped[dict[str, Any] | None]  # told (earliest, latest), kinds, corroborated_by, gradings by report
    __table_args__ = (
        Index("ix_incident_category_from", "category", "occurred_from"),
        Index("ix_incident_area_from", "area", "occurred_from"),
        Index("ix_incident_from", "occurred_from"),
    )
