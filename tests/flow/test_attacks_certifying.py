"""Rules 11 and 12 on the way to a certification: a partner who is Maintainer cheats, and colleagues are careless.

Each time: no award that was not earned, no other deadline, nothing internal outside, and what people read instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gitlab.exceptions import GitlabError
from gitlab.v4.objects import ProjectIssue

from tests.enrolled import CONTACT, EDUCATION, GROUP, LAST, MANAGER, SERVICES, Track, tracked
from tests.flow.cheating import (
    KIM,
    QUINN,
    Deed,
    answered,
    assert_won_nothing,
    at,
    awake,
    care,
    comments_by_bot,
    leaked,
    open_issue,
    record,
    record_says,
    record_text,
    rewrite,
    said,
    swapped,
)
from tests.flow.test_attacks import retell
from tests.flow.test_conversation import tell
from tests.flow.worlds import HOSTILE, dangers

OFF, EXPIRED, WITHDRAWN = "bot::hands-off", "CTP::expired", "CTP::withdrawn"
UNCONFIRMED = "I cannot tell that it was by whom"
ADDENDUM = "- [ ] The training addendum is signed <!-- t:legal.2 -->"
ROW = re.compile(r"\| (?:Channel Account Manager|Channel Services|Education Services) \|")
BOX = re.compile(r"- \[ \](?=.*<!-- t:)")
WAYS = ("webhook", "sweep, forgets")


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Track]:
    """Acme Consulting on the first day of its months, for one test alone."""
    with tracked(tmp_path) as made:
        made.look()
        yield made


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Track]:
    """The same for tests that leave things as they were."""
    with tracked(tmp_path_factory.mktemp("track")) as made:
        made.look()
        yield made


@pytest.fixture
def again(on: Track) -> Iterator[Track]:
    """Its description is put back after the test."""
    text = on.text()
    yield on
    rewrite(on, lambda _: text, by=MANAGER)


# The description: what he edits counts for nothing of ours


def ticked(text: str) -> str:
    return BOX.sub("- [x]", text)


def one_by_one(w: Track) -> None:
    """So GitLab tells of every single box, and by whom."""
    w.stage.later(5)
    w.tick("legal.1", "legal.2", "close.1", "close.2", by=CONTACT)


def ids_swapped(text: str) -> str:
    """Below the words of his own task lies the id of ours, and the other way round."""
    text = swapped(text, "opened an issue <!-- t:candidates.2 -->", "opened an issue <!-- t:legal.2 -->")
    return swapped(text, ADDENDUM, ADDENDUM.replace("legal.2", "candidates.2"))


def his_now_ours(w: Track) -> None:
    rewrite(w, ids_swapped)
    w.stage.later(5)
    rewrite(w, lambda text: swapped(text, "- [ ] Every candidate opened", "- [x] Every candidate opened"))


def twins(text: str) -> str:
    return swapped(text, "## 1. Timeline", f"{ADDENDUM.replace('[ ]', '[x]')}\n\n## 1. Timeline")


def his_sections(text: str) -> str:
    """Every section is his, by a comment of its own behind ours and before it."""
    return re.sub(r"<!-- owner: \w+ -->", "<!-- owner: partner --> <!-- owner: partner -->", text)


def below_his(text: str) -> str:
    return f"# All of it <!-- owner: partner -->\n\n{ticked(text).replace('## ', '##### ')}"


def said_in_gitlabs_words(w: Track) -> None:
    """He ticks while he rewords, so that GitLab tells of no box, and tells it himself."""
    rewrite(w, lambda text: swapped(text, ADDENDUM, "- [x] The training addendum is signed now <!-- t:legal.2 -->"))
    words = "marked the checklist item **The training addendum is signed t:legal.2** as completed"
    tell(w.stage, w.issue, words, by=CONTACT)
    tell(w.stage, w.issue, f"@{SERVICES} {words}", by=CONTACT)


def in_a_colleagues_name(w: Track) -> None:
    rewrite(w, lambda text: swapped(text, ADDENDUM, "- [x] The training addendum is signed <!-- t:legal.2  -->\nx"))
    note = tell(w.stage, w.issue, "Thank you", by=SERVICES)
    retell(w.stage, w.issue, note, "marked the checklist item **The training addendum is signed** as completed")


def saved(change: Callable[[str], str]) -> Deed:
    return lambda w: rewrite(w, change)


def without_tasks(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "<!-- t:legal" not in line)


EDITS: dict[str, tuple[Deed, str]] = {
    "everything ticked in one save": (saved(ticked), UNCONFIRMED),
    "ours ticked one by one": (one_by_one, UNCONFIRMED),
    "ids swapped, then his own ticked": (his_now_ours, UNCONFIRMED),
    "a second one of ours, ticked and above": (saved(twins), "stand in the description twice"),
    "every section his": (saved(lambda text: ticked(his_sections(text))), UNCONFIRMED),
    "all below a heading of his": (saved(below_his), UNCONFIRMED),
    "ticked while reworded, with GitLab's line by hand": (said_in_gitlabs_words, UNCONFIRMED),
    "the same in a colleague's comment": (in_a_colleagues_name, UNCONFIRMED),
    "ours deleted": (saved(without_tasks), "are not in the description any more"),
    "ours do not apply": (
        saved(lambda text: swapped(text, ADDENDUM, ADDENDUM.replace("[ ]", "[~]"))),
        "does not settle",
    ),
    "all in a code block": (saved(lambda text: f"```\n{ticked(text)}\n```"), "are not in the description any more"),
    "all in a quote": (saved(lambda text: f">>>\n{ticked(text)}\n>>>"), ""),
    "all in a comment": (saved(lambda text: f"<!--\n{ticked(text)}"), UNCONFIRMED),
    "nothing left": (saved(lambda text: ""), "28 are not in the description any more"),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_he_makes_of_the_description_ticks_nothing_of_ours(again: Track, name: str) -> None:
    """Nobody of the team is done with anything, and whoever has to know reads why."""
    deed, fragment = EDITS[name]
    deed(again)
    again.look()
    ours = [row for row in again.status().splitlines() if ROW.match(row)]
    assert [row for row in ours if " 0/" not in row] == []
    assert len(ours) == 3
    assert fragment in again.status()
    assert_won_nothing(again)


def test_a_hundred_kilobytes_of_tasks_are_told_in_a_few_lines(again: Track) -> None:
    more = "".join(f"- [x] Task {number} @all <!-- t:legal.{number % 6} -->\n" for number in range(2500))
    rewrite(again, lambda text: f"{text}\n{more}")
    again.look()
    assert len(again.status()) < 6000
    assert "stand in the description twice" in again.status()
    assert dangers(again.status()) == []


def test_words_put_above_a_hidden_id_are_not_what_a_colleague_ticked(w: Track) -> None:
    """Nobody sees the ids: Services ticks the lunch, and pat the task whose id it has."""
    lunch = "- [ ] Services booked the lunch <!-- t:legal.2 -->"
    rewrite(w, lambda text: swapped(text, ADDENDUM, f"{lunch}\n- [ ] The training addendum is signed"))
    rewrite(w, lambda text: swapped(text, "- [ ] Services booked", "- [x] Services booked"), by=SERVICES)
    rewrite(w, lambda text: swapped(text, "- [ ] The training addendum", "- [x] The training addendum"))
    w.look()
    assert "- Channel Services: `The training addendum is signed`" in w.status()
    assert "0/6" in w.status()


def test_all_is_ticked_by_him_and_education_services_closes(w: Track) -> None:
    """Ours are in doubt, so it is opened again and says so, and no award follows."""
    rewrite(w, ticked)
    w.close(EDUCATION)
    awake(w)
    care(w)
    assert w.stage.fresh(w.issue).state == "opened"
    assert "Open are 18 tasks" in w.status()
    assert_won_nothing(w)


# The issue: closed, labelled, dated, moved, hidden, copied


def test_he_closes_it_again_and_again(w: Track) -> None:
    """It is opened each time, at one explanation a day, and nobody of the team is called."""
    before = len(record_says(w))
    w.stage.forget_calls()
    for _ in range(5):
        w.stage.later(60)
        w.close(CONTACT)
        awake(w)
        care(w)
        assert w.stage.fresh(w.issue).state == "opened"
    assert "Education Services closes this issue" in w.status()
    assert comments_by_bot(w) <= 1
    assert len(record_says(w)) == before
    assert_won_nothing(w)


def test_what_the_team_closed_for_good_is_told_of_once(w: Track) -> None:
    """However often he opens and closes it after that."""
    for _ in range(2):
        w.stage.later(60)
        w.close(MANAGER)
        awake(w)
        care(w)
    assert w.stage.fresh(w.issue).state == "closed"
    told = len(record_says(w))
    assert "closed a second time" in record_says(w)[-1]
    for state in ("reopen", "close", "reopen", "close"):
        w.stage.later(60)
        w.stage.edit(w.issue, by=CONTACT, state_event=state)
        awake(w)
        care(w)
    assert len(record_says(w)) == told
    assert_won_nothing(w)


LABELS = (EXPIRED, WITHDRAWN, OFF, "Award::overdue", "Award::blocked", "CTP::trainer-candidate", "Channel")


def test_labels_of_his_stop_nothing(on: Track) -> None:
    """The bot goes on as if they were not there, and takes off what is its own to set."""
    on.stage.later(5)
    on.stage.edit(on.issue, by=CONTACT, add_labels=",".join(LABELS))
    on.stage.edit(on.issue, by=CONTACT, remove_labels="Channel")
    rewrite(on, lambda text: swapped(text, "- [ ] Every candidate is", "- [x] Every candidate is"))
    on.look()
    assert "1/10" in on.status()
    assert "time ended" not in on.status()
    on.stage.edit(on.issue, by=CONTACT, labels="")
    rewrite(on, lambda text: swapped(text, "- [x] Every candidate is", "- [ ] Every candidate is"))
    on.look()
    assert_won_nothing(on)


@pytest.mark.parametrize("way", WAYS)
def test_a_date_of_his_is_put_right_and_means_nothing(on: Track, way: str) -> None:
    on.stage.later(5)
    on.stage.edit(on.issue, by=CONTACT, due_date="2029-01-01")
    awake(on, way=way)
    assert on.stage.fresh(on.issue).due_date == LAST
    assert f"until {LAST}" in on.status()
    assert_won_nothing(on)


def test_after_the_last_day_nothing_of_his_gives_more_time(w: Track) -> None:
    """Taken off, the label comes back; a date, a tick without a trace and everything ticked by all change nothing."""
    w.on("2027-05-24")
    w.look()
    assert EXPIRED in w.labels()
    w.stage.edit(w.issue, by=CONTACT, labels="", due_date="2028-01-01")
    rewrite(w, lambda text: ticked(text).replace("is signed", "is all signed"))
    awake(w, way="webhook, forgets")
    assert EXPIRED in w.labels()
    rewrite(w, lambda text: text.replace("- [x]", "- [ ]").replace("is all signed", "is signed"))
    w.ticked_by_all()
    w.stage.edit(w.issue, by=CONTACT, labels="")
    w.close(EDUCATION)
    awake(w)
    care(w)
    assert_won_nothing(w)
    assert any("2027-05-23" in one for one in record_says(w))


def test_moved_away_it_is_told_once_and_earns_nothing(w: Track) -> None:
    """Nothing in the new place is read as the partner's way."""
    other = w.stage.as_(CONTACT).projects.get(f"{GROUP}/workspace")
    rewrite(w, ticked)
    w.stage.fresh(w.issue, by=CONTACT).move(other.id)
    moved = max(other.issues.list(get_all=True), key=lambda one: one.id)
    w.stage.later(5)
    w.stage.edit(moved, by=CONTACT, state_event="close")
    for way in WAYS:
        awake(w, moved, way=way)
    assert sum("moved" in one for one in record_says(w)) == 1
    assert_won_nothing(w)


