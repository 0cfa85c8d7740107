"""The registry: who works in the team, what each role is, where its regions are and which partners it looks after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.partners.partnernames import folded, nearly

DIRECTOR = "director"
"""The role whose lead hears last, when nobody else has acted."""
ENGINEERS = "professional_services"
"""The role whose holders migrate customers, and are at home in the practice group."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a team is for; `lead` is a handle without the @, `group` the GitLab group whose direct members hold it."""

    key: str
    name: str
    lead: str
    label: str = ""
    """The team label whose issues the lead answers for; empty: none."""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the team; `region` and `roles` are keys."""

    handle: str
    name: str
    region: str | None = None
    roles: tuple[str, ...] = ()
    manager: str = ""
    """The handle of who hears when this person does not answer; empty: nobody."""
    email: str = ""
    """Where partners write to; empty: to whoever sends the mail."""


@dataclass(frozen=True, slots=True)
class Region:
    """A sales region: `path` is the folder of its partners, `phd` its Partner Help Desk, by handle."""

    key: str
    name: str
    path: str
    phd: str
    phd_backup: str = ""
    agreement: str = ""
    """What the agreements call it; empty: as its name has it."""

    @property
    def agreement_name(self) -> str:
        return self.agreement or self.name


class Track(StrEnum):
    """The partner's level in the programme."""

    OPEN = "open"
    SELECT = "select"


class PartnerType(StrEnum):
    """What kind of a reseller or system integrator (SI) a partner is."""

    DMR = "dmr"
    """Direct market reseller."""
    GSI = "gsi"
    """Global SI."""
    RSI = "rsi"
    """Regional SI."""
    FSI = "fsi"
    """Federal SI."""


class Activity(StrEnum):
    """What a partner does with GitLab; each needs its own agreement."""

    RESALE = "resale"
    SERVICES = "services"
    REFERRAL = "referral"
    TRAINING = "training"
    MSP = "msp"


class Status(StrEnum):
    """How far a partner's contract is."""

    APPLICANT = "applicant"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    DENIED = "denied"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the partner; `gitlab` is a handle, if there is one."""

    name: str
    email: str = ""
    gitlab: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom to write to about what."""

    primary: Contact | None = None
    admin: Contact | None = None
    license: Contact | None = None


@dataclass(frozen=True, slots=True)
class Agreements:
    """The days on which the partner signed."""

    mpa: date | None = None
    services_addendum: date | None = None
    training_addendum: date | None = None
    reseller_addendum: date | None = None
    msp_agreement: date | None = None
    legal_exhibit: date | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """The way into the training programme (CTP), which is by invitation."""

    invited_on: date | None = None
    approved_by: str = ""
    started_on: date | None = None
    """The day of the enrolment."""
    withdrawn_on: date | None = None
    """The day on which the partner gave up; a new enrolment empties it."""


@dataclass(frozen=True, slots=True)
class Practitioners:
    """How many people of the partner hold what."""

    sales_core: int = 0
    sa_core: int = 0
    pse: int = 0
    trainers: int = 0
    trainer_courses: int = 0


@dataclass(frozen=True, slots=True)
class Certification:
    """A certification of the partner, looked at again each year in `review_month` (1 to 12)."""

    cert: str
    awarded_on: date
    review_month: int | None = None
    issue: str = ""
    """The reference of the award's issue."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that is not for resale (NFR)."""

    kind: str
    seats: int
    expires: date | None = None
    issue: str = ""
    """The reference of the issue in which it was asked for."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner as of a day; `account_manager` is a handle, `region` a key."""

    id: str
    name: str
    region: str
    account_manager: str
    aliases: tuple[str, ...] = ()
    track: Track = Track.OPEN
    status: Status = Status.APPLICANT
    types: tuple[PartnerType, ...] = ()
    ps_kind: str = ""
    contacts: Contacts = Contacts()
    agreements: Agreements = Agreements()
    ctp: Invitation = Invitation()
    practitioners: Practitioners = Practitioners()
    certifications: tuple[Certification, ...] = ()
    nfr: tuple[Licence, ...] = ()
    stage: str = ""
    """Where on the capabilities journey."""
    last_phd_review: date | None = None
    as_of: date | None = None
    """The day this entry was last compared with the systems it mirrors; empty: the file's."""
    activities: tuple[Activity, ...] = ()
    multi_region_approved_by: str = ""
    """Who of the channel's leadership allowed this partner in more than one region; empty: nobody did."""
    people: tuple[str, ...] = ()
    """The handles of its people that are no contacts."""

    authorized_on: date | None = None
    """The day on which the partner was authorized; empty: that of its master agreement."""

    @property
    def handles(self) -> frozenset[str]:
        """The handles of everybody of the partner's that the registry knows, in small letters."""
        contacts = (self.contacts.primary, self.contacts.admin, self.contacts.license)
        named = (*self.people, *(one.gitlab for one in contacts if one))
        return frozenset(handle.casefold() for handle in named if handle)


@dataclass(frozen=True, slots=True)
class Registry:
    """One state of the registry, whole and checked; `commit` is empty for the files that came with the configuration.

    Handles are compared without regard to case, as GitLab does.
    """

    people: tuple[Colleague, ...] = ()
    roles: tuple[Role, ...] = ()
    regions: tuple[Region, ...] = ()
    partners: tuple[Partner, ...] = ()
    commit: str = ""
    as_of: date | None = None
    """The day the partners were last compared with the systems they mirror."""

    @property
    def director(self) -> str:
        """The handle of the director; empty when there is none."""
        return self.holder(DIRECTOR)

    def lead_of(self, label: str) -> str | None:
        """Who answers for issues with a team label when nobody else is named."""
        return next((role.lead for role in self.roles if label and role.label == label), None)

    def role(self, key: str) -> Role | None:
        return next((role for role in self.roles if role.key == key), None)

    def holder(self, key: str) -> str:
        """The handle of a role's lead; empty when there is no such role."""
        role = self.role(key)
        return role.lead if role else ""

    @property
    def region_names(self) -> Mapping[str, tuple[str, ...]]:
        """What a text may call each region, by its key."""
        return {one.key: (one.key, one.name, one.path) for one in self.regions}

    def region(self, key: str) -> Region | None:
        return next((region for region in self.regions if region.key == key), None)

    def partner(self, partner_id: str) -> Partner | None:
        return next((partner for partner in self.partners if partner.id == partner_id), None)

    def partner_called(self, name: str) -> Partner | None:
        """The partner with this id, name or alias, in any case."""
        wanted = name.strip().casefold()
        return next((one for one in self.partners if wanted in map(str.casefold, names_of(one))), None)

    def partner_nearly(self, name: str) -> Partner | None:
        """The partner that is called nearly so."""
        spellings = {folded(said): one for one in self.partners for said in names_of(one)}
        return spellings.get(nearly(name, spellings))

    def partner_of(self, handle: str) -> Partner | None:
        """The partner for whom this account works."""
        return next((one for one in self.partners if handle.casefold() in one.handles), None)

    def colleague(self, handle: str) -> Colleague | None:
        """`handle` with or without its @."""
        wanted = handle.removeprefix("@").casefold()
        return next((one for one in self.people if one.handle.casefold() == wanted), None)

    def knows(self, handle: str) -> bool:
        return self.colleague(handle) is not None


def names_of(partner: Partner) -> tuple[str, ...]:
    """Everything a partner is called."""
    return (partner.id, partner.name, *partner.aliases)
