"""The director's digest as a table of cases, and the issue that it becomes, window by window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Say
from bot.domain.facts import DigestFacts
from bot.domain.registry import Registry, Role
from bot.domain.tally import KEPT, Kind, Listing, Row, Tally
from bot.domain.tallying import Tallying
from bot.domain.windows import Window
from bot.handlers import priority_digest
from bot.handlers.priority_digest import Settings
from bot.rules import Rules
from bot.voice.edition import digest_edition
from bot.voice.report import DIGEST_REPORT
from tests.builders import SITE
from tests.stage import Stage, stage

TODAY = date(2026, 12, 18)
ROW = Row("#7", "https://g/7", "A @all | [x](y)", ("cam-emea",), "Channel - FY27Q4 2b", "2026-12-31")
LINE = "| [#7](https://g/7) | `A @all ¦ [x](y)` | `@cam-emea` | `Channel - FY27Q4 2b` | 2026-12-31 |"
BARE = Row("#8", "https://g/8", "Chore")


def digest(tally: Tally, settings: Settings | None = None) -> list[Say]:
    facts = DigestFacts(TODAY, SITE, Window.of(TODAY), tally)
    return [one for one in priority_digest.decide_digest(facts, settings or Settings()) if isinstance(one, Say)]


@dataclass(frozen=True)
class DigestCase:
    """A tally, and the topics beyond the counts, each with the values that matter."""

    name: str
    tally: Tally
    says: tuple[tuple[str, dict[str, str]], ...] = ()


def listed(kind: Kind, *rows: Row, count: int = 0) -> Tally:
    return Tally(lists={kind: Listing(count or len(rows), rows)})


CASES = (
    DigestCase("nothing open is a digest too", Tally()),
    DigestCase("five first priorities are no surprise", Tally(first_of={"Channel - FY27Q4 2b": 5})),
    DigestCase(
        "six are",
        Tally(first_of={"Channel - FY27Q4 2b": 6, "Channel - FY27Q4 2a": 7, "Channel - FY27Q4 3a": 1}),
        (("over_cap", {"most": "5", "rows": "| `Channel - FY27Q4 2a` | 7 |\n| `Channel - FY27Q4 2b` | 6 |"}),),
    ),
    DigestCase(
        "what people wrote is shown and does nothing",
        listed(Kind.FIRST, ROW),
        (("first", {"count": "1", "rows": LINE, "more": ""}),),
    ),
    DigestCase(
        "what is missing is a dash, what is left out is counted",
        listed(Kind.NO_DRI, BARE, count=KEPT + 1),
        (("no_dri", {"count": "51", "rows": "| [#8](https://g/8) | `Chore` | - | - | - |", "more": "50"}),),
    ),
    *(DigestCase(f"a list of its own: {kind}", listed(kind, ROW), ((kind.value, {"rows": LINE}),)) for kind in Kind),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_priority_digest(case: DigestCase) -> None:
    counts, by_dri, *lists = digest(case.tally)
    assert (counts.topic, by_dri.topic) == ("counts", "by_dri")
    seen = tuple(
        (say.topic, {name: say.values[name] for name in values})
        for say, (_, values) in zip(lists, case.says, strict=True)
    )
    assert seen == case.says


def test_issues_are_counted_by_team_priority_and_dri() -> None:
    """Whoever has the most comes first."""
    by_dri = {"a": {"1": 1}, "b": {"1": 1, "": 2}, "": {"2": 1}}
    counts, table = digest(Tally(5, {"1": 2, "2": 1, "": 2}, {"Channel Ops": 3}, by_dri))
    assert counts.values == {"issues": "5", "teams": "| `Channel Ops` | 3 |", "order": "`@channel-bot rollover apply`"}
    assert table.values == {
        "head": "| DRI | 1 | 2 | 3 | 4 | Backlog | no priority |\n| --- | --- | --- | --- | --- | --- | --- |",
        "rows": "\n".join(
            [
                "| all | 2 | 1 | - | - | - | 2 |",
                "| `@b` | 1 | - | - | - | - | 2 |",
                "| nobody | - | 1 | - | - | - | - |",
                "| `@a` | 1 | - | - | - | - | - |",
            ]
        ),
        "more": "",
    }


def test_of_many_dris_the_busiest_are_shown() -> None:
    _, table = digest(Tally(by_dri={f"dri{number}": {"1": number} for number in range(KEPT + 2)}))
    assert (table.values["more"], table.values["rows"].count("\n")) == ("2", KEPT)
    assert "`@dri51` | 51" in table.values["rows"]


def test_the_cap_is_a_setting_and_no_negative_one() -> None:
    assert [say.topic for say in digest(Tally(first_of={"A": 1}), Settings(per_milestone=0))] == [
        "counts",
        "by_dri",
        "over_cap",
    ]
    with pytest.raises(ValueError, match="per_milestone must be a number from 0 up, not -1"):
        Settings(per_milestone=-1)


def test_the_oldest_small_wins_are_offered_for_the_window() -> None:
    rows = tuple(replace(ROW, reference=f"#{number}", since=f"2026-0{number}-01") for number in (1, 2, 3))
    *_, offer = digest(Tally(unplanned=Listing(5, rows)), Settings(slot_in=2))
    assert (offer.rule, offer.topic) == ("GL-09", "slot_in")
    assert offer.values == {
        "count": "5",
        "window": "`Channel - FY27Q4 2b`",
        "rows": "| [#1](https://g/7) | `A @all ¦ [x](y)` | `@cam-emea` | 2026-01-01 |\n"
        "| [#2](https://g/7) | `A @all ¦ [x](y)` | `@cam-emea` | 2026-02-01 |",
        "more": "3",
    }


def test_all_of_a_few_small_wins_are_offered() -> None:
    *_, offer = digest(Tally(unplanned=Listing(1, (BARE,))))
    assert (offer.values["rows"], offer.values["more"]) == ("| [#8](https://g/8) | `Chore` | - | - |", "")


def published(on: Stage, day: date) -> str | None:
    """What the digest of that day's window becomes in GitLab; what was done, in words."""
    registry = Registry(roles=(Role("director", "Director", "channel-director"),))
    site = replace(on.bot.site, registry=registry)
    tallying = Tallying(site, day)
    for one in on.bot.gateway.issues(site.group):
        tallying.add(one)
    facts = DigestFacts(day, site, Window.of(day), tallying.result())
    plan = Rules(on.config.settings).decide(facts)
    assert plan.failures == ()
    reports, edition = on.bot.apply.reports, digest_edition(facts)
    differed = reports.differs(DIGEST_REPORT, plan, edition)
    done = reports.settle(DIGEST_REPORT, plan, day, lambda: None, edition)
    assert differed is (done is not None)
    assert not reports.differs(DIGEST_REPORT, plan, edition)
    return done


