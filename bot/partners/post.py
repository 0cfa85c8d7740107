"""An award issue becomes a letter to the partner: ready to be sent as a comment, and sent at most once.

What must outlast the database stands in GitLab: a comment claims the letter before the mail server hears of it. After a
crash in between nobody can tell whether the mail left, and the CAM is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import SendMail
from bot.domain.facts import IssueFacts, Site
from bot.domain.gitlab import Issue, Note
from bot.domain.marks import Mark, Marker
from bot.domain.partners.awarding import CLAIMED, DRAFT, SENT, letter_key
from bot.domain.partners.cases import Draft
from bot.domain.partners.programme import Programme
from bot.domain.registry import Partner
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.errors import AskAPerson, Unclear
from bot.gateway import Gateway
from bot.granted import BeforeWrite
from bot.mail.envelope import Address, Mail, digest, eml
from bot.mail.letters import Letters, to_contact
from bot.mail.outbox import Outbox, State
from bot.mailer import Mailer, NotSent
from bot.render import Renderer

MIME: Final = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Writing:
    """Makes letters about awards; without `letters` there is nobody to send them."""

    letters: Letters | None

    def compose(self, site: Site, issue: Issue, partner: Partner, programme: Programme) -> Mail:
        """The letter as it reads today; AskAPerson lists everything that forbids it."""
        if self.letters is None:
            raise AskAPerson("site.yml does not say who sends mails; fill in 'mail.sender' with a name and an address")
        manager = site.registry.colleague(partner.account_manager)
        values = {
            "cam": manager.name if manager else partner.account_manager,
            "is_first": "no" if partner.certifications else "yes",
        }
        key = letter_key(issue, partner, programme)
        others = site.registry.partners
        cam = Address(manager.name, manager.email) if manager and manager.email else None
        copies = (cam,) if cam else ()
        letter = to_contact(key, f"award_{programme.key}", partner, others, values, cc=copies, reply_to=cam)
        return self.letters.compose(letter)

    def draft(self, site: Site, issue: Issue, partner: Partner, programme: Programme) -> Draft:
        """Whether it can be made, and how it reads, in a word."""
        try:
            return Draft(digest=digest(self.compose(site, issue, partner, programme)))
        except AskAPerson as problem:
            return Draft(problem=str(problem))


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Keeps drafts current and sends letters; `mailer` None: nobody is sent anything."""

    gateway: Gateway
    marker: Marker
    renderer: Renderer
    writing: Writing
    outbox: Outbox
    mailer: Mailer | None

    def put(self, site: Site, issue: Issue, partner: Partner, programme: Programme, before_write: BeforeWrite) -> bool:
        """Have the draft in the issue read as the letter does today; whether a comment was written or changed."""
        mail = self.writing.compose(site, issue, partner, programme)
        note, known = self._draft(site, issue, self.gateway.notes(issue.project_id, issue.iid))
        if digest(mail) == known:
            return False
        before_write()
        name = f"{partner.id}-{programme.key}-award.eml"
        link = self.gateway.upload(issue.project_id, name, eml(mail), MIME)
        body = self._body("draft", issue, mail, link=link)
        if note:
            self.gateway.edit_note(issue.project_id, issue.iid, note.id, body)
        else:
            self.gateway.create_note(issue.project_id, issue.iid, body)
        return True

    def send(self, facts: IssueFacts, wish: SendMail, before_write: BeforeWrite) -> str:
        """Send the letter of an award, unless that was begun before; what was done.

        Raises AskAPerson when it cannot be sent, or when it may have been already.
        """
        site, issue = facts.site, facts.issue
        partner, programme = site.registry.partner(wish.partner), site.programmes.get(wish.template.partition("_")[2])
        if partner is None or programme is None:
            raise AskAPerson(f"{code(wish.partner)} or {code(wish.template)} is not known any more; see the registry")
        if self.mailer is None:
            raise AskAPerson("no mail server is set up (SMTP_URL); send the draft from your own mail program")
        mail = self.writing.compose(site, issue, partner, programme)
        notes = self.gateway.notes(issue.project_id, issue.iid)
        if self._finds(site, issue, notes, SENT, wish.key):
            return "found the mail sent"
        before_write()
        if self._finds(site, issue, notes, CLAIMED, wish.key) or not self.outbox.claim(wish.key, digest(mail)):
            raise AskAPerson(
                "I began to send this mail once and cannot tell whether it left. Please ask the partner; if it did not"
                " arrive, send the draft from your own mail program"
            )
        self._deliver(issue, mail, wish.key, self._claim(issue, mail, wish.key, self._draft(site, issue, notes)[0]))
        return f"sent the mail {code(wish.template)}"

    def _claim(self, issue: Issue, mail: Mail, key: str, note: Note | None) -> tuple[int, str]:
        """The comment that says so, and how it read before; a claim that certainly failed is given back."""
        body = self._body("claimed", issue, mail, Mark(CLAIMED, key, _place(issue)))
        try:
            if note is None:
                claim = self.gateway.create_note(issue.project_id, issue.iid, body)
            else:
                claim = self.gateway.edit_note(issue.project_id, issue.iid, note.id, body)
        except Unclear:
            raise
        except Exception:
            self.outbox.settle(key, State.FAILED)
            raise
        return claim.id, note.body if note else ""

    def _deliver(self, issue: Issue, mail: Mail, key: str, claim: tuple[int, str]) -> None:
        assert self.mailer  # noqa: S101 - asked before anything was claimed
        note_id, former = claim
        try:
            self.mailer.send(mail)
        except NotSent:
            if former:
                self.gateway.edit_note(issue.project_id, issue.iid, note_id, former)
            else:
                self.gateway.delete_note(issue.project_id, issue.iid, note_id)
            self.outbox.settle(key, State.FAILED)
            raise
        except Unclear as trouble:
            raise AskAPerson(f"{trouble}. Please ask the partner whether the mail arrived") from trouble
        self.outbox.settle(key, State.SENT)
        body = self._body("sent", issue, mail, Mark(SENT, key, _place(issue)))
        self.gateway.edit_note(issue.project_id, issue.iid, note_id, body)

    def _draft(self, site: Site, issue: Issue, notes: Iterable[Note]) -> tuple[Note | None, str]:
        """The comment with the letter, and the digest of the letter in it."""
        for note in notes:
            if mark := self._mark(site, issue, note, DRAFT):
                return note, mark.value
        return None, ""

    def _body(self, topic: str, issue: Issue, mail: Mail, *marks: Mark, link: str = "") -> str:
        """The one comment about the letter, from the draft to the day it left."""
        words = self.renderer.text(
            "issue/award_letter.note.md.j2",
            topic=topic,
            to=code(mail.to.address),
            subject=mail.subject,
            text=mail.text,
            link=link,
        )
        every = (Mark(DRAFT, digest(mail), _place(issue)), *marks)
        return "\n".join([words.strip(), "", *map(self.marker.write, every)])

    def _finds(self, site: Site, issue: Issue, notes: tuple[Note, ...], kind: str, key: str) -> bool:
        return any(mark and mark.value == key for mark in (self._mark(site, issue, note, kind) for note in notes))

    def _mark(self, site: Site, issue: Issue, note: Note, kind: str) -> Mark | None:
        """The mark of that kind in a comment of the bot's."""
        if note.author.id != site.bot.id:
            return None
        marks = (found.mark for found in self.marker.find(note.body) if found.valid)
        return next((mark for mark in marks if mark.kind == kind and mark.place == _place(issue)), None)


def _place(issue: Issue) -> str:
    return Subject.issue(issue.project_id, issue.iid).key
