"""An award issue becomes a letter to the partner: ready to be sent as a comment, and sent at most once.

What must outlast the database stands in GitLab: a comment claims the letter before the mail server hears of it. After a
crash in between nobody can tell whether the mail left, and the CAM is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.actions import SendMail
from bot.domain.cases import Draft
from bot.domain.facts import IssueFacts, Site
from bot.domain.gitlab import Issue, Note
from bot.domain.marks import Mark, Marker
from bot.domain.programme import Programme
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

CLAIMED, SENT, DRAFT = "mail-claimed", "mail-sent", "draft"
"""Kinds of marks on the comments about a letter: its key, or for a draft its digest."""
MIME: Final = "message/rfc822"


@dataclass(frozen=True, slots=True)
class Writing:
    """Makes letters about awards; without `letters` there is nobody to send them."""

    letters: Letters | None

    def compose(self, site: Site, partner: Partner, programme: Programme) -> Mail:
        """The letter as it reads today; AskAPerson lists everything that forbids it."""
        if self.letters is None:
            raise AskAPerson("site.yml does not say who sends mails; fill in 'mail.sender' with a name and an address")
        manager = site.registry.colleague(partner.account_manager)
        values = {
            "cam": manager.name if manager else partner.account_manager,
            "is_first": "no" if partner.certifications else "yes",
        }
        key = f"award {partner.id} {programme.key}"
        others = site.registry.partners
        cam = Address(manager.name, manager.email) if manager and manager.email else None
        copies = (cam,) if cam else ()
        letter = to_contact(key, f"award_{programme.key}", partner, others, values, cc=copies, reply_to=cam)
        return self.letters.compose(letter)

    def draft(self, site: Site, partner: Partner, programme: Programme) -> Draft:
        """Whether it can be made, and how it reads, in a word."""
        try:
            return Draft(digest=digest(self.compose(site, partner, programme)))
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
        mail = self.writing.compose(site, partner, programme)
        notes = self.gateway.notes(issue.project_id, issue.iid)
        known = {found.value: note for note in notes if (found := self._mark(site, issue, note, DRAFT))}
        if digest(mail) in known:
            return False
        before_write()
        name = f"{partner.id}-{programme.key}-award.eml"
        link = self.gateway.upload(issue.project_id, name, eml(mail), MIME)
        text = self._words("draft", mail, link=link)
        body = f"{text}\n\n{self.marker.write(Mark(DRAFT, digest(mail), _place(issue)))}"
        if known:
            self.gateway.edit_note(issue.project_id, issue.iid, min(note.id for note in known.values()), body)
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
        mail = self.writing.compose(site, partner, programme)
        notes = self.gateway.notes(issue.project_id, issue.iid)
        if self._finds(site, issue, notes, SENT, wish.key):
            return "found the mail sent"
        before_write()
        if self._finds(site, issue, notes, CLAIMED, wish.key) or not self.outbox.claim(wish.key, digest(mail)):
            raise AskAPerson(
                "I began to send this mail once and cannot tell whether it left. Please ask the partner; if it did not"
                " arrive, send the draft from your own mail program"
            )
        note_id = self._claim(issue, mail, wish.key)
        self._deliver(issue, mail, wish.key, note_id)
        return f"sent the mail {code(wish.template)}"

    def _claim(self, issue: Issue, mail: Mail, key: str) -> int:
        """Nothing was sent yet, so a claim that certainly failed is given back."""
        body = f"{self._words('claimed', mail)}\n\n{self.marker.write(Mark(CLAIMED, key, _place(issue)))}"
        try:
            return self.gateway.create_note(issue.project_id, issue.iid, body).id
        except Unclear:
            raise
        except Exception:
            self.outbox.settle(key, State.FAILED)
            raise

    def _deliver(self, issue: Issue, mail: Mail, key: str, note_id: int) -> None:
        assert self.mailer  # noqa: S101 - asked before anything was claimed
        try:
            self.mailer.send(mail)
        except NotSent:
            self.gateway.delete_note(issue.project_id, issue.iid, note_id)
            self.outbox.settle(key, State.FAILED)
            raise
        except Unclear as trouble:
            raise AskAPerson(f"{trouble}. Please ask the partner whether the mail arrived") from trouble
        self.outbox.settle(key, State.SENT)
        body = f"{self._words('sent', mail)}\n\n{self.marker.write(Mark(SENT, key, _place(issue)))}"
        self.gateway.edit_note(issue.project_id, issue.iid, note_id, body)

    def _finds(self, site: Site, issue: Issue, notes: tuple[Note, ...], kind: str, key: str) -> bool:
        return any(mark and mark.value == key for mark in (self._mark(site, issue, note, kind) for note in notes))

    def _mark(self, site: Site, issue: Issue, note: Note, kind: str) -> Mark | None:
        """The mark of that kind in a comment of the bot's."""
        if note.author.id != site.bot.id:
            return None
        marks = (found.mark for found in self.marker.find(note.body) if found.valid)
        return next((mark for mark in marks if mark.kind == kind and mark.place == _place(issue)), None)

    def _words(self, topic: str, mail: Mail, *, link: str = "") -> str:
        to = code(mail.to.address)
        return self.renderer.text(
            "issue/award_letter.note.md.j2", topic=topic, to=to, subject=mail.subject, text=mail.text, link=link
        ).strip()


def _place(issue: Issue) -> str:
    return Subject.issue(issue.project_id, issue.iid).key
