"""An issue that rules wish for is opened once for its key, whatever goes wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import OpenIssue
from bot.domain.gitlab import Issue
from bot.domain.marks import Mark
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.errors import AskAPerson, BotError, TryLater, Unclear
from bot.granted import Granted
from bot.opening import KIND, PLACE, Opener
from tests.stage import HOME, Stage, stage

POST = {"method": "POST", "path": "/issues$"}
NUMBERS = count(1)


@pytest.fixture
def key() -> str:
    """One that no other test has."""
    return f"phd_weekly emea 2026-W{next(NUMBERS):02}"


@pytest.fixture
def again(shared: Stage) -> Stage:
    """The shared stage with a bot that remembers nothing."""
    shared.forget_everything()
    return shared


def opener(on: Stage) -> Opener:
    found = on.bot.snapshot.openings
    assert isinstance(found, Opener)
    return found


def wish(key: str, **more: Any) -> OpenIssue:
    values = {"region": "EMEA", "period": key.rpartition(" ")[2]}
    return OpenIssue(**{"key": key, "template": "phd_weekly", "values": values, **more})


def opened(on: Stage, key: str, **more: Any) -> tuple[Issue, bool]:
    return opener(on).open(wish(key, **more), lambda: None)


def of_key(on: Stage, key: str) -> list[ProjectIssue]:
    """What there is in GitLab, the oldest first."""
    period = key.rpartition(" ")[2]
    return [one for one in reversed(on.home().issues.list(get_all=True)) if period in one.title]


def test_it_is_as_it_was_wished_for(again: Stage, key: str) -> None:
    issue, is_new = opened(again, key, assign=("phd-emea",), labels=("Channel Ops",), due=date(2026, 11, 27))
    assert is_new
    assert issue.title == f"PHD weekly - EMEA - {key[-8:]}"
    assert issue.labels == {"Channel", "Partner Help Desk", "Channel Ops"}
    assert [one.username for one in issue.assignees] == ["phd-emea"]
    assert issue.due_date == date(2026, 11, 27)
    assert "Template: `PHD_Weekly_Review`" in issue.description
    assert opener(again).key_of(issue) == key


def test_what_follows_from_a_confidential_issue_is_confidential(again: Stage, key: str) -> None:
    """So is what is wished for so; everything else is open."""
    secret = again.issue(title="A secret", confidential=True)
    after = again.bot.snapshot.gateway.issue(secret.project_id, secret.iid)
    assert opened(again, key, after=after)[0].confidential
    assert opened(again, f"{key}x", confidential=True)[0].confidential
    assert not opened(again, f"{key}y")[0].confidential


def test_it_lies_on_the_groups_milestone_of_that_title(again: Stage, key: str) -> None:
    title = f"Channel - {key}"
    again.group().milestones.create({"title": title})
    issue, _ = opened(again, key, milestone=title)
    assert issue.milestone is not None
    assert issue.milestone.title == title
    without, _ = opened(again, f"{key}x", milestone="nobody made this one")
    assert without.milestone is None


def test_wished_for_twice_it_is_opened_once(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    assert opened(again, key) == (first, False)
    assert len(of_key(again, key)) == 1


def test_a_lost_database_doubles_nothing(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    again.forget_everything()
    second, is_new = opened(again, key)
    assert (second.iid, is_new) == (first.iid, False)


def test_also_a_closed_one_counts(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    again.home().issues.update(first.iid, {"state_event": "close"})
    assert opened(again, key)[1] is False


def test_an_unclear_answer_is_looked_into(again: Stage, key: str) -> None:
    again.fault(kind="drop_after", **POST)
    issue, is_new = opened(again, key)
    assert is_new
    assert [one.iid for one in of_key(again, key)] == [issue.iid]


def test_where_gitlab_did_not_get_it_somebody_tries_again(again: Stage, key: str) -> None:
    again.fault(kind="drop_before", **POST)
    with pytest.raises(Unclear):
        opened(again, key)
    assert of_key(again, key) == []
    assert opened(again, key)[1]


def test_of_twins_the_oldest_stays_and_the_other_leads_there(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    home = again.as_("channel-bot").projects.get(HOME)
    twin = home.issues.create({"title": first.title, "description": first.description})
    kept, is_new = opened(again, key)
    assert (kept.iid, is_new) == (first.iid, False)
    closed = again.fresh(twin)
    assert closed.state == "closed"
    assert closed.description.startswith(f"Superseded by {first.web_url}.\n\n")
    again.forget_calls()
    assert opened(again, key)[0].iid == first.iid
    assert again.calls(writes=True) == []


def test_a_twin_that_somebody_opens_again_stays_open(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    home = again.as_("channel-bot").projects.get(HOME)
    twin = home.issues.create({"title": first.title, "description": first.description})
    opened(again, key)
    again.edit(twin, state_event="reopen")
    opener(again).heal(key, lambda: None)
    assert (again.fresh(twin).state, again.fresh(twin).description.count("Superseded by")) == ("opened", 1)


def test_a_twin_gives_way_to_nothing_that_was_deleted(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    home = again.as_("channel-bot").projects.get(HOME)
    twin = home.issues.create({"title": first.title, "description": first.description})
    assert key in opener(again).opened(max_age=0.0)
    again.home("root").issues.delete(first.iid)
    opener(again).heal(key, lambda: None)
    assert again.fresh(twin).state == "opened"


def test_what_a_person_copied_is_not_the_bots(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    copy = again.issue(title="A copy", description=first.description)
    assert opened(again, key)[0].iid == first.iid
    assert again.fresh(copy).state == "opened"


def test_a_mark_made_for_something_else_is_no_key(again: Stage, key: str) -> None:
    marker = opener(again).marker
    elsewhere = marker.write(Mark(KIND, key, "another place"))
    home = again.as_("channel-bot").projects.get(HOME)
    home.issues.create({"title": "Another", "description": f"{elsewhere}\n{marker.write(Mark('other', key, PLACE))}"})
    assert opened(again, key)[1]


def test_only_who_is_there_is_assigned(again: Stage, key: str) -> None:
    issue, _ = opened(again, key, assign=("nobody-at-all", "phd-emea", "phd-emea"))
    assert [one.username for one in issue.assignees] == ["phd-emea"]
    assert "Also:" not in issue.description


def test_where_the_plan_has_one_assignee_the_others_are_named(tmp_path: Path, key: str) -> None:
    with stage(tmp_path, tier="free") as free:
        issue, _ = opened(free, key, assign=("phd-emea", "cam-emea", "phd-amer"))
    assert [one.username for one in issue.assignees] == ["phd-emea"]
    assert "\n\nAlso: @cam-emea, @phd-amer\n\n" in issue.description


def test_what_it_follows_from_is_related_once(again: Stage, key: str) -> None:
    origin = again.issue(title="Where it came from")
    after = again.bot.gateway.issue(origin.project_id, origin.iid)
    issue, _ = opened(again, key, after=after)
    assert again.bot.gateway.linked(issue.project_id, issue.iid) == ((origin.project_id, origin.iid),)


def test_what_a_crash_left_unrelated_is_related_at_the_next_look(again: Stage, key: str) -> None:
    origin = again.issue(title="Where it came from")
    after = again.bot.gateway.issue(origin.project_id, origin.iid)
    for look in ("of the issue it follows from", "of a recurrence"):
        again.fault(kind="drop_before", method="POST", path="/links$")
        with pytest.raises(BotError):
            opened(again, f"{key} {look}", after=after)
        again.bot = again.new_bot()
        if look == "of a recurrence":
            opener(again).heal("phd_weekly ", lambda: None)
        else:
            opener(again).grant(Plan(Subject.issue(after.project_id, after.iid)), lambda: None, Granted())
        (issue,) = [one for at, one in opener(again).opened(f"{key} {look}").items()]
        assert again.bot.gateway.linked(issue.project_id, issue.iid) == ((origin.project_id, origin.iid),)
    again.forget_calls()
    opener(again).heal("phd_weekly ", lambda: None)
    assert again.calls(writes=True) == []


def test_what_was_deleted_before_it_was_related_holds_up_nothing(again: Stage, key: str) -> None:
    """Neither the next recurrence nor anything after it."""
    origin = again.issue(title="Where it came from")
    after = again.bot.gateway.issue(origin.project_id, origin.iid)
    again.fault(kind="drop_before", method="POST", path="/links$")
    with pytest.raises(BotError):
        opened(again, key, after=after)
    again.home("root").issues.delete(origin.iid)
    opener(again).heal("phd_weekly ", lambda: None)
    again.forget_calls()
    opener(again).heal("", lambda: None)
    assert again.calls() == []


def test_one_that_was_moved_away_is_no_twin_of_the_one_that_came_back(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    home = again.as_("root").projects.get(HOME)
    elsewhere = again.as_("root").projects.get("gitlab-com/channel/alliances")
    home.issues.get(first.iid).move(elsewhere.id)
    for _ in range(2):
        away, is_new = opened(again, key)
        assert (away.iid, is_new) == (0, False)
        assert opener(again).opened(key)[key].iid == 0
        again.forget_everything()
    moved = next(one for one in elsewhere.issues.list(get_all=True) if one.title == first.title)
    moved.move(home.id)
    again.forget_everything()
    back, is_new = opened(again, key)
    assert (back.state, back.iid > first.iid, is_new) == ("opened", True, False)
    assert again.bot.gateway.issue(back.project_id, back.iid).state == "opened"
    assert "Superseded" not in again.bot.gateway.issue(first.project_id, first.iid).description


def test_one_that_was_moved_away_is_opened_again_by_order(again: Stage, key: str) -> None:
    first, _ = opened(again, key)
    home = again.as_("root").projects.get(HOME)
    home.issues.get(first.iid).move(again.as_("root").projects.get("gitlab-com/channel/alliances").id)
    again.bot = again.new_bot()
    made, is_new = opener(again).open(wish(key), lambda: None, ordered=True)
    assert (is_new, made.iid > first.iid) == (True, True)


def test_a_template_that_nobody_knows_is_a_persons_business(again: Stage, key: str) -> None:
    with pytest.raises(AskAPerson, match=r"issue_templates.yml knows no template `mine`: add it there"):
        opened(again, key, template="mine")


def test_nothing_is_opened_when_the_subject_is_not_held_any_more(again: Stage, key: str) -> None:
    def lost() -> None:
        raise TryLater("the lease ends too soon")

    with pytest.raises(TryLater):
        opener(again).open(wish(key), lost)
    assert of_key(again, key) == []


def test_what_was_opened_is_written_down_and_looked_at(again: Stage, key: str) -> None:
    plan, granted = Plan(Subject.recurring("phd_weekly"), (Wish("recurring_issues", wish(key)),)), Granted()
    opener(again).grant(plan, lambda: None, granted)
    (made,) = of_key(again, key)
    assert [(one.handler, one.action) for one in granted.deeds] == [
        ("recurring_issues", f"open the issue `{key}` from `phd_weekly`")
    ]
    assert granted.touched == [Subject.issue(made.project_id, made.iid)]
    opener(again).grant(plan, lambda: None, granted)
    assert len(granted.deeds) == 1


def test_what_was_opened_is_known_by_its_key_for_a_while(again: Stage, key: str) -> None:
    ours = opener(again)
    issue, _ = opened(again, key)
    assert {at: one.iid for at, one in ours.opened(key).items()} == {key: issue.iid}
    assert key in ours.opened()
    again.forget_calls()
    assert key in ours.opened(f"{key.partition(' ')[0]} ")
    assert issue.iid in [one.iid for one in ours.mine(HOME)]
    assert again.calls() == []
    assert ours.opened("another") == {}


def test_what_a_person_deleted_is_opened_again_by_order_alone(again: Stage, key: str) -> None:
    """Its key stands for nothing that can be read; a lost database knows nothing of it."""
    first, _ = opened(again, key)
    again.as_("root").projects.get(HOME).issues.delete(first.iid)
    again.bot = again.new_bot()
    assert opener(again).opened(key)[key].iid == 0
    gone, is_new = opened(again, key)
    assert (gone.iid, is_new, of_key(again, key)) == (0, False, [])
    made, is_new = opener(again).open(wish(key), lambda: None, ordered=True)
    assert (is_new, [one.iid for one in of_key(again, key)]) == (True, [made.iid])
    again.as_("root").projects.get(HOME).issues.delete(made.iid)
    again.forget_everything()
    assert opened(again, key)[1]


def test_before_something_is_opened_it_is_known_what_was_deleted(again: Stage, key: str) -> None:
    """Of that the list that is kept tells nothing for a while."""
    first, _ = opened(again, key)
    assert opened(again, key) == (first, False)
    again.as_("root").projects.get(HOME).issues.delete(first.iid)
    assert opener(again).opened(key, max_age=0.0)[key].iid == first.iid
    made, is_new = opener(again).open(wish(key), lambda: None, ordered=True)
    assert (is_new, [one.iid for one in of_key(again, key)]) == (True, [made.iid])
    assert opener(again).opened(key, max_age=0.0)[key].iid == made.iid


def test_several_wishes_of_one_plan_cost_two_lists(again: Stage, key: str) -> None:
    """One before anything is opened, and one after, that settles who came first."""
    wishes = tuple(Wish("recurring_issues", wish(f"{key} {number}")) for number in range(3))
    again.forget_calls()
    opener(again).grant(Plan(Subject.recurring("phd_weekly"), wishes), lambda: None, Granted())
    path = f"/api/v4/projects/{HOME.replace('/', '%2F')}/issues"
    assert [call for call in again.calls() if call.endswith("/issues")] == [
        f"GET {path}", f"POST {path}", f"POST {path}", f"POST {path}", f"GET {path}",
    ]  # fmt: skip


def test_what_the_bot_opened_under_another_name_is_its_own(tmp_path: Path, key: str) -> None:
    with stage(tmp_path) as old:
        first, _ = opened(old, key)
        site = old.config.site
        bots = site.gitlab.model_copy(update={"former_bots": ["channel-bot"]})
        config = replace(old.config, site=site.model_copy(update={"gitlab": bots}))
        new = Stage(old.sandbox, config, {**old.tokens, "channel-bot": old.tokens["channel-bot-owner"]})
        assert opened(new, key)[0].iid == first.iid