def digests(on: Stage) -> list[ProjectIssue]:
    found = on.home().issues.list(search="Channel priorities", get_all=True, order_by="created_at", sort="asc")
    return [on.fresh(one) for one in found]


def test_it_is_one_issue_a_window_for_the_director(scene: Stage) -> None:
    """Assigned and mentioned when it opens; edited in place; nothing is written when nothing changed."""
    late = scene.group().milestones.create(
        {"title": "Channel - FY27Q4 2a", "start_date": "2026-12-01", "due_date": "2026-12-15"}
    )
    run = scene.issue(title="Home run @all", labels="Channel,Channel Priority:1,Channel Ops", milestone_id=late.id)
    assert published(scene, TODAY) == "open report"
    (opened,) = digests(scene)
    assert (opened.title, opened.due_date, opened.state) == ("Channel priorities - FY27Q4 2b", "2026-12-31", "opened")
    assert [one["username"] for one in opened.assignees] == ["channel-director"]
    assert opened.description.startswith("DRI: @channel-director\n\nOpen issues of the team: 1.")
    for words in (
        "| nobody | 1 |",
        "## First priorities: 1",
        "## Still open on a window that is over: 1",
    ):
        assert words in opened.description
    assert f"| [#1]({run.web_url}) | `Home run @all` | - |" in opened.description
    scene.forget_calls()
    assert published(scene, TODAY) is None
    assert scene.calls(writes=True) == []
    scene.issue(title="Another")
    assert published(scene, TODAY) == "edit report"
    assert "Open issues of the team: 2." in digests(scene)[0].description


