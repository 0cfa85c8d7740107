"""The story's second part: people tell the bot what to do, take things back, and a window ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.demo.props import Props
from bot.demo.stage import Person, Unmet, json_of, plain
from bot.domain.windows import Window
from bot.sandbox.example import PARTNER, PARTNER_PROJECT

WEBINAR = "Agree the agenda of the joint webinar with Acme"
BET = "Roll out the new deal desk for EMEA partners"
QUESTION = "When will our workshop take place?"
NEXT_STEP = "send the draft to Acme"


class Talk(Props):
    """The acts, in their order."""

    def play(self) -> None:
        """Raises Unmet when something that is expected does not happen in time."""
        issue = self.orders()
        self.a_disagreement(issue)
        self.a_stranger()
        self.an_ending()

    # Acts

    def orders(self) -> Any:
        self.stage.act("People tell the bot what to do, in a comment")
        cam = self.person("cam-emea")
        issue = self.opened(cam, WEBINAR, "3")
        now, to = self.windows(1)
        left = self.stage.view(issue)
        nba = f"{NEXT_STEP} ({to.due})"
        note = self.comment(cam, issue, f"{self.me} dri @phd-emea", f"{self.me} nba {nba}", f"{self.me} push")
        self.stage.answers(issue, note)
        self.stage.bot_follows(
            "the issue has a DRI, a next step with its date, and another window",
            issue,
            left,
            lambda seen: (
                self.config.labels.base.name in seen.labels
                and seen.assignees == ("phd-emea",)
                and seen.due_date == to.due.isoformat()
                and (seen.milestone or now.title) == to.title
            ),
        )
        written = " and ".join(filter(None, issue.manager.get(issue.iid).description.splitlines()))
        self.stage.says(self.stage.bot, f"writes into the description: {written}")
        return issue

    def a_disagreement(self, issue: Any) -> None:
        self.stage.act("People have the last word")
        phd, hands_off = self.person("phd-emea"), self.config.labels.hands_off.name
        theirs = self.channels(phd).issues.get(issue.iid)
        self.later(5)
        left = self.stage.view(theirs)
        self.set(theirs, {"assignee_ids": [0]})
        self.stage.says(phd.username, "takes the assignee back")
        self.stage.bot_follows("it stays as it is", theirs, left, lambda now: "took that back" in now.comment)
        self.later(5)
        left = self.stage.view(theirs)
        self.set(theirs, {"due_date": ""})
        self.stage.says(phd.username, "takes the due date back as well")
        self.stage.bot_follows("the bot withdraws", theirs, left, lambda now: hands_off in now.labels)
        self.later(5)
        left = self.stage.view(theirs)
        note = self.comment(phd, theirs, f"{self.me} hands-on")
        self.stage.answers(theirs, note)
        self.stage.bot_follows(
            "the bot is back",
            theirs,
            left,
            lambda now: hands_off not in now.labels and now.assignees == (phd.username,) and now.due_date is not None,
        )

    def a_stranger(self) -> None:
        self.stage.act("A partner may ask, and not order")
        partner = self.person(PARTNER)
        issue = partner.project(PARTNER_PROJECT).issues.create({"title": QUESTION})
        self.stage.says(partner.username, f"opens an issue in the project that Acme shares with the team: {QUESTION}")
        note = self.comment(partner, issue, f"{self.me} push")
        self.stage.answers(issue, note)

    def an_ending(self) -> None:
        self.stage.act("A window ends with work left in it")
        cam, (now, to) = self.person("cam-emea"), self.windows(1)
        issue = self.opened(cam, BET, "2", description=f"DRI: @{cam.username}")
        self.stage.expect("it is assigned", lambda: self.stage.view(issue), lambda seen: bool(seen.assignees))
        left = self.stage.view(issue)
        self.move_on_to(now.due + timedelta(days=1))
        self.stage.bot_follows("it is proposed", issue, left, lambda seen: "Window over" in seen.comment)
        self.notified(cam)
        self.the_digest(issue, to)

    def the_digest(self, issue: Any, to: Window) -> None:
        self.stage.act("The director reads one issue, and decides")
        director = self.person("channel-director")
        title = f"Channel priorities - {to.title.removeprefix('Channel - ')}"
        channels = self.channels(director)
        (digest, *_), _ = self.stage.expect(
            f"there is {title}",
            lambda: [one for one in channels.issues.list(state="opened", get_all=True) if one.title == title],
            bool,
        )
        self.stage.says(self.stage.bot, f"opens {digest.references['short']}: {title}")
        self.stage.shows(plain(digest.description))
        left = self.stage.view(issue)
        note = self.comment(director, digest, f"{self.me} rollover apply")
        self.stage.answers(digest, note)
        self.stage.bot_follows(f"it is on {to.title}", issue, left, lambda seen: seen.milestone == to.title)
        self.stage.says("", "(the evening's sweep brings the digest up to date)")
        self.run_sweep("--full")

    # Props

    def opened(self, by: Person, title: str, priority: str, **fields: str) -> Any:
        """An issue of one team with a priority, on the current window."""
        (on,) = self.windows(0)
        labels = f"{self.priority(priority)},{self.config.labels.team[0].name}"
        milestone = self.group(by).milestones.list(title=on.title)[0]
        whole = {"title": title, "labels": labels, "milestone_id": milestone.id, **fields}
        issue = self.channels(by).issues.create(whole)
        said = f"opens {issue.references['short']} with {self.priority(priority)} for {on.title}: {title}"
        self.stage.says(by.username, said)
        return issue

    def notified(self, person: Person) -> None:
        """Show what reached the person: an edited comment would not have."""
        todos, _ = self.stage.expect(
            f"{person.username} has a todo",
            lambda: [one for one in person.client.todos.list(get_all=True) if "still waiting" in one.body],
            bool,
        )
        mails = json_of(f"{self.pair.admin_url}/mails")
        ours = [mail for mail in mails if mail["user"] == person.username and "still waiting" in mail["body"]]
        if not ours:
            raise Unmet(f"no mail reminded {person.username}")
        self.stage.says(self.stage.bot, f"reminds {person.username}, in a comment that is new and so reaches people:")
        self.stage.shows(plain(todos[0].body))
        self.stage.says(person.username, f"finds {len(todos)} todo and a mail: {ours[-1]['subject']}")
