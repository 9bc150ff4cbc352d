"""The page: what an agency was told and nothing else, escaped, with and without scripts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from consumers.web.pages.now import A_PAGE
from consumers.web.static_files import CACHE
from schemas.tables import EPOCH, Alert, Base, Report, ReportVersion, Told
from streams.store import add, writing
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, sat, tell

DAY = EPOCH + timedelta(days=20_000)


def titles(text: str) -> list[str]:
    return [
        title.strip()
        for title in re.findall(r'<h2 class="tocsin-alert__title"><a [^>]*>(.*?)</a></h2>', text, re.DOTALL)
    ]


def test_an_agency_sees_what_it_was_told_newest_first(store_url: str, engine: Engine, page: Browser) -> None:
    tell(
        engine,
        "police",
        an_alert(1, raised_at="2024-03-01T10:00:00+00:00"),
        an_alert(2, raised_at="2024-03-03T00:30:00+01:00"),
        an_alert(3, raised_at="2024-03-02T23:45:00Z"),
        an_alert(4, withdrawn=True),
    )
    tell(engine, "housing", an_alert(5))
    answer = page.get("/agencies/police")
    assert titles(answer.text) == ["Burglaries, run 3", "Burglaries, run 2", "Burglaries, run 1"]
    assert "3 burglaries within 100 m in 6 days." in answer.text
    assert "<code>housing:3</code>" in answer.text
    assert "Newbold" in answer.text
    assert titles(sat(engine, "housing").get("/agencies/housing").text) == ["Burglaries, run 5"]
    assert "No alerts yet" in sat(engine, "fire").get("/agencies/fire").text


def test_what_was_pulled_back_is_gone(store_url: str, engine: Engine, page: Browser) -> None:
    with writing(engine) as connection:
        gone = {"alert": "a1", "agency": "police", "key": "a1", "version": 2, "digest": "", "body": None}
        add(connection, Told, [gone])
    assert titles(page.get("/agencies/police").text) == []
    assert page.get("/agencies/police/alerts/a1").status_code == 404


def test_the_uncut_alert_is_never_shown(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1, title="the cut title", evidence=["police:1"]))
    with writing(engine) as connection:
        uncut = an_alert(1, title="the uncut title", evidence=["health:9"])
        row = {"id": "a1", "kind": "near-repeat", "state": "open", "version": 1, "severity": "high", "body": uncut}
        add(connection, Alert, [{**row, "raised_at": DAY, "updated_at": DAY}])
    for path in ("/", "/agencies/police", "/agencies/police/alerts/a1"):
        text = page.get(path, follow_redirects=True).text
        assert "uncut" not in text
        assert "health:9" not in text


def test_one_alert_is_told_whole(engine: Engine, page: Browser) -> None:
    tell(
        engine,
        "police",
        an_alert(
            1,
            handling={
                "classification": "OFFICIAL-SENSITIVE",
                "code": "C",
                "action": "A1",
                "conditions": ["Ask first."],
            },
            person={"id": "p", "name": "Ricky Thorn", "born": "1991-06-03"},
            suggested=["Visit the street."],
            recurrence_days=212.4,
            score=8.31,
        ),
    )
    text = opened(page, "a1")
    for part in (
        "OFFICIAL-SENSITIVE, code C A1",
        "Ask first.",
        "Ricky Thorn, born 1991-06-03",
        "Visit the street.",
        "once in 212 days",
        "8.31",
        "housing, police",
        "53.2500, -1.4400 within 100 m",
        "near-repeat 2026.1",
        "police:2",
        "from Fri 1 March 2024, 00:00 to Tue 5 March 2024, 00:00",
    ):
        assert part in text, part


def test_an_alert_with_next_to_nothing_in_it_is_shown(engine: Engine, page: Browser) -> None:
    tell(
        engine,
        "police",
        {"id": "bare", "version": 1},
        {**an_alert(2), "area": None, "handling": None, "evidence": None, "why": None, "agencies": None},
    )
    assert len(titles(page.get("/agencies/police").text)) == 2
    for alert in ("bare", "a2"):
        assert page.get(f"/agencies/police/alerts/{alert}").status_code == 200


def opened(page: Browser, alert: str) -> str:
    """The text of an alert that shows a person, once a reason was given."""
    path = f"/agencies/police/alerts/{alert}"
    sent = page.submit(f"{path}/reason", {"reason": "case"}, seen_on=path)
    assert sent.status_code == 303, sent.text
    return str(page.get(sent.headers["location"]).text)


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202e\x1b"


def test_text_is_only_text(engine: Engine, page: Browser) -> None:
    evil = an_alert(
        1, title=EVIL, why=[EVIL], evidence=[EVIL], kind=EVIL, severity=EVIL, state=EVIL, category=EVIL, raised_at=EVIL,
        area={"name": EVIL}, handling={"classification": EVIL, "conditions": [EVIL]}, suggested=[EVIL],
        rule={"name": EVIL, "version": EVIL}, agencies={"count": 1, "names": [EVIL]}, person={"name": EVIL},
    )  # fmt: skip
    tell(engine, "police", {**evil, "id": '"><script>x'})
    one = "/agencies/police/alerts/%22%3E%3Cscript%3Ex"
    asked = page.get(one)
    assert page.submit(f"{one}/reason", {"reason": "case", "words": EVIL}, seen_on=one).headers["location"] == one
    for answer in (asked, page.get("/agencies/police"), page.get(one)):
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "\u202e" not in answer.text
        assert "\x1b" not in answer.text
        assert "49" not in titles(answer.text)


def test_what_is_not_there_and_what_may_not_be_seen_look_alike(engine: Engine, page: Browser) -> None:
    tell(engine, "housing", an_alert(1))
    there, nowhere = page.get("/agencies/police/alerts/a1"), page.get("/agencies/police/alerts/a9")
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
    assert dict(there.headers) == dict(nowhere.headers)
    for path in ("/agencies/nobody", "/agencies/housing", "/agencies/housing/alerts/a1", "/nowhere"):
        assert page.get(path).content == there.content


def test_filters_narrow_the_list(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1, severity="low"), an_alert(2, kind="spike"), an_alert(3, severity="high"))
    assert len(titles(page.get("/agencies/police?severity=medium").text)) == 2
    assert titles(page.get("/agencies/police?kind=spike").text) == ["Burglaries, run 2"]
    assert titles(page.get("/agencies/police?kind=spike&severity=high").text) == []
    assert "No alert fits" in page.get("/agencies/police?kind=spike&severity=high").text
    assert page.get("/agencies/police?severity=dire").status_code == 404
    assert page.get("/agencies/police?page=0").status_code == 404


def test_each_part_of_a_choice_narrows_the_list(engine: Engine, page: Browser) -> None:
    tell(
        engine,
        "police",
        an_alert(1, category="drugs", area={"name": "Hasland"}, agencies={"count": 1, "names": ["police"]}),
        an_alert(2, state="closed"),
        an_alert(3, over_budget=True),
        an_alert(4, severity="high"),
    )
    page.submit("/notices/watch", {"what": "alert:a1", "back": "/agencies/police"})
    for query, shown in (
        ("", [4, 1]),
        ("category=drugs", [1]),
        ("area=Newbold", [4]),
        ("agency=housing", [4]),
        ("watch=1", [1]),
        ("state=all", [4, 1, 2, 3]),
        ("state=all&severity=high", [4]),
    ):
        found = titles(page.get(f"/agencies/police?{query}").text)
        assert sorted(found) == sorted(f"Burglaries, run {number}" for number in shown), query
        assert found[:1] == [f"Burglaries, run {shown[0]}"], query
    for query in ("state=dire", "watch=2"):
        assert page.get(f"/agencies/police?{query}").status_code == 404


def test_a_long_list_is_turned_like_pages(engine: Engine, page: Browser) -> None:
    tell(engine, "police", *(an_alert(number) for number in range(A_PAGE + 3)))
    first, second = page.get("/agencies/police").text, page.get("/agencies/police?page=2").text
    assert len(titles(first)) == A_PAGE
    assert len(titles(second)) == 3
    assert "Older" in first
    assert "Newer" in second
    assert "Older" not in second


def test_the_page_says_when_the_agency_last_reported_and_of_no_other(
    store_url: str, engine: Engine, page: Browser
) -> None:
    """When another agency last reported would say that there is a report that may not be known of."""
    assert "no report of yours has come yet" in page.get("/agencies/police").text
    with writing(engine) as connection:
        for number in range(3):
            at = DAY + timedelta(hours=number)
            named = {
                "agency": "police",
                "id": str(number),
                "version": 1,
                "uid": f"u{number}",
                "ref": f"police:{number}",
            }
            add(connection, Report, [{**named, "status": "accepted", "reported_at": at}])
            origin = {"source": "s", "partition": 0, "offset": number, "action": "report", "digest": ""}
            add(
                connection,
                ReportVersion,
                [{**named, **origin, "reported_at": at, "taken_at": at + timedelta(minutes=9)}],
            )
    text = page.get("/agencies/police").text
    assert "Thu 3 October 2024, 03:00" not in text
    assert "Thu 4 October 2024" not in text
    for shown in ("03:00", "03:09"):
        assert shown in text
    other = sat(engine, "housing").get("/agencies/housing").text
    assert "no report of yours has come yet" in other


def test_it_works_without_scripts(page: Browser) -> None:
    assert page.get("/").headers["location"] == "/agencies/police"
    text = page.get("/agencies/police").text
    assert ">Look again</a>" in text
    assert 'http-equiv="refresh"' not in text  # a page that changes under who reads it (WCAG 2.2.1, F41)


@pytest.mark.parametrize(
    "path", ["/", "/agencies/police", "/agencies/nobody", "/static/icon.svg", "/static/../app.py", "/nowhere", "/docs"]
)
def test_every_answer_carries_the_headers(page: Browser, path: str) -> None:
    answer = page.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == (CACHE if path == "/static/icon.svg" else "no-store")
    assert "set-cookie" not in answer.headers
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 303),
        ("127.0.0.1:8080", 303),
        ("[::1]:8080", 303),
        ("evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("", 421),
    ],
)
def test_it_answers_to_its_own_names_only(page: Browser, host: str, status: int) -> None:
    assert page.get("/", headers={"host": host}).status_code == status


def test_other_methods_are_refused(page: Browser) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert page.request(method, "/agencies/police").status_code == 405


def test_an_unchanged_page_is_not_sent_again(engine: Engine, page: Browser) -> None:
    tell(engine, "police", an_alert(1))
    first = page.get("/agencies/police")
    tag = first.headers["etag"]
    assert page.get("/agencies/police", headers={"if-none-match": tag}).status_code == 304
    tell(engine, "police", an_alert(2))
    assert page.get("/agencies/police", headers={"if-none-match": tag}).status_code == 200


def test_a_failure_says_nothing_of_itself(engine: Engine) -> None:
    client = sat(engine)
    Base.metadata.drop_all(engine)
    answer = client.get("/agencies/police")
    assert answer.status_code == 500
    assert answer.text == "Something went wrong; the log says what."
    assert "told" not in answer.text


def test_static_files_are_ours(page: Browser) -> None:
    assert page.get("/static/page.js").headers["content-type"].startswith("text/javascript")
    assert page.get("/static/icon.svg").headers["content-type"].startswith("image/svg+xml")
    for name in ("app.py", "built", "package.json", "..%2fapp.py"):
        assert page.get(f"/static/{name}").status_code == 404
