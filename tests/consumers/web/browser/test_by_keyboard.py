"""Each page's main task, done without a mouse; and what is being read stays where it is."""

from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.consumers.web.browser.served import sign_in
from tests.consumers.web.browser.steps import follow, open_alert, open_review, press


def titles(page: Page) -> list[str]:
    return page.locator("[data-alert] h2 a").all_text_contents()


def test_alerts_are_gone_through_by_keys_that_can_be_turned_off(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police")
    first, second, *_ = titles(page)
    for key, there in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(page.locator("[data-alert] h2 a:focus")).to_have_text(there)
    page.keyboard.press("?")
    press(page.get_by_role("button", name="Keys are on"))
    page.keyboard.press("j")
    expect(page.get_by_role("button", name="Keys are off")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("[data-alert] h2 a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*")


def test_keys_are_off_while_somebody_types(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police")
    press(page.locator("summary", has_text="Choose what is shown"))
    page.get_by_label("Kind").focus()
    page.keyboard.press("j")
    expect(page.get_by_label("Kind")).to_be_focused()


def test_alerts_are_chosen(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police")
    press(page.locator("summary", has_text="Choose what is shown"))
    page.get_by_label("Kind").select_option("case-review")
    follow(page.get_by_role("button", name="Show"))
    page.wait_for_url("**kind=case-review**")
    assert all("case review" in mark for mark in page.locator("[data-alert] .tocsin-marks").all_text_contents())


def test_an_alert_is_judged(page: Page, url: str) -> None:
    open_alert(page, url, "convergence")  # others want the one repeat place of a demo
    press(page.get_by_label("Judged not an issue"), "Space")
    follow(page.get_by_role("button", name="Say so"))
    expect(page.get_by_role("alert")).to_contain_text("Give the reason")
    press(page.get_by_label("Judged not an issue"), "Space")
    page.get_by_label("Reason or outcome").fill("A film was shot there")
    follow(page.get_by_role("button", name="Say so"))
    expect(page.get_by_text("It is being passed on")).to_be_visible()
    expect(page.get_by_text("“A film was shot there”")).to_be_visible()


def test_a_pair_is_judged_before_its_evidence_is_seen_and_taken_back(page: Page, url: str) -> None:
    open_review(page, url)
    expect(page.get_by_role("heading", name="Who is who")).to_be_visible()
    assert page.locator(".tocsin-waterfall").count() == 0
    press(page.get_by_label("Two people"), "Space")
    page.get_by_label("Why").fill("Born years apart")
    follow(page.get_by_role("button", name="Say so"))
    expect(page.get_by_text("You said: two people.")).to_be_visible()
    assert page.locator(".tocsin-waterfall").count() == 1
    follow(page.get_by_role("button", name="Take it back"))
    expect(page.get_by_text("what stood before stands again")).to_be_visible()


def test_the_map_says_the_same_in_a_list(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/map?days=90&by=demand")
    page.wait_for_selector(".leaflet-container")
    rows = page.locator("table caption:has-text('Priority locations') ~ tbody tr").count()
    marks = page.evaluate("JSON.parse(document.querySelector('[data-map]').dataset.map).length")
    assert rows == marks > 0


def test_what_comes_is_told_in_a_bar_and_moves_nothing(page: Page, url: str, store: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{url}/agencies/police")
    before = titles(page)
    shown = str(page.locator("[data-alert] h2 a").first.get_attribute("href")).rsplit("/", 1)[-1]
    engine = create_engine(store)
    with engine.begin() as connection:  # one more that stands, as the stages would write it
        one_more = text(
            "insert into told (alert, agency, matter, week, version, digest, over_at, body) "
            "select 'fresh', agency, matter, week, version, 'x', over_at, json_set(body, '$.id', 'fresh') "
            "from told where agency = 'police' and alert = :shown"
        )
        assert connection.execute(one_more, {"shown": shown}).rowcount == 1
    engine.dispose()
    page.get_by_text("1 new").wait_for(timeout=15_000)  # where a worker is behind it, others may have changed too
    assert titles(page) == before, "nothing moved"
    press(page.get_by_role("link", name="show"))
    expect(page.locator("[data-alert] h2 a[href$='/alerts/fresh']")).to_have_count(1)
    expect(page.locator("[data-land]")).to_be_focused()
    assert said == [], "the stream stays open, and the browser's console has nothing to say"


def test_nothing_stays_on_the_screen_when_the_session_is_over(page: Page, url: str) -> None:
    browser = page.context.browser
    assert browser is not None
    other = sign_in(browser.new_context().new_page(), url, "housing")
    with other.context.expect_page() as opened:
        other.evaluate("window.open('/account')")
    opened.value.get_by_role("button", name="Sign out").first.click()
    other.wait_for_url("**/sign-in**", timeout=15_000)
    other.context.close()


def test_without_scripts_every_main_task_is_there(page: Page, url: str) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(f"{url}/agencies/police")
    assert plain.get_by_role("link", name="Look again").is_visible()
    assert plain.locator("[data-map-figure]").count() == 0
    plain.goto(f"{url}/agencies/police/map?days=90")
    assert plain.get_by_text("Priority locations").is_visible()
    assert not plain.locator("[data-map-figure]").is_visible()
    plain.context.close()
