"""Packs, notices, sending by hand and data: each page's main task, done without a mouse."""

from playwright.sync_api import Page, expect

from tests.consumers.web.browser.steps import follow, press


def test_a_pack_is_made(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/packs")
    press(page.get_by_label("Monthly strategic meeting: pack", exact=True), "Space")
    with page.expect_download() as download:
        press(page.get_by_role("button", name="Make the pack"))
    assert download.value.suggested_filename.startswith("tocsin-monthly-")


def test_a_table_is_looked_at_row_by_row(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/send")
    table = b"Reference,Reported,From,Category\nV1,23/11/2026,21/11/2026,burglary\nV2,soon,21/11/2026,burglary\n"
    page.get_by_label("CSV file").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": table})
    follow(page.get_by_role("button", name="Look at the rows"))
    expect(page.get_by_role("heading", name="1 row can be sent, 1 cannot")).to_be_visible()
    expect(page.get_by_text("Reported: 'soon' is no date")).to_be_visible()


def test_what_is_wrong_with_a_form_leads_to_its_field(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/send")
    follow(page.get_by_role("button", name="Send the report"))
    press(page.get_by_role("link", name="Choose what kind of trouble it was."))
    expect(page.get_by_label("What kind of trouble")).to_be_focused()


def test_feeds_are_opened_and_taken_back(page: Page, url: str) -> None:
    page.goto(f"{url}/notices")
    follow(page.get_by_role("button", name="Make a new address"))
    expect(page.get_by_text("alerts.atom")).to_be_visible()
    follow(page.get_by_role("button", name="Take it back"))
    expect(page.get_by_text("You have none.")).to_be_visible()


def test_a_report_of_ones_own_is_found(page: Page, url: str) -> None:
    page.goto(f"{url}/agencies/police/data")
    rows = page.get_by_role("table", name="Your reports, the newest first").locator("tbody tr")
    reference = rows.first.locator("th").inner_text().split("\n")[0]
    page.get_by_label("Your reference").fill(reference)
    page.keyboard.press("Enter")
    page.wait_for_url("**find=**")
    expect(rows).to_have_count(1)
