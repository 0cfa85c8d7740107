"""A template, a partner and a handful of values become a mail that may leave, or a list of what forbids it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from bot.domain.registry import Partner
from bot.domain.speech import code
from bot.errors import AskAPerson
from bot.mail.envelope import Address, Mail, message_id
from bot.mail.house import LINKS, LOGO, House
from bot.mail.lint import Problem, lint
from bot.render import Renderer

PARTS: Final = ("subject.txt", "body.txt", "body.html")
WHERE: Final[Mapping[str, str]] = {
    "contact": "the contact's name in the partner's entry of partners.yml: contacts.primary.name",
    "partner": "the partner's name in partners.yml: name",
    "cam": "the Channel Account Manager's name in people.yml: name, under the handle that is the account_manager",
    "is_first": "'yes' or 'no': whether partners.yml lists no earlier certification",
    **{name: f"the link in site.yml: {key}" for name, key in LINKS.items()},
    LOGO: "the link in site.yml: mail.links.logo, for the partner's track",
}
"""Where each placeholder is filled in."""
ELEMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "award_psp": ("badge_psp", "press_release", "social_kit", "locator", "cam"),
    "award_ctp": ("badge_ctp", "press_release", "social_kit", "locator", "cam"),
}
"""What the handbook wants in a letter (AW-08); both of its bodies must have each."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is to be told: `key` names the occasion, once and for all."""

    key: str
    template: str
    """The folder below templates/email."""
    partner: Partner
    others: Sequence[Partner]
    """All other partners of the registry: none of them is mentioned."""
    to: Address
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """By placeholder, beside the links of site.yml; none may be empty."""


def to_contact(
    key: str,
    template: str,
    partner: Partner,
    others: Sequence[Partner],
    values: Mapping[str, str],
    *,
    cc: tuple[Address, ...] = (),
    reply_to: Address | None = None,
) -> Letter:
    """A letter to the partner's primary contact; AskAPerson where partners.yml names nobody who can be written to."""
    contact = partner.contacts.primary
    if contact is None or not contact.email:
        raise AskAPerson(
            f"{code(partner.name)} has nobody to write to; fill in contacts.primary with name and email in its entry"
            " of partners.yml"
        )
    return Letter(
        key=key,
        template=template,
        partner=partner,
        others=tuple(other for other in others if other.id != partner.id),
        to=Address(contact.name, contact.email),
        cc=cc,
        reply_to=reply_to,
        values={"contact": contact.name, "partner": partner.name, **values},
    )


class Letters:
    """Composes letters from the team's templates."""

    def __init__(self, renderer: Renderer, house: House) -> None:
        self.renderer = renderer
        self.house = house

    def compose(self, letter: Letter) -> Mail:
        """The letter as a mail that is fit to be shown and sent; AskAPerson lists everything that forbids it."""
        values = {**self.house.links_for(letter.partner.track), **letter.values}
        if problems := [*self._gaps(letter.template, values)]:
            raise _refusal(letter, problems)
        subject, text, html = (self.renderer.text(f"email/{letter.template}/{part}.j2", **values) for part in PARTS)
        mail = Mail(
            subject=subject.strip(),
            text=text.strip() + "\n",
            html=html.strip() + "\n",
            to=letter.to,
            cc=letter.cc,
            sender=self.house.sender,
            message_id=message_id(letter.key, self.house.sender),
            reply_to=letter.reply_to,
        )
        if problems := [*lint(mail, self.house, letter.partner, letter.others)]:
            raise _refusal(letter, problems)
        return mail

    def _gaps(self, template: str, values: Mapping[str, str]) -> Iterator[Problem]:
        """What the templates ask for and nobody gave, what they lack, and values that break out of their line."""
        named = {part: self.renderer.placeholders(f"email/{template}/{part}.j2") for part in PARTS}
        for part, names in named.items():
            path = self.renderer.shown(f"email/{template}/{part}.j2")
            for name in sorted(names):
                yield from _gap(str(path), name, values)
            for name in ELEMENTS.get(template, ()):
                if part.startswith("body") and name not in names:
                    yield Problem(str(path), f"the placeholder {name!r} is not there; this letter must have it (AW-08)")


def _gap(path: str, name: str, values: Mapping[str, str]) -> Iterator[Problem]:
    value = values.get(name, "")
    if not value.strip():
        yield Problem(path, f"the placeholder {name!r} has no value; {_remedy(name)}")
    elif not value.isprintable():
        yield Problem(path, f"the value of {name!r} has a line break or another invisible character; {_remedy(name)}")


def _remedy(name: str) -> str:
    if name in WHERE:
        return f"fill in {WHERE[name]}"
    near = get_close_matches(name, WHERE, n=1)
    return f"did you mean {near[0]!r}?" if near else f"the names here are {', '.join(sorted(WHERE))}"


def _refusal(letter: Letter, problems: Sequence[Problem]) -> AskAPerson:
    found = "\n".join(f"- {problem}" for problem in problems)
    what = f"{code(letter.template)} to {code(letter.partner.name)}"
    return AskAPerson(f"the letter {what} stays here until this is right:\n\n{found}")