def test_hidden_it_is_told_once_and_goes_on(w: Track) -> None:
    for confidential in (True, False, True):
        w.stage.later(5)
        w.stage.edit(w.issue, by=CONTACT, confidential=confidential)
        awake(w)
        care(w)
    assert sum("confidential" in one for one in record_says(w)) == 1
    assert w.stage.fresh(w.issue).state == "opened"
    assert_won_nothing(w)


def test_copies_and_namesakes_are_nobodys_way(w: Track) -> None:
    """A clone with all its comments, an issue with title, text and mark of ours, a second project named alike."""
    data = {"to_project_id": w.issue.project_id, "with_notes": True}
    path = f"/projects/{w.issue.project_id}/issues/{w.issue.iid}/clone"
    clone: Any = w.stage.as_(CONTACT).http_post(path, post_data=data)
    fresh = w.stage.fresh(w.issue, by=CONTACT)
    made = [at(w, CONTACT).issues.get(clone["iid"]), open_issue(w, fresh.title, ticked(fresh.description))]
    group = w.stage.as_(CONTACT).groups.get(GROUP)
    name = "Acme Consulting CTP-Requirements-Project"
    wish = {"name": name, "path": "ctp-requirements-project-2", "namespace_id": group.id}
    second = w.stage.as_(CONTACT).projects.create(wish)
    made.append(second.issues.create({"title": fresh.title, "description": ticked(fresh.description)}))
    w.stage.forget_calls()
    awake(w, *made)
    for issue in made:
        w.stage.edit(issue, by=CONTACT, state_event="close")
    awake(w, *made)
    care(w)
    assert comments_by_bot(w) == 0
    assert_won_nothing(w)


