"""The letter of an award lies ready in its issue, and goes out once at most, through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.actions import SendMail
from bot.domain.facts import IssueFacts
from bot.errors import AskAPerson
from bot.mailer import NotSentYet
from tests.plumbing.postoffice import PostOffice, post_office
from tests.stage import Stage

SCRIPT_DIES = {"DOT": "dies"}
FORM = """\
Partner: Acme Consulting
Certification: PSP

Partner_Certification_Award
"""


@dataclass
class Play:
    """An award issue and a mail server."""

    on: Stage
    office: PostOffice
    issue: Any

    @property
    def facts(self) -> IssueFacts:
        return self.on.bot.snapshot.issue(self.issue.project_id, self.issue.iid)

    def send(self) -> str:
        key = f"award acme psp {self.issue.project_id}/{self.issue.iid}"
        return self.on.bot.apply.post.send(self.facts, SendMail(key, "award_psp", "acme"), lambda: None)

    def put(self) -> bool:
        facts = self.facts
        partner, programme = facts.site.registry.partner("acme"), facts.site.programmes.get("psp")
        assert partner
        assert programme
        post: Any = self.on.bot.apply.post
        written: bool = post.put(facts.site, facts.issue, partner, programme, lambda: None)
        return written

    def later(self) -> None:
        """A new process on an empty database."""
        self.on.forget_everything()


@contextmanager
def playing(on: Stage, **script: str) -> Iterator[Play]:
    with post_office(script) as office:
        on.smtp_url = f"smtp://127.0.0.1:{office.port}"
        on.play(only="partner_audit")
        issue = on.issue(title="Partner_Certification_Award - Acme Consulting - PSP", description=FORM)
        yield Play(on, office, issue)


def test_the_draft_lies_ready_and_follows_the_letter(scene: Stage) -> None:
    with playing(scene) as play:
        assert (play.put(), play.put()) == (True, False)
        (comment,) = scene.comments(play.issue)
        assert "**The award e-mail is ready.** It goes to `pat@acme.example`" in comment
        assert "acme-psp-award.eml" in comment
        play.later()
        assert play.put() is False


def test_it_is_sent_once_to_the_contact_with_the_cam_in_copy(scene: Stage) -> None:
    with playing(scene) as play:
        assert play.send() == "sent the mail `award_psp`"
        assert play.send() == "found the mail sent"
        play.later()
        assert play.send() == "found the mail sent"
        (mail,) = play.office.desk.mails()
        assert (mail["To"], mail["Cc"]) == ("Pat Example <pat@acme.example>", "CAM EMEA <cam-emea@gitlab.com>")
        assert mail["Reply-To"] == "CAM EMEA <cam-emea@gitlab.com>"
        assert "**The award e-mail was sent** to `pat@acme.example`." in scene.comments(play.issue)[0]


def test_a_later_award_of_the_same_certification_has_a_letter_of_its_own(scene: Stage) -> None:
    with playing(scene) as play:
        assert play.send() == "sent the mail `award_psp`"
        scene.edit(play.issue, state_event="close")
        play.issue = scene.issue(title="Partner_Certification_Award - Acme Consulting - PSP", description=FORM)
        assert play.send() == "sent the mail `award_psp`"
        first, second = play.office.desk.mails()
        assert first["Message-ID"] != second["Message-ID"]


def test_after_a_break_in_the_middle_a_person_is_asked_and_nothing_is_sent_again(scene: Stage) -> None:
    """The server has the mail and does not say so; whoever comes next, on whatever database, sends nothing."""
    with playing(scene, **SCRIPT_DIES) as play:
        with pytest.raises(AskAPerson, match="Please ask the partner whether the mail arrived"):
            play.send()
        with pytest.raises(AskAPerson, match="cannot tell whether it left"):
            play.send()
        play.later()
        with pytest.raises(AskAPerson, match="cannot tell whether it left"):
            play.send()
        assert len(play.office.desk.taken) == 1


def test_what_was_certainly_not_sent_may_be_sent_again(scene: Stage) -> None:
    with playing(scene, MAIL="451 later") as play:
        with pytest.raises(NotSentYet):
            play.send()
        assert scene.comments(play.issue) == []
        play.office.desk.script = {}
        assert play.send() == "sent the mail `award_psp`"


def test_the_draft_is_the_comment_that_says_it_was_sent(scene: Stage) -> None:
    """One comment goes with the letter, and what was not sent is a draft again."""
    with playing(scene, MAIL="451 later") as play:
        play.put()
        (draft,) = scene.comments(play.issue)
        with pytest.raises(NotSentYet):
            play.send()
        assert scene.comments(play.issue) == [draft]
        play.office.desk.script = {}
        play.send()
        (sent,) = scene.comments(play.issue)
        assert sent.startswith("**The award e-mail was sent** to `pat@acme.example`.")
        assert play.put() is False


def test_without_a_mail_server_the_cam_sends_the_draft(scene: Stage) -> None:
    with playing(scene) as play:
        scene.smtp_url = ""
        scene.play(only="partner_audit")
        with pytest.raises(AskAPerson, match="send the draft from your own mail program"):
            play.send()


def test_a_comment_that_gitlab_refuses_claims_nothing(scene: Stage) -> None:
    with playing(scene) as play:
        scene.fault(method="POST", path="/notes", kind="fail", status=403, body="{}", times=1)
        with pytest.raises(AskAPerson):
            play.send()
        assert play.send() == "sent the mail `award_psp`"


def test_a_partner_that_the_registry_lost_is_no_addressee(scene: Stage) -> None:
    with playing(scene) as play, pytest.raises(AskAPerson, match="is not known any more"):
        scene.bot.apply.post.send(play.facts, SendMail("key", "award_psp", "nobody"), lambda: None)
