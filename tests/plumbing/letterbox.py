"""A house, two partners and a letter between them, for the tests of mails."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from bot.config import SHIPPED, load
from bot.domain.registry import Contact, Contacts, Partner
from bot.mail.envelope import Address, Mail, message_id
from bot.mail.house import House
from bot.mail.letters import Letter, Letters, to_contact
from bot.render import Renderer, template_dirs

CONTACT: Final = Address("Pat Example", "pat@acme.example")
CAM: Final = Address("CAM EMEA", "cam-emea@gitlab.com")
ACME: Final = Partner(
    id="acme",
    name="Acme Consulting",
    region="emea",
    account_manager="cam-emea",
    aliases=("Acme Consulting GmbH",),
    contacts=Contacts(
        primary=Contact(CONTACT.name, CONTACT.address), license=Contact("Lee Example", "licences@acme-group.example")
    ),
)
OTHERS: Final = (
    Partner("muellers", "Müller & Söhne", "emea", "cam-emea", aliases=("Beta Corp",)),
    Partner("acme-labs", "Acme", "amer", "cam-amer"),
    Partner("tokyo", "東京技研", "apac", "cam-apac"),
)
VALUES: Final = {"cam": "CAM EMEA", "is_first": "yes"}


@cache
def house() -> House:
    """The one of the shipped site.yml."""
    return House.of(load(SHIPPED[-1]).site)


def letter(template: str = "award_psp", partner: Partner = ACME, **values: str) -> Letter:
    """To the partner's contact, with a copy to the CAM."""
    made = to_contact(f"award:{partner.id}:{template}", template, partner, OTHERS, VALUES | values, cc=(CAM,))
    return replace(made, reply_to=CAM)


def letters() -> Letters:
    return Letters(Renderer(template_dirs()), house())


def mail(**changes: object) -> Mail:
    """A short mail that nothing is wrong with, but for the changes."""
    sender = Address("GitLab Channel Team", "partners@gitlab.com")
    short = Mail(
        subject="Congratulations, Acme Consulting",
        text="Hello Pat Example,\n\nwell done: https://about.gitlab.com/partners\n",
        html='<p>Hello Pat Example,</p><p><a href="https://about.gitlab.com/partners">well done</a></p>\n',
        to=CONTACT,
        cc=(CAM,),
        sender=sender,
        message_id=message_id("a key", sender),
        reply_to=CAM,
    )
    return replace(short, **changes)  # type: ignore[arg-type] # whatever a test wants to see refused