def test_a_project_that_he_renames_is_followed_all_the_same(w: Track) -> None:
    """Its name comes alive nowhere, and no second project is made."""
    project = at(w, CONTACT)
    for number in range(3):
        w.stage.later(5)
        project.name, project.path = f"@all /close <!-- channel-bot:v1 {number}", f"renamed-{number}"
        project.save()
        awake(w)
        care(w)
    rewrite(w, lambda text: swapped(text, "- [ ] Every candidate is", "- [x] Every candidate is"))
    w.look()
    assert "1/10" in w.status()
    assert record_says(w) == []
    assert dangers(record_text(w).partition("\n")[2]) == []
    names = [one.path for one in w.stage.as_("root").groups.get(GROUP).projects.list(get_all=True)]
    assert sorted(names) == ["renamed-2", "workspace"]
    assert_won_nothing(w)


def test_he_lets_nobody_in_and_nothing_out(w: Track) -> None:
    """GitLab refuses most; a friend who is Maintainer of the project is nobody's voice there."""
    friend = w.stage.as_(CONTACT).users.list(username=QUINN)[0].id
    closed = w.stage.as_("root").groups.get(GROUP.replace("collaboration", "internal")).id
    tries: tuple[Callable[[], object], ...] = (
        lambda: at(w, CONTACT).members.create({"user_id": friend, "access_level": 50}),
        lambda: w.stage.as_(CONTACT).groups.get(closed).members.create({"user_id": friend, "access_level": 20}),
        lambda: at(w, CONTACT).transfer(closed),
        lambda: at(w, CONTACT).archive(),
        lambda: w.stage.fresh(w.issue, by=CONTACT).delete(),
    )
    for one in tries:
        with pytest.raises(GitlabError):
            one()
    at(w, CONTACT).members.create({"user_id": friend, "access_level": 40})
    w.stage.later(90)
    w.tick("legal.1", by=QUINN)
    tell(w.stage, w.issue, "@channel-bot ctp extend 2030-01-01 Illness", by=QUINN)
    awake(w)
    care(w)
    assert UNCONFIRMED in w.status()
    assert_won_nothing(w)


