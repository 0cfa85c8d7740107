"""AR-01 and AR-02 as a table of cases: the access request as a link, and the comment that goes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.handlers.access_request import Settings, obey
from tests.awards import words
from tests.builders import HOME, facts, issue, order

HERE = facts(issue(web_url=f"https://gitlab.example/{HOME}/-/issues/42"))
LINK = re.compile(r"\[Open the access request\]\((?P<url>[^()\s]+)\)")
MOST = 2000
"""Characters that every browser and GitLab take in an address."""


@dataclass(frozen=True)
class Case:
    """What stands behind `access-request`, and the name on the request; none: the topic tells why."""

    name: str
    rest: str
    person: str = ""
    topic: str = "request"


CASES = (
    Case("first and last name", "Jo Doe manager @cam-emea", "Jo Doe"),
    Case(
        "more names, and a sign before the manager", "Ana María de la Cruz, Manager: cam-emea.", "Ana María de la Cruz"
    ),
    Case("a name of another script", "山田 太郎 manager @cam-emea", "山田 太郎"),
    Case("signs that mean something in an address", "Jo&x=1 D#e manager @cam-emea", "Jo&x=1 D#e"),
    Case("Markdown", "Jo `D](//evil.example) <!-- manager @cam-emea", "Jo 'D](//evil.example) <! --"),
    Case("the longest", f"{'山' * 16} {'田' * 17} manager @cam-emea", f"{'山' * 16} {'田' * 17}"),
    Case("one that is too long", f"{'山' * 17} {'田' * 17} manager @cam-emea", topic="too_long"),
    Case("one name alone", "Jo manager @cam-emea", topic="usage"),
    Case("no manager", "Jo Doe", topic="usage"),
    Case("no manager's name", "Jo Doe manager", topic="usage"),
    Case("everybody is no manager", "Jo Doe manager @all", topic="usage"),
    Case("nothing", "", topic="usage"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_access_request(case: Case) -> None:
    (answer,) = obey(HERE, Settings(), order("access-request", "2026-11-21", case.rest))
    assert (answer.topic, answer.done) == (case.topic, case.topic == "request")
    said = words("access_request", answer)
    if case.topic != "request":
        assert "Please tell me" in said
        return
    hit = LINK.search(said)
    assert hit is not None
    assert len(hit["url"]) < MOST
    url = urlsplit(hit["url"])
    assert (url.netloc, url.path) == ("gitlab.example", f"/{Settings().project}/-/issues/new")
    asked = parse_qs(url.query, strict_parsing=True)
    assert asked.keys() == {"issue[title]", "issue[description]"}
    assert asked["issue[title]"] == [f"{case.person}, need access to dev.gitlab.org"]
    (text,) = asked["issue[description]"]
    assert text.startswith(f"### Person Details\n\n- Name: {case.person}\n")
    assert "- Manager: @cam-emea\n" in text
    assert text.endswith("- [x] Within next 72 hours")


def test_what_to_comment_stands_in_a_code_block_and_nowhere_else() -> None:
    """There neither GitLab nor the bot carries it out, and nobody is mentioned."""
    (answer,) = obey(HERE, Settings(), order("access-request", "2026-11-21", "Jo Doe manager @cam-amer"))
    said = words("access_request", answer)
    before, block, after = said.split("```")
    assert block == (
        "text\n"
        "@gitlab-com/business-technology/team-member-enablement\n"
        "@cam-amer please set the labels AR-Approval Manager Approved and ReadyForProvisioning.\n"
        '/label ~"IT::to do" ~"AR-Priority::3"\n'
        "/assign @cam-amer @cam-emea\n"
    )
    assert not [line for line in (before + after).splitlines() if line.lstrip().startswith("/")]
    assert "@" not in LINK.sub("", before) + after


def test_whoever_asks_for_their_own_team_is_assigned_once() -> None:
    (answer,) = obey(HERE, Settings(), order("access-request", "2026-11-21", "Jo Doe manager @cam-emea"))
    assert "\n/assign @cam-emea\n" in words("access_request", answer)


def test_the_usage_is_told() -> None:
    (answer,) = obey(HERE, Settings(), order("access-request", "2026-11-21"))
    assert "`@channel-bot access-request <first> <last> manager @handle`" in words("access_request", answer)
