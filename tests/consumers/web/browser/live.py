"""What only a partnership at work shows: what is said at the page goes by the broker, and comes back to it.

No test by its name: ``tests/deploy/demo`` runs it, with all the others of this folder, at the demo's own page.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.consumers.web.browser.steps import follow, open_alert, press

LOOKS, EVERY_MS = 60, 500
HERE = "/agencies/police"


def looked_again_until(page: Page, stands: Callable[[], bool]) -> None:
    """Look again, as a person would, until it is so."""
    for _ in range(LOOKS):
        if stands():
            return
        page.wait_for_timeout(EVERY_MS)
        page.reload()
    raise AssertionError(f"not so after {LOOKS} looks")


def test_what_is_said_of_an_alert_comes_back_to_it(page: Page, url: str) -> None:
    open_alert(page, url, "near-repeat")
    press(page.get_by_label("Judged not an issue"), "Space")
    page.get_by_label("Reason or outcome").fill("The fair was in town")
    follow(page.get_by_role("button", name="Say so"))
    looked_again_until(page, lambda: page.get_by_text("It is being passed on").count() == 0)
    expect(page.get_by_text("“The fair was in town”")).to_be_visible()
    expect(page.locator(".tocsin-marks").first).to_contain_text("closed")


def test_a_report_by_the_form_is_taken_in(page: Page, url: str) -> None:
    today = datetime.now(UTC).date()
    page.goto(f"{url}{HERE}/send")
    page.get_by_label("What kind of trouble").select_option("burglary")
    for part, typed in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part, exact=True).first.fill(str(typed))
    page.get_by_label("What happened", exact=True).fill("A shed was broken into and a strimmer taken")
    page.get_by_label("Your own reference (optional)").fill("BY-FORM-1")
    follow(page.get_by_role("button", name="Send the report"))
    expect(page.get_by_text("1 report handed over.")).to_be_visible()
    _came_to(page, url, "BY-FORM-1", "accepted")


def test_a_table_is_sent_but_for_what_is_wrong_in_it(page: Page, url: str) -> None:
    page.goto(f"{url}{HERE}/send")
    today = f"{datetime.now(UTC):%d/%m/%Y}"
    rows = f"Reference,Reported,From,Category\nROW-1,{today},{today},burglary\nROW-2,soon,{today},burglary\n"
    page.get_by_label("CSV file").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    follow(page.get_by_role("button", name="Look at the rows"))
    expect(page.get_by_role("heading", name="1 row can be sent, 1 cannot")).to_be_visible()
    follow(page.get_by_role("button", name="Send").first)
    _came_to(page, url, "ROW-1", "accepted")
    page.goto(f"{url}{HERE}/data?find=ROW-2")
    expect(page.get_by_text("You have sent no report called ROW-2.")).to_be_visible()


def _came_to(page: Page, url: str, reference: str, what: str) -> None:
    page.goto(f"{url}{HERE}/data?find={reference}")
    looked_again_until(page, lambda: page.get_by_text(what).count() > 0)
    row = page.get_by_role("table", name="Your reports, the newest first").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(what)