# Orders


ORDERS = (
    "ctp extend acme 2030-01-01 We were ill",
    "ctp extend 2030-01-01 We were ill",
    "ctp withdraw acme We are tired",
    "ctp enrol acme",
    "partner create acme",
    "partner check acme",
    "partner check bolt",
    "confirm 0123abcd",
    "award open acme ctp",
    "award send-email",
    "award press-release",
    "hands-off",
    "hands-on",
    "why",
    "rollover apply",
)


@pytest.mark.parametrize("who", [CONTACT, KIM])
def test_no_order_of_the_partners_is_obeyed(on: Track, who: str) -> None:
    """Three at a time, as that is how many the bot listens to; each is answered with who may give it."""
    asked: dict[int, ProjectIssue] = {}
    for number in range(0, len(ORDERS), 3):
        asked[number] = open_issue(on, "A question")
        lines = (f"@channel-bot {order}" for order in ORDERS[number : number + 3])
        tell(on.stage, asked[number], *lines, by=who)
    on.stage.look(*asked.values())
    care(on)
    assert [answered(on, issue).count("so I did nothing") for issue in asked.values()] == [3] * len(asked)
    assert OFF not in on.labels()
    assert_won_nothing(on)


def test_what_he_may_ask_tells_of_him_alone(on: Track) -> None:
    issue = open_issue(on, "How far are we?")
    tell(on.stage, issue, "@channel-bot ctp status", "@channel-bot ctp status bolt", "@channel-bot status", by=CONTACT)
    on.stage.look(issue)
    answer = answered(on, issue)
    assert "It is on its way" in answer
    assert "Here I only speak about the partner whose project this is" in answer
    assert leaked(on) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_colleagues_comment_turned_into_an_order_is_not_obeyed(on: Track, way: str) -> None:
    """Not even in the name of the one person who may give more time."""
    issue = open_issue(on, "Thank you")
    note = tell(on.stage, issue, "You are welcome", by=SERVICES)
    on.stage.later(0.5)
    retell(on.stage, issue, note, "@channel-bot ctp extend acme 2030-01-01 As agreed")
    awake(on, issue, way=way)
    assert_won_nothing(on)


