"""What the broker says of how things stand: where its partitions end, which topics it lacks, who reads."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from consumers.broker import Login, admin_client
from deploy.seeing.tally import Place
from schemas.agencies import Partnership
from schemas.topics import FEEDBACK, INBOUND, PIPELINE_GROUP, topic_table

ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerFigures:
    """``ends``: one past the last record of each partition that agencies write to; ``starts``: the first still there.

    ``missing``: topics of the table that it has not. ``workers``: members of the workers' group; None: not to be had.
    """

    ends: Mapping[Place, int]
    starts: Mapping[Place, int]
    missing: tuple[str, ...]
    workers: int | None

    def lag(self, taken: Mapping[Place, int]) -> dict[Place, int]:
        """How many records of each partition wait to be taken."""
        return {
            place: max(0, end - max(taken.get(place, 0), self.starts.get(place, 0))) for place, end in self.ends.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerLook:
    """Asks a broker; raises what kafka-python raises where it does not answer."""

    bootstrap: str
    partnership: Partnership
    login: Login

    def __call__(self) -> BrokerFigures:
        """The figures now."""
        with self.asking() as admin:
            return self.told_by(admin)

    def asking(self) -> AbstractContextManager[Any]:
        """The client that it asks with."""
        return admin_client(self.bootstrap, ANSWERS_WITHIN_S, self.login)

    def told_by(self, admin: Any) -> BrokerFigures:
        """The figures as a client of ``asking`` has them now."""
        wanted = [topic.name for topic in topic_table(self.partnership)]
        there = {one["name"]: one for one in admin.describe_topics(wanted) if not one["error_code"]}
        places = [
            TopicPartition(name, part["partition_index"])
            for agency in self.partnership
            for name in (INBOUND.topic(agency), FEEDBACK.topic(agency))
            if name in there
            for part in there[name]["partitions"]
        ]
        return BrokerFigures(
            ends=_offsets(admin, places, OffsetSpec.LATEST),
            starts=_offsets(admin, places, OffsetSpec.EARLIEST),
            missing=tuple(name for name in wanted if name not in there),
            workers=_members(admin),
        )


class BrokerWatch:
    """Looks again and again with one client, up to a look that fails or is not told of the group.

    A client that is closed refers to itself, and stays until rubbish is looked for, which a worker seldom does: a new
    one at each look came to 22 MB in three quarters of an hour.
    """

    def __init__(self, look: BrokerLook) -> None:
        self._look = look
        self._held = ExitStack()
        self._admin: Any = None

    def __call__(self) -> BrokerFigures:
        """The figures now; raises what kafka-python raises where the broker does not answer."""
        if self._admin is None:
            self._admin = self._held.enter_context(self._look.asking())
        try:
            found = self._look.told_by(self._admin)
        except BaseException:
            self.close()
            raise
        if found.workers is None:  # who it remembers to coordinate the group may do so no longer
            self.close()
        return found

    def close(self) -> None:
        """Let the client go; the next look takes another."""
        self._admin = None
        self._held.close()


def _offsets(admin: Any, places: list[TopicPartition], spec: Any) -> dict[Place, int]:
    if not places:
        return {}
    found = admin.list_partition_offsets(dict.fromkeys(places, spec))
    return {(place.topic, place.partition): said.offset for place, said in found.items()}


def _members(admin: Any) -> int | None:
    try:
        said = admin.describe_groups([PIPELINE_GROUP])
    except KafkaError:
        return None  # this login may not look at the group
    return len(said[PIPELINE_GROUP].get("members", ()))
