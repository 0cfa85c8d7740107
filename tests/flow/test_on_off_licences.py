"""Each rule about licences plays a small story, and what it brings about is there with it and not without it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.subject import Subject
from tests.flow.award_stories import registry
from tests.flow.on_off import Ends, Seen, ends
from tests.flow.test_story_c4_nfr import form
from tests.stage import Stage

DAY = date(2027, 3, 10)
"""Less than 60 days before the licence ends that a partner has."""
MORE = {"kind": "self-managed", "asked": "@cam-emea"}
ONE, MANY, NEW, SENT, OTHER = "A license", "Too many seats", "Of a newcomer", "A license that was sent", "Integration"
SEEN: Seen = {
    ("nfr_verdict", "NF-03"): (ONE, "**Verdict: grant**"),
    ("nfr_verdict", "NF-04"): (MANY, "**Over the limit** by"),
    ("nfr_verdict", "NF-06"): (NEW, "| ❌ | Somebody is certified (SA or PSE) |"),
    ("nfr_verdict", "NF-07"): (NEW, "Nobody at `Bolt Services` is certified yet."),
    ("nfr_licence", "NF-05"): (ONE, "It ends together with the license that the partner has"),
    ("nfr_licence", "NF-08"): (ONE, "The letter to the license contact</b>, ready to copy"),
    ("nfr_licence", "NF-10"): (ONE, "**To type into the license system**"),
    ("nfr_licence", "NF-11"): (ONE, "10 Ultimate NFR Licenses for Partner: Acme Consulting"),
    ("nfr_licence", "AL-05"): (OTHER, "an integration license runs 6 months"),
    ("nfr_duplicates", "NF-01"): (ONE, "asks for the same kind of license"),
    ("nfr_done", "NF-12"): (SENT, "**Almost done:** the license was sent."),
    ("nfr_done", "NF-13"): (SENT, "The license that you asked for was sent."),
    ("nfr_renewals", "NF-14"): ("NFR license renewal - Acme Consulting - self-managed", "**Renew?**"),
}
NOBODY = (
    "services_addendum: 2026-05-04}\n    practitioners: {sales_core: 2, sa_core: 1, pse: 2}",
    "services_addendum: 2026-05-04}",
)
"""Nobody at `Bolt Services` is certified."""


def play(on: Stage) -> None:
    """Licences are asked for, twice, by too many, for a newcomer and for an integration; one was sent."""
    registry(on, *NOBODY)
    on.issue(title=ONE, description=form())
    on.issue(title=ONE, description=form())
    on.issue(title=MANY, description=form(seats="60", **MORE))
    on.issue(title=NEW, description=form(partner="Bolt Services", **MORE))
    on.issue(title=OTHER, description=form("Integration_License_Request"))
    on.issue(title=SENT, description=form(**MORE).replace("- [ ] The license is made", "- [x] The license is made"))
    on.bot.inbox.mark([Subject("registry", ""), Subject.partner("acme")], "a test", now=True)
    on.sweep()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return ends(tmp_path_factory.mktemp("licences"), SEEN, DAY, play)


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
