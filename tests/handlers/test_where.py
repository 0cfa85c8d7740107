"""SU-01 to SU-03 as a table of cases: where to ask, for the team and for partners, from the shipped topics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from bot.config import SHIPPED, load
from bot.domain.gitlab import Person
from bot.domain.needs import HoldersOf
from bot.handlers.where import Place, Settings, obey, order_needs
from tests.awards import words
from tests.builders import CAM, PARTNERS, facts, issue, order

PAT = Person(20, "pat-example")
SHARED = {"project": f"{PARTNERS}/emea/acme/collaboration/workspace"}
SUPPORT, FAQ = "[partnersupport@gitlab.com](mailto:partnersupport@gitlab.com)", "[FAQ](https://"


@cache
def shipped() -> Settings:
    settings = load(SHIPPED[-1]).settings["where"]
    assert isinstance(settings, Settings)
    return settings


@dataclass(frozen=True)
class Case:
    """What stands behind `where`, who asks, and what the answer says and does not say."""

    name: str
    rest: str
    topic: str = "place"
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    by: Person = CAM
    issue: Any = None


CASES = (
    Case("sales, the FAQ first", "sales", says=(f"Please look into the {FAQ}", "the channel `#channel-sales`")),
    Case("the program", "program", says=("`#channel-programs-ops`",)),
    Case("certifications", "the certifications", says=("`#channel-services`",)),
    Case("an account in Salesforce", "SFDC", says=("Chatter `@Partner Help Desk` in Salesforce",)),
    Case(
        "the whole team",
        "everybody",
        says=("[partners@gitlab.com](mailto:partners@gitlab.com)",),
        silent=("partnersupport",),
    ),
    Case("the Help Desk, in either spelling", "Helpdesk", says=(SUPPORT,)),
    Case("words of two topics", "sales services", says=("`#channel-sales`", "`#channel-services`")),
    Case(
        "what nobody foresaw",
        "parking lot @all",
        "topics",
        says=("I know no place to ask about `parking lot @all`.", "- `sales`: ", "- `salesforce`: ", FAQ),
    ),
    Case("misspelt", "salse", "topics", says=("Did you mean `sales`?",)),
    Case("a deal is an opportunity", "deal registraton", says=("Chatter `@Partner Help Desk`",)),
    Case("a license", "nfr", says=(SUPPORT,)),
    Case("a word of it misspelt", "a registraton of mine", "topics", says=("Did you mean `salesforce`?",)),
    Case(
        "alone", "", "topics", says=("`@channel-bot where <topic>`", "- `support`: ", FAQ), silent=("I know no place",)
    ),
    Case("a partner has a mailbox", "partner portal", by=PAT, says=("You can ask here:", SUPPORT), silent=(FAQ,)),
    Case("and a channel", "resellers", by=PAT, says=("`#resellers`",)),
    Case(
        "but not the team's",
        "sales",
        "topics",
        by=PAT,
        says=("I know no place to ask about `sales`.", "- `support`: ", "- `partners`: "),
        silent=("- `sales`", "channel-sales", "FAQ", "Salesforce"),
    ),
    Case("what a partner may ask about", "", "topics", by=PAT, silent=("- `sales`", "FAQ")),
    Case(
        "where partners read along the team hears the same",
        "sales",
        "topics",
        issue=SHARED,
        silent=("- `sales`", "FAQ"),
    ),
    Case("though it may ask for what partners use", "support", issue=SHARED, says=(SUPPORT,), silent=("FAQ",)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where(case: Case) -> None:
    here = facts(issue(**(case.issue or {})), holders={"team": frozenset({CAM.id})})
    asked = order("where", "2026-11-21", case.rest, by=case.by)
    (answer,) = obey(here, shipped(), asked)
    assert answer.topic == case.topic
    assert answer.done is (case.topic == "place" or not case.rest)
    said = words("where", answer)
    assert [fragment for fragment in case.says if fragment not in said] == [], said
    assert [fragment for fragment in case.silent if fragment in said] == [], said


def test_who_is_of_the_team_is_asked_first() -> None:
    """Before that is known, nobody is."""
    asked = order("where", "2026-11-21", "sales")
    assert [*order_needs(facts(issue()), shipped(), asked)] == [HoldersOf("team")]
    (answer,) = obey(facts(issue()), shipped(), asked)
    assert answer.topic == "topics"


def test_without_an_faq_there_is_no_link_to_it() -> None:
    place = Place("things", link="https://about.gitlab.com/things", mailbox="partners@gitlab.com")
    here = facts(issue(), holders={"team": frozenset({CAM.id})})
    (answer,) = obey(here, Settings(topics={"things": place}), order("where", "2026-11-21", "things"))
    assert words("where", answer).endswith(
        "- things: [partners@gitlab.com](mailto:partners@gitlab.com), or [this page](https://about.gitlab.com/things)"
    )


def test_a_place_without_a_way_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere to ask about 'things'"):
        Place("things")
