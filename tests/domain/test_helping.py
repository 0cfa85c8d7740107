"""Which issues ask for hands-on help, whose they are, and whether they name a statement of work."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.gitlab import Person
from bot.domain.helping import HelpRequest, help_request
from bot.domain.registry import Contact, Contacts, Partner, Registry
from tests.builders import issue

DESK, LABEL = "gitlab-com/channel/partners/services-helpdesk", "needs-hands-on"
PAT = Person(20, "Pat-Example")
ACME = Partner("acme", "Acme", "emea", "cam-emea", contacts=Contacts(license=Contact("Pat", gitlab="pat-example")))
BOLT = Partner("bolt", "Bolt Services", "amer", "cam-amer")
REGISTRY = Registry(partners=(ACME, BOLT))


def request(**fields: Any) -> HelpRequest | None:
    asked = issue(**{"project": DESK, "labels": [LABEL], "author": PAT, **fields})
    return help_request(asked, DESK, LABEL, REGISTRY)


NONE: dict[str, dict[str, Any]] = {
    "another project": {"project": "gitlab-com/channel/channels"},
    "without the label": {"labels": []},
    "no issue": {"issue_type": "incident"},
}


@pytest.mark.parametrize("fields", NONE.values(), ids=NONE)
def test_other_issues_are_no_requests(fields: dict[str, Any]) -> None:
    assert request(**fields) is None


def test_without_a_help_desk_there_are_none() -> None:
    assert help_request(issue(project=DESK, labels=[LABEL]), None, LABEL, REGISTRY) is None


def test_it_is_its_authors_partners_unless_another_is_named() -> None:
    assert request() == HelpRequest(ACME, has_sow=False)
    assert request(description="Partner: Bolt Services") == HelpRequest(BOLT, has_sow=False)
    assert request(description="Partner: nobody we know") == HelpRequest(ACME, has_sow=False)
    assert request(author=Person(3, "eve")) == HelpRequest(None, has_sow=False)


SOWS = {
    "a number": ("SOW: 2026-14", True),
    "a link": ("- **SOW:** [signed](https://docs.example.com/sow)", True),
    "by its long name": ("Statement of work\nhttps://docs.example.com/sow", True),
    "two of them": ("SOW: 1\nSOW: 2", True),
    "nothing behind it": ("SOW:", False),
    "what keeps the place free": ("SOW: TBD", False),
    "a talk about one": ("We wonder about the SOW.", False),
    "one in a quote": ("> SOW: 1", False),
}


@pytest.mark.parametrize(("text", "has_sow"), SOWS.values(), ids=SOWS)
def test_a_statement_of_work_is_named(text: str, has_sow: bool) -> None:
    assert request(description=text) == HelpRequest(ACME, has_sow=has_sow)
