"""The form of a licence issue becomes what is asked for: which kind, for whom, how many seats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.domain.form import Field, Kind
from bot.domain.forms import PARTNER, REGION, Form
from bot.domain.licensing.kinds import LicenceKind, Licences
from bot.domain.registry import Contact, Licence, Partner
from bot.domain.templated import Templated

REQUEST, INTEGRATION, RENEWAL = "nfr_request", "integration_licence", "nfr_renewal"
REQUESTS: Final = (REQUEST, INTEGRATION, RENEWAL)
"""The templates of which each issue is about one licence."""
ALLIANCE: Final = "alliance"
"""The kind of an integration licence."""
SENT, SALESFORCE, EXCEPTION, RENEW, DECLINED = "sent", "salesforce", "exception", "renew", "declined"
"""The last words of the ids of tasks."""
KIND: Final = Field(
    "kind",
    "License kind",
    ("Licence kind", "Kind", "Kind of license", "Kind of licence", "License type", "Licence type"),
    Kind.CHOICE,
    MappingProxyType(
        {
            "self_managed": ("self-managed", "self managed", "selfmanaged", "on premise", "on-premises"),
            "saas": ("SaaS", "GitLab.com", "gitlab com", "cloud"),
        }
    ),
)
SEATS: Final = Field(
    "seats",
    "Seats",
    ("Users", "User count", "Number of users", "Number of seats", "Seats requested", "Licenses", "Number of licenses"),
    Kind.COUNT,
)
CONTACT: Final = Field(
    "contact", "License contact", ("Licence contact", "Partner license contact", "License contact name", "Contact name")
)
EMAIL: Final = Field(
    "email", "License e-mail", ("Licence e-mail", "License contact e-mail", "License email", "E-mail", "Email address")
)
REQUESTED_BY: Final = Field("requested_by", "Requested by", ("Requestor", "Requester"), required=False)
RENEWED: Final = Field("renewal", "Renewal", ("Is it a renewal", "Renews a license"), Kind.YES_NO, required=False)
SENT_ON: Final = Field("sent_on", "Sent on", ("License sent on",), Kind.DATE, required=False)
EXPIRES: Final = Field("expires", "Expires", ("Expires on", "Expires at", "Expiration date"), Kind.DATE, required=False)
ENDS: Final = Field("ends", "License ends", ("Licence ends", "Old license ends"), Kind.DATE, required=False)
TAKEN_DOWN: Final = (REQUESTED_BY, SENT_ON, EXPIRES)
FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        REQUEST: (PARTNER, KIND, SEATS, CONTACT, EMAIL, RENEWED, REGION, *TAKEN_DOWN),
        INTEGRATION: (
            PARTNER,
            Field("seats", SEATS.label, SEATS.aliases, Kind.COUNT, required=False),
            CONTACT,
            EMAIL,
            RENEWED,
            *TAKEN_DOWN,
        ),
        RENEWAL: (PARTNER, KIND, SEATS, CONTACT, EMAIL, ENDS, RENEWED, REGION, *TAKEN_DOWN),
    }
)
"""By the key of the template."""


@dataclass(frozen=True, slots=True)
class Request:
    """One licence that is asked for; `renewal` None: the form does not say whether it replaces an older one."""

    kind: LicenceKind
    company: str
    seats: int
    contact: Contact
    partner: Partner | None = None
    renewal: bool | None = None
    sent_on: date | None = None
    expires: date | None = None
    ends: date | None = None
    """The last day of the licences that it renews, where the form names it."""
    beside: Mapping[str, int] = field(default_factory=dict)
    """By reference, the seats of the same kind that other open issues ask for."""

    @property
    def existing(self) -> tuple[Licence, ...]:
        """The partner's licences, those that ended among them."""
        return self.partner.nfr if self.partner else ()

    def running(self, today: date) -> tuple[Licence, ...]:
        """Those of the same kind that this one would stand beside."""
        same = [one for one in self.existing if one.kind == self.kind.key and not has_ended(one, today)]
        return tuple(one for one in same if one not in self.replaced(today))

    def replaced(self, today: date) -> tuple[Licence, ...]:
        """The licences whose place a renewal takes: all of its kind that end together.

        They are the next to end; where all have ended, those that did last.
        """
        if not self.renewal:
            return ()
        same = [one for one in self.existing if one.kind == self.kind.key and one.expires]
        running = [one for one in same if not has_ended(one, today)]
        old = min(running, key=_end, default=None) or max(same, key=_end, default=None)
        end = self.ends or (old.expires if old else None)
        return tuple(one for one in same if one.expires == end)


def has_ended(licence: Licence, today: date) -> bool:
    return licence.expires is not None and licence.expires < today


def request_of(case: Templated, licences: Licences) -> Request | None:
    """What the issue asks for; None while its form lacks something, or means a kind that is given to nobody."""
    form, key = case.form, case.template.key
    kind = licences.get(ALLIANCE if key == INTEGRATION else form.values.get("kind", ""))
    # A choice or number that is no answer is asked for, and until then nothing is judged.
    if kind is None or form.problems:
        return None
    seats = int(form.values["seats"]) if "seats" in form.values else kind.default_seats
    if seats is None:
        return None
    return Request(
        kind=kind,
        company=case.partner.name if case.partner else form.values["partner"],
        seats=seats,
        contact=Contact(form.values["contact"], form.values["email"]),
        partner=case.partner,
        renewal={"yes": True, "no": False}.get(form.values.get("renewal", ""), True if key == RENEWAL else None),
        sent_on=_day(form.values.get("sent_on", "")),
        expires=_day(form.values.get("expires", "")),
        ends=_day(form.values.get("ends", "")),
    )


def task(case: Templated, word: str) -> str:
    """The id of the issue's task."""
    return f"{case.template.key}.{word}"


def _end(licence: Licence) -> date:
    return licence.expires or date.max


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
