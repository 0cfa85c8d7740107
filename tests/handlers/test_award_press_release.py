"""AW-12 as a table of cases: the link to the announcement request, filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.facts import IssueFacts
from bot.handlers.award_press_release import Settings, obey
from tests.awards import ACME, award, words
from tests.builders import order

HOSTILE = replace(ACME, name="Acme & Söhne](//evil.example) <!-- x --> @all")


@dataclass(frozen=True)
class Case:
    """An issue, the topic of the answer, and the title that the request gets."""

    name: str
    facts: IssueFacts
    topic: str = "link"
    title: str = ""


CASES = (
    Case(
        "the request names the partner and what it is now",
        award(),
        title="Acme Consulting is a GitLab Certified Professional Services Partner",
    ),
    Case(
        "a name goes nowhere else",
        award(partner=HOSTILE),
        title="Acme & Söhne](//evil.example) <! -- x --> @all is a GitLab Certified Professional Services Partner",
    ),
    Case("on another issue nobody knows whose it would be", award(partner=None), "no_award"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_press_release(case: Case) -> None:
    (answer,) = obey(case.facts, Settings(), order("award press-release", "2026-11-21"))
    assert answer.topic == case.topic
    said = words("award_press_release", answer)
    if case.topic != "link":
        assert "Please tell me on the award issue" in said
        return
    link = answer.values["link"]
    assert f"[open the announcement request]({link})" in said
    url = urlsplit(link)
    assert (url.netloc, url.path) == ("gitlab.example", f"/{Settings().project}/-/issues/new")
    assert parse_qs(url.query) == {
        "issuable_template": ["channel-partner-announcement-request"],
        "issue[title]": [case.title],
    }
    assert not {*"<>@[]() "} & {*link}


def test_the_project_and_its_template_can_be_set() -> None:
    (answer,) = obey(award(), Settings(project="a/b", template="press"), order("award press-release", "2026-11-21"))
    assert answer.values["link"].startswith("https://gitlab.example/a/b/-/issues/new?issuable_template=press&")