def test_a_plan_confirmed_elsewhere_is_no_plan(w: Track) -> None:
    """Neither by him, who saw the digest somewhere, nor for him by a colleague in his project."""
    asked = w.stage.issue()
    tell(w.stage, asked, "@channel-bot partner create bolt", by="cam-amer")
    w.stage.look(asked)
    digest = re.search(r"confirm ([0-9a-f]{8})", answered(w, asked))
    assert digest
    for who in (CONTACT, MANAGER):
        tell(w.stage, w.issue, f"@channel-bot {digest[0]}", by=who)
    awake(w)
    care(w)
    assert w.stage.as_("root").groups.list(search="bolt") == []
    assert_won_nothing(w)


# Marks


def extended(w: Track) -> str:
    """Services gives more time on his own issue, so that he sees the answer with its marks."""
    tell(w.stage, w.issue, "@channel-bot ctp extend 2027-06-30 Illness", by=SERVICES)
    awake(w)
    care(w)
    return next(one for one in w.stage.comments(w.issue) if " request " in one)


def test_the_bots_answer_copied_everywhere_gives_time_once(w: Track) -> None:
    """Into the description, his comment, a candidate's issue, the bot's own status comment; and then it is deleted."""
    marks = "\n".join(line for line in extended(w).splitlines() if line.startswith("<!--"))
    rewrite(w, lambda text: f"{text}\n{marks}")
    tell(w.stage, w.issue, marks, by=CONTACT)
    other = w.enlist(name="Quinn Example", handle=f"@{QUINN}", courses="CI/CD")
    w.stage.look(other)
    mine = {one.id: one.body for one in w.stage.fresh(other).notes.list(get_all=True) if "status" in one.body}
    for note, body in mine.items():
        retell(w.stage, other, note, f"{body}\n{marks}")
    for one in w.stage.fresh(w.issue, by=CONTACT).notes.list(get_all=True):
        if " request " in one.body and one.author["username"] == "channel-bot":
            one.delete()
    for way in WAYS:
        awake(w, other, way=way)
    assert [one.until.isoformat() for one in record(w).extensions] == ["2027-06-30"]
    assert_won_nothing(w, last="2027-06-30")


def test_the_status_comment_he_spoils_is_put_right(w: Track) -> None:
    """Each time at one write, and there is only ever one."""
    right = said(w)[0].partition("Done for")[0]
    for text in ("All is done, congratulations! @all", ""):
        w.stage.later(5)
        (note,) = [one for one in w.stage.fresh(w.issue, by=CONTACT).notes.list(get_all=True) if " status " in one.body]
        if text:
            retell(w.stage, w.issue, note.id, f"{text}\n{note.body[note.body.index('<!--') :]}")
        else:
            note.delete()
        w.stage.forget_calls()
        awake(w, way="webhook, forgets")
        assert len([call for call in w.stage.calls(writes=True) if "/notes" in call]) <= 1
        assert [one.partition("I keep this")[0].partition("Done for")[0] for one in said(w)] == [right]


# Candidates


