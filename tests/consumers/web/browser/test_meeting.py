"""A weekly meeting at the page, without a mouse; each of its pages without a fault that axe finds, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from consumers.web.navigation import TOGETHER
from tests.consumers.web.browser.steps import give_reason
from tests.consumers.web.browser.test_every_page import faults, too_wide

HERE = "/agencies/police"


@pytest.mark.parametrize("door", TOGETHER, ids=lambda door: door.text)
def test_pages_of_the_meeting(page: Page, url: str, axe: str, door: object) -> None:
    page.goto(url + door.path.format(agency="police"))  # type: ignore[attr-defined]
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert faults(page, axe) == []
    assert not too_wide(page)


def test_an_alert_is_taken_up_and_a_task_is_set(page: Page, url: str, axe: str) -> None:
    page.goto(f"{url}{HERE}/tasking")
    page.get_by_role("button", name="Take up").first.press("Enter")
    page.wait_for_url("**/tasking/*-*")
    page.locator("summary", has_text="Write down what was found").press("Enter")
    page.get_by_label("What was found or decided").fill("Mostly on Friday nights")
    page.get_by_role("button", name="Write it down").press("Enter")
    expect(page.get_by_text("Mostly on Friday nights")).to_be_visible()
    page.locator("summary", has_text="Set a task").press("Enter")
    page.get_by_role("button", name="Set the task").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Fill this in")
    page.get_by_label("What is to be done").fill("Walk by at ten")
    page.get_by_label("Team").fill("Rangers")
    assert faults(page, axe) == []
    page.get_by_role("button", name="Set the task").press("Enter")
    expect(page.get_by_role("link", name="Walk by at ten")).to_be_visible()
    assert faults(page, axe) == []
    assert not too_wide(page)
    page.get_by_role("listitem").filter(has_text="task made").get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("link", name="Walk by at ten")).to_have_count(0)


def test_a_step_is_put_on_record(page: Page, url: str, axe: str) -> None:
    page.goto(f"{url}{HERE}/ladder")
    page.locator("tbody a").first.press("Enter")
    page.wait_for_load_state()
    if page.get_by_role("button", name="Show the page").count():
        assert faults(page, axe) == []
    give_reason(page)
    expect(page.get_by_text("could be next").first).to_be_visible()
    page.get_by_role("button", name="Choose this step").press("Enter")
    page.wait_for_url("**rung=engagement**")
    page.get_by_label("By whom (team)").fill("Rangers")
    page.get_by_role("button", name="Put it on record").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("What help was offered")
    assert faults(page, axe) == []
    page.get_by_label("What help was offered").fill("An appointment with outreach")
    page.get_by_role("button", name="Put it on record").press("Enter")
    expect(page.locator(".tocsin-rung--taken")).to_contain_text("Engagement")
    assert faults(page, axe) == []
    assert not too_wide(page)
