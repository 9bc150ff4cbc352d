"""The bill of materials holds what the page is built of, by name, version and what it must hash to."""

import json

from tests.bench.security.supplies import PAGE, of_the_page


def test_each_package_of_the_pages_lock_is_in_the_bill() -> None:
    lock = json.loads((PAGE / "package-lock.json").read_text("utf-8"))
    parts = list(of_the_page(lock))
    assert len(parts) == len({part["bom-ref"] for part in parts}) == len(lock["packages"]) - 1
    govuk = next(part for part in parts if part["name"] == "govuk-frontend")
    assert govuk["purl"] == f"pkg:npm/govuk-frontend@{lock['packages']['']['dependencies']['govuk-frontend']}"
    assert govuk["scope"] == "required"
    assert len(govuk["hashes"][0]["content"]) == 128
    assert {part["scope"] for part in parts if part["name"] in ("axe-core", "sass")} == {"excluded"}
    assert next(part for part in parts if part["name"].startswith("@"))["purl"].startswith("pkg:npm/%40")