def test_the_next_window_has_its_own_and_ends_the_last(scene: Stage) -> None:
    published(scene, TODAY)
    assert published(scene, date(2027, 1, 2)) == "open report"
    before, now = digests(scene)
    assert (before.state, now.state, now.title) == ("closed", "opened", "Channel priorities - FY27Q4 3a")
    assert before.description.startswith(f"Superseded by {now.web_url}")


def test_one_that_was_closed_by_hand_stays_closed(scene: Stage) -> None:
    published(scene, TODAY)
    scene.edit(digests(scene)[0], by="ops-lead", state_event="close")
    scene.issue(title="Another")
    assert published(scene, TODAY) is None
    assert [one.state for one in digests(scene)] == ["closed"]


def test_hands_off_keeps_it_as_it_is(scene: Stage) -> None:
    """And the one of the next window does not close it."""
    published(scene, TODAY)
    (opened,) = digests(scene)
    scene.edit(opened, by="ops-lead", add_labels="bot::hands-off")
    scene.issue(title="Another")
    assert published(scene, TODAY) is None
    assert published(scene, date(2027, 1, 2)) == "open report"
    kept = digests(scene)[0]
    assert (kept.state, kept.description) == ("opened", opened.description)


def test_the_one_before_is_closed_later_when_it_could_not_be_at_once(scene: Stage) -> None:
    published(scene, TODAY)
    text = digests(scene)[0].description
    published(scene, date(2027, 1, 2))
    scene.edit(digests(scene)[0], by="ops-lead", state_event="reopen", description=text)
    assert published(scene, date(2027, 1, 2)) == "close earlier report"
    assert [one.state for one in digests(scene)] == ["closed", "opened"]


def test_the_one_before_stays_open_where_a_person_opened_it_again(scene: Stage) -> None:
    published(scene, TODAY)
    published(scene, date(2027, 1, 2))
    ended = digests(scene)[0]
    scene.edit(ended, by="ops-lead", state_event="reopen")
    scene.forget_calls()
    assert published(scene, date(2027, 1, 2)) is None
    assert scene.calls(writes=True) == []
    kept = digests(scene)[0]
    assert (kept.state, kept.description) == ("opened", ended.description)


def test_only_the_bots_own_issue_at_home_is_a_digest(scene: Stage) -> None:
    """A copy of its text by somebody else is none, and neither is any other issue."""
    published(scene, TODAY)
    (ours,) = digests(scene)
    copied = scene.issue(title="Mine", description=ours.description)
    read = scene.bot.gateway.issue
    found = {one.iid: read(one.project_id, one.iid) for one in (ours, copied)}
    digest_of = scene.bot.apply.reports.digest_of
    assert digest_of(found[ours.iid]) == "Channel - FY27Q4 2b"
    assert digest_of(found[copied.iid]) is None
    assert (
        digest_of(replace(found[ours.iid], project="gitlab-com/channel/partners/emea/acme/collaboration/workspace"))
        is None
    )


def test_on_the_free_plan_it_is_the_same(tmp_path: Any) -> None:
    with stage(tmp_path, tier="free") as free:
        free.issue(labels="Channel Priority:1")
        assert published(free, TODAY) == "open report"
        (opened,) = digests(free)
        assert [one["username"] for one in opened.assignees] == ["channel-director"]


def test_without_a_director_it_is_nobodys(scene: Stage) -> None:
    facts = DigestFacts(TODAY, scene.bot.site, Window.of(TODAY))
    plan = Rules(scene.config.settings).decide(facts)
    scene.bot.apply.reports.settle(DIGEST_REPORT, plan, TODAY, lambda: None, digest_edition(facts))
    (opened,) = digests(scene)
    assert opened.assignees == []
    assert opened.description.startswith("Open issues of the team: 0.")
