"""A weekly meeting at the page, without a mouse; each of its pages without a fault that axe finds, and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from consumers.web.navigation import TOGETHER
from tests.consumers.web.browser.steps import follow, give_reason, press
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
    follow(page.get_by_role("button", name="Take up").first)
    page.wait_for_url("**/tasking/*-*")
    press(page.locator("summary", has_text="Write down what was found"))
    page.get_by_label("What was found or decided").fill("Mostly on Friday nights")
    follow(page.get_by_role("button", name="Write it down"))
    expect(page.get_by_text("Mostly on Friday nights")).to_be_visible()
    press(page.locator("summary", has_text="Set a task"))
    follow(page.get_by_role("button", name="Set the task"))
    expect(page.get_by_role("alert")).to_contain_text("Fill this in")
    page.get_by_label("What is to be done").fill("Walk by at ten")
    page.get_by_label("Team").fill("Rangers")
    assert faults(page, axe) == []
    follow(page.get_by_role("button", name="Set the task"))
    expect(page.get_by_role("link", name="Walk by at ten")).to_be_visible()
    assert faults(page, axe) == []
    assert not too_wide(page)
    follow(page.get_by_role("listitem").filter(has_text="task made").get_by_role("button", name="Undo"))
    expect(page.get_by_role("link", name="Walk by at ten")).to_have_count(0)


def test_a_step_is_put_on_record(page: Page, url: str, axe: str) -> None:
    page.goto(f"{url}{HERE}/ladder")
    follow(page.locator("tbody a").first)
    if page.get_by_role("button", name="Show the page").count():
        assert faults(page, axe) == []
    give_reason(page)
    expect(page.get_by_text("could be next").first).to_be_visible()
    follow(page.get_by_role("button", name="Choose this step"))
    page.wait_for_url("**rung=engagement**")
    page.get_by_label("By whom (team)").fill("Rangers")
    follow(page.get_by_role("button", name="Put it on record"))
    expect(page.get_by_role("alert")).to_contain_text("What help was offered")
    assert faults(page, axe) == []
    page.get_by_label("What help was offered").fill("An appointment with outreach")
    follow(page.get_by_role("button", name="Put it on record"))
    expect(page.locator(".tocsin-rung--taken")).to_contain_text("Engagement")
    assert faults(page, axe) == []
    assert not too_wide(page)
