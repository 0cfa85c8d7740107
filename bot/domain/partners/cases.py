"""Cases: issues in which a certification takes its course, each with what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.checklist import Checklist
from bot.domain.form import Reading
from bot.domain.partners.programme import Programme
from bot.domain.partners.record import Record
from bot.domain.registry import Partner


@dataclass(frozen=True, slots=True)
class Tracking:
    """The issue that a partner and the team work through; `master` is what the bot's template asks.

    It lies where the partner may edit everything, so nothing of `record` is read from it.
    """

    partner: Partner
    programme: Programme
    record: Record
    master: Checklist


@dataclass(frozen=True, slots=True)
class Candidate:
    """The issue of somebody at the partner who wants to become a certified trainer."""

    partner: Partner
    programme: Programme
    record: Record
    form: Reading
    master: Checklist


@dataclass(frozen=True, slots=True)
class Draft:
    """The letter that goes with an award as it reads today; with a `problem`, in Markdown, it cannot be made.

    `digest` changes when the letter does.
    """

    digest: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """The issue in which a partner is given a certification; None: the form does not say which, see its problems.

    `master` is what the bot's template asks of this partner.
    """

    partner: Partner | None
    programme: Programme | None
    form: Reading
    master: Checklist
    draft: Draft = Draft()
