"""An issue becomes the letters to partners that follow from it, ready to be copied, or the reasons against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.facts import Site
from bot.domain.gitlab import Issue
from bot.domain.helpdesk.reminding import mail_values
from bot.domain.helpdesk.reviews import MONTHLY, REMINDING, SELECT, Review, reviewed
from bot.domain.letters import Letter
from bot.domain.licensing.request import REQUESTS, Request, request_of
from bot.domain.licensing.verdict import is_certified
from bot.domain.registry import Contacts, Partner
from bot.domain.speech import clean
from bot.domain.templated import Templated
from bot.errors import AskAPerson
from bot.mail import letters
from bot.mail.envelope import Address, Mail, domain_of
from bot.mail.letters import Letters

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CaseLetters:
    """Makes letters about licences and reviews; without `letters` there is nobody to send them."""

    letters: Letters | None

    def reminders(self, case: Templated, issue: Issue, site: Site) -> Mapping[str, Letter]:
        """By partner, what it has not done in a review that has begun; none in an issue that is closed or elsewhere."""
        if case.template.key not in REMINDING or not (issue.is_open and case.is_home):
            return {}
        every = reviewed(case, issue.description, site.registry)
        return {one.partner.id: self._reminder(case, one, issue, site) for one in every if one.is_begun and one.failed}

    def _reminder(self, case: Templated, review: Review, issue: Issue, site: Site) -> Letter:
        partner, cam = review.partner, _manager(review.partner, site)
        template = f"{MONTHLY if case.template.key == MONTHLY else SELECT}_reminder"
        key = f"reminder {issue.project_id}/{issue.iid} {partner.id}"
        values = mail_values(site.registry, review)
        try:
            letter = letters.to_contact(
                key, template, partner, site.registry.partners, values, cc=(cam,) if cam else (), reply_to=cam
            )
            return _shown(self._composer().compose(letter))
        except AskAPerson as problem:
            return Letter(problem=str(problem))

    def of(self, case: Templated, issue: Issue, site: Site) -> Letter | None:
        """None for an issue that is about no licence, is closed, lies elsewhere, or lacks something."""
        if case.template.key not in REQUESTS or not (issue.is_open and case.is_home):
            return None
        request = request_of(case, site.licences)
        if request is None or (request.partner is None and request.kind.is_for_partners):
            return None
        try:
            return self._letter(request, issue, site)
        except AskAPerson as problem:
            return Letter(problem=str(problem))

    def _letter(self, request: Request, issue: Issue, site: Site) -> Letter:
        composer, partner, contact = self._composer(), _addressed(request), request.contact
        manager = site.registry.colleague(partner.account_manager) if partner.account_manager else None
        cam = _manager(partner, site)
        encouraged = request.kind.is_for_partners and not is_certified(request.partner)
        mail = composer.compose(
            letters.Letter(
                key=f"license {issue.project_id}/{issue.iid}",
                template="nfr_sent_encourage" if encouraged else "nfr_sent",
                partner=partner,
                others=tuple(one for one in site.registry.partners if one.id != partner.id),
                to=Address(clean(contact.name), contact.email),
                cc=(cam,) if cam else (),
                reply_to=cam,
                values={
                    "contact": clean(contact.name),
                    "partner": clean(partner.name),
                    "cam": manager.name if manager else partner.account_manager or NOBODY,
                    "has_cam": "yes" if partner.account_manager else "no",
                    "seats": str(request.seats),
                    "plan": request.kind.plan,
                    "word": request.kind.word,
                },
            )
        )
        return _shown(mail)

    def _composer(self) -> Letters:
        if self.letters is None:
            raise AskAPerson("site.yml does not say who sends mails; fill in 'mail.sender' with a name and an address")
        return self.letters


def _shown(mail: Mail) -> Letter:
    return Letter(mail.to.address, tuple(one.address for one in mail.cc), mail.subject, mail.text)


def _manager(partner: Partner, site: Site) -> Address | None:
    """The account manager's mailbox, where the registry has one."""
    manager = site.registry.colleague(partner.account_manager) if partner.account_manager else None
    return Address(manager.name, manager.email) if manager and manager.email else None


def _addressed(request: Request) -> Partner:
    """The partner with the form's contact, where that has an address like the partner's registered ones.

    Who is not in the registry has nobody registered: the form is all there is.
    """
    if request.partner is None:
        return Partner("", request.company, "", "", contacts=Contacts(license=request.contact))
    partner, contacts = request.partner, request.partner.contacts
    known = {domain_of(one.email) for one in (contacts.primary, contacts.admin, contacts.license) if one and one.email}
    if domain_of(request.contact.email) not in known:
        return partner
    return replace(partner, contacts=replace(contacts, license=request.contact))
