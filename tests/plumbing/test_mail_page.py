"""A letter in a real browser: it reads well on a narrow screen, without pictures, and fetches nothing from anywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Final

import pytest

from tests.plumbing.letterbox import letter, letters

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NARROW: Final = 500
"""Pixels; headless Chromium has no window that is narrower."""
ALONE: Final = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
MEASURED: Final = "<script>document.documentElement.lang = document.documentElement.scrollWidth</script>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to open the letter with")
Open = Callable[[str], tuple[str, set[str]]]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens HTML where no name leads anywhere; gives the page as the browser understood it, and all it asked for."""

    def open_(html: str) -> tuple[str, set[str]]:
        page, log = tmp_path / "letter.html", tmp_path / "log.json"
        page.write_text(html.replace("</body>", f"{MEASURED}</body>"), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", *ALONE, f"--window-size={NARROW},900", "--dump-dom"]
        places = [f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}"]
        nowhere = "--host-resolver-rules=MAP * ~NOTFOUND"
        command = [str(CHROMIUM), *options, *places, nowhere, page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        events = json.loads(log.read_text("utf-8"))["events"]
        return done.stdout, {event["params"]["url"] for event in events if "url" in event.get("params", {})}

    return open_


@pytest.mark.parametrize("template", ["award_psp", "award_ctp"])
def test_a_letter_reads_well_and_fetches_nothing(opened: Open, template: str) -> None:
    page, asked = opened(letters().compose(letter(template)).html)
    width = re.search(r'<html lang="(\d+)"', page)
    assert width is not None
    assert int(width[1]) <= NARROW
    words = unescape(re.sub(r"<[^>]+>", "", page))
    for said in (
        "Congratulations, Acme Consulting!",
        "Hello Pat Example,",
        "Your badge",
        "A press release",
        "CAM EMEA",
    ):
        assert said in words
    assert [url for url in asked if "gitlab.com" in url] == []


def test_a_picture_would_have_been_noticed(opened: Open) -> None:
    _, asked = opened('<html><body><img src="https://partners.gitlab.com/x.png"></body></html>')
    assert "https://partners.gitlab.com/x.png" in asked
