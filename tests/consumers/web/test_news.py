"""Word of what is new: told once, of this list alone, and moving nothing."""

import asyncio
import re
from contextlib import ExitStack

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from consumers.web.listening import Listeners, Why
from consumers.web.news import MOST_MARKS, News, marks, news_since
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, sat, tell

COPIES = st.dictionaries(st.integers(0, 30), st.integers(1, 3), max_size=20)


def copies(versions: dict[int, int]) -> list[dict[str, object]]:
    return [an_alert(number, version) for number, version in versions.items()]


@settings(max_examples=60)
@given(COPIES, COPIES)
def test_what_is_new_and_what_has_changed_are_counted(before: dict[int, int], after: dict[int, int]) -> None:
    new = sum(number not in before for number in after)
    changed = sum(number in before and before[number] != version for number, version in after.items())
    assert news_since(marks(copies(before)), copies(after)) == News(new=new, changed=changed)


def test_a_page_remembers_no_more_than_an_address_can_hold() -> None:
    assert len(marks(copies(dict.fromkeys(range(3 * MOST_MARKS), 1)))) == MOST_MARKS * 8


def stream_of(page: Browser, path: str = "/agencies/police") -> str:
    found = re.search(r'sse-connect="([^"]*)"', page.get(path).text)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_stream_says_what_has_come_since_the_page_was_made(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1), an_alert(2, severity="high"))
    all_of_them, high = stream_of(page), stream_of(page, "/agencies/police?severity=high")
    assert "data:" not in page.get(all_of_them).text
    tell(engine, "police", an_alert(3))
    tell(engine, "housing", an_alert(4))
    told = page.get(all_of_them)
    assert told.headers["content-type"].startswith("text/event-stream")
    assert "1 new:" in told.text
    assert "data:" not in page.get(high).text
    last = re.search("id: (.*)", told.text)
    assert last
    assert "data:" not in page.get(all_of_them, headers={"last-event-id": last[1]}).text, "it was said already"


def test_the_stream_keeps_nobody_signed_in_and_is_shut_to_others(engine: Engine, page: Browser) -> None:
    assert "live=1" in stream_of(page)
    assert sat(engine, "housing").get(stream_of(page)).status_code == 404


def test_of_too_many_pages_of_a_session_the_oldest_stops_and_all_stop_with_the_server() -> None:
    listeners = Listeners()

    async def listened() -> None:
        with ExitStack() as open_pages:
            pages = [open_pages.enter_context(listeners.listening(session)) for session in "aaab"]
            assert [await one.wait(0) for one in pages] == [Why.ELSEWHERE, None, None, None]
            listeners.close()
            late = open_pages.enter_context(listeners.listening("c"))
            assert [await one.wait(0) for one in (*pages[1:], late)] == [Why.CLOSING] * 4
            assert len(listeners) == 5
        assert len(listeners) == 0

    asyncio.run(listened())