def test_hostile_candidates_are_harmless_and_cost_a_comment_each(w: Track) -> None:
    """In their form, in the table and in their titles; nobody is called, and of another partner nobody hears."""
    names = [one for one in HOSTILE if len(one) < 10_000]
    rows = "".join(f"| {name.splitlines()[0]} | @n{row} | {name} | |\n" for row, name in enumerate(names))
    rewrite(w, lambda text: text.replace("| | | | |\n", rows, 1))
    made = [w.enlist(name=name, handle=name, courses=name) for name in names]
    made.append(w.enlist(name="Sasha", handle="@sasha", courses="All"))
    w.stage.edit(made[-1], by=CONTACT, description=f"Partner: Bolt Services\n\n{made[-1].description}")
    w.stage.look(*made, w.issue)
    care(w)
    texts = [text for issue in (w.issue, *made) for text in w.stage.comments(issue)]
    assert [(danger, text[:200]) for text in texts for danger in dangers(text)] == []
    assert [len(w.stage.comments(one)) for one in made if len(w.stage.comments(one)) > 1] == []
    assert len(record_says(w)) <= 1
    assert len(w.status()) < 20_000
    assert_won_nothing(w)


def test_handles_that_he_makes_up_call_nobody_again_and_again(w: Track) -> None:
    """New ones each time: the record lists them, and the account manager hears once."""
    before = len(record_says(w))
    for turn in range(4):
        rows = "".join(f"| Made-up | @made-up-{turn}-{one} | x | |\n" for one in range(30))
        rewrite(w, lambda text, rows=rows: re.sub(r"(\| Made.*\n)+|(\| \| \| \| \|\n)", rows, text, count=1))  # type: ignore[misc]  # bound
        w.look()
        care(w)
    assert "made-up-3-0" in record_text(w)
    assert len(record_says(w)) - before == 1
    assert_won_nothing(w)


# Colleagues


def test_a_colleague_who_asks_where_he_reads_along_gives_nothing_away(on: Track) -> None:
    """Verdicts and the registry are told in the Channels project; here the answers are neutral, or say where."""
    issue = open_issue(on, "How are we doing?")
    orders = ("why", "status", "ctp status acme", "ctp status bolt", "partner check acme", "award open acme ctp")
    for where in (on.issue, issue):
        tell(on.stage, where, *(f"@channel-bot {order}" for order in orders), by=MANAGER)
    awake(on, issue)
    assert "there is time left" in "".join(said(on))
    assert "only in `gitlab-com/channel/channels`" in "".join(said(on))
    assert_won_nothing(on)


def test_the_account_manager_who_does_it_all_alone_is_asked(w: Track) -> None:
    """Ticks of other roles and the close: opened again; closed once more it stands, is told once, and earns nothing."""
    for line in w.text().splitlines():
        if "<!-- t:" in line:
            w.tick(line.partition("<!-- t:")[2].split()[0], by=MANAGER)
    for state in ("opened", "closed"):
        w.stage.later(60)
        w.close(MANAGER)
        awake(w)
        care(w)
        assert w.stage.fresh(w.issue).state == state
        assert (UNCONFIRMED in w.status()) is (state == "opened")
    assert f"@{MANAGER}, @{EDUCATION}: " in record_says(w)[-1]
    assert_won_nothing(w)


def test_education_services_cannot_close_its_way_to_an_award(w: Track) -> None:
    """With nothing done: opened again, then it stands, and who asks for the award reads row by row what is missing."""
    for _ in range(2):
        w.stage.later(60)
        w.close(EDUCATION)
        awake(w)
        care(w)
    asked = w.stage.issue()
    tell(w.stage, asked, "@channel-bot award open acme ctp", by=EDUCATION)
    w.stage.look(asked)
    assert "each of its tasks is done by whom it is for: it is `28 open, 0 to be confirmed`" in answered(w, asked)
    assert_won_nothing(w)


def test_only_channel_services_gives_more_time(on: Track) -> None:
    """Neither the partner's account manager nor a director does."""
    people = (MANAGER, "cam-amer", EDUCATION, "phd-emea", "programs-lead", "channel-director")
    asked = [(one, on.stage.issue()) for one in people]
    for who, issue in asked:
        tell(on.stage, issue, "@channel-bot ctp extend acme 2030-01-01 As a favour", by=who)
    on.stage.look(*(issue for _, issue in asked))
    refused = "`ctp extend acme 2030-01-01 As a favour` is for Channel Services, so I did nothing"
    assert [who for who, issue in asked if refused not in answered(on, issue)] == []
    assert_won_nothing(on)
