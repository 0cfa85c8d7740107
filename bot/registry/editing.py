"""The text of partners.yml and what should change in it become the text in which only those lines are different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Final, assert_never

import yaml

from bot.domain.partners.changes import (
    Advanced,
    Certified,
    Change,
    Enrolled,
    Licensed,
    Practised,
    Proposal,
    Reviewed,
    Withdrawn,
    certification,
    changed,
    renewed,
)
from bot.domain.registry import Certification, Partner, Practitioners
from bot.domain.speech import code
from bot.errors import AskAPerson
from bot.registry.files import PARTNERS, Partners
from bot.registry.loader import Broken, partners_of
from bot.registry.splicing import (
    Splice,
    Splicer,
    Unfit,
    Value,
    bracketed,
    mapping_at,
    pair,
    sequence_at,
    spliced,
    written,
)

ORDER: Final = tuple(one.name for one in fields(Partner))
"""Where a new key goes: behind the last of those before it."""


def edited(text: str, partner_id: str, change: Change) -> str:
    """partners.yml with the change in one entry: comments, order, spacing and every other character as they were.

    AskAPerson, with what to write by hand, where that cannot be.
    """
    return edited_together(text, [Proposal(partner_id, change)])


def edited_together(text: str, proposals: Sequence[Proposal]) -> str:
    """The same for several entries, each of another partner."""
    before = partners_of(text)
    if isinstance(before, Broken):
        raise AskAPerson(_by_hand(f"{before.problems[0]}", proposals))
    try:
        new = spliced(text, _splices(text, before, proposals))
    except Unfit as unfit:
        raise AskAPerson(_by_hand(f"{PARTNERS}:{unfit.line}: {unfit}", proposals)) from unfit
    if partners_of(new) != _wanted(before, proposals):
        raise AskAPerson(_by_hand(f"{PARTNERS}:1: the file is written in a way that I cannot edit safely", proposals))
    return new


def in_words(change: Change) -> str:
    """What an entry should say, in one line of YAML and words."""
    match change:
        case Enrolled(on):
            return f"ctp: {{started_on: {on}}}, without withdrawn_on"
        case Withdrawn(on):
            return f"ctp: {{withdrawn_on: {on}}}"
        case Certified():
            return f"certifications: [{bracketed(_award(change))}]"
        case Licensed():
            place = f"in place of the one until {change.replaces}" if change.replaces else "beside what is there"
            return f"- {bracketed(_licence(change))} under nfr, {place}"
        case Practised(practitioners, as_of):
            return f"practitioners: {bracketed(_numbers(practitioners))}, as_of: {as_of}"
        case Reviewed(on):
            return f"last_phd_review: {on}"
        case Advanced(stage):
            return f"stage: {stage}"
        case _:
            assert_never(change)


def _wanted(before: Partners, proposals: Sequence[Proposal]) -> Partners:
    changes = {one.partner_id: one.change for one in proposals}
    after = (changed(one, changes[one.id]) if one.id in changes else one for one in before.partners)
    return before.model_copy(update={"partners": tuple(after)})


def _by_hand(trouble: str, proposals: Sequence[Proposal]) -> str:
    what = "; ".join(f"for {code(one.partner_id)} {code(in_words(one.change))}" for one in proposals)
    return f"{trouble}. Please write it into {PARTNERS} by hand: {what}"


def _splices(text: str, before: Partners, proposals: Sequence[Proposal]) -> Iterator[Splice]:
    splicer, nodes = Splicer(text), _entries(text)
    entries = {one.id: one for one in before.partners}
    for proposal in proposals:
        if proposal.partner_id not in entries:
            raise Unfit(1, f"there is no entry with the id {proposal.partner_id}")
        was, node = entries[proposal.partner_id], nodes[proposal.partner_id]
        yield from _of_change(splicer, node, was, proposal.change)


def _entries(text: str) -> dict[str, yaml.MappingNode]:
    """The nodes of the partners by their ids."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    found = sequence_at(root, "partners") if isinstance(root, yaml.MappingNode) else None
    nodes = [one for one in found.value if isinstance(one, yaml.MappingNode)] if found else []
    return {str(named[1].value): one for one in nodes if (named := pair(one, "id"))}


def _of_change(splicer: Splicer, node: yaml.MappingNode, was: Partner, change: Change) -> Iterator[Splice]:
    match change:
        case Enrolled(on):
            yield from _enrolment(splicer, node, was, on)
        case Withdrawn(on):
            yield from _filled(splicer, node, "ctp", {"withdrawn_on": on})
        case Certified():
            yield from _certification(splicer, node, was, change)
        case Licensed():
            yield from _listed(splicer, node, was, change)
        case Practised(practitioners, as_of):
            now, then = _numbers(was.practitioners), _numbers(practitioners)
            yield from _filled(splicer, node, "practitioners", {at: n for at, n in then.items() if n != now[at]})
            yield from _own(splicer, node, "as_of", was.as_of, as_of)
        case Reviewed(on):
            yield from _own(splicer, node, "last_phd_review", was.last_phd_review, on)
        case Advanced(stage):
            yield from _own(splicer, node, "stage", was.stage, stage)
        case _:
            assert_never(change)


def _enrolment(splicer: Splicer, node: yaml.MappingNode, was: Partner, on: date) -> Iterator[Splice]:
    ctp = mapping_at(node, "ctp")
    if ctp is None or was.ctp.withdrawn_on is None:
        yield from _filled(splicer, node, "ctp", {"started_on": on})
    elif pair(ctp, "started_on"):
        yield from splicer.put(ctp, {"started_on": on})
        yield splicer.drop(ctp, "withdrawn_on")
    else:
        yield splicer.rename(ctp, "withdrawn_on", "started_on", on)


def _filled(splicer: Splicer, node: yaml.MappingNode, key: str, values: Mapping[str, Value]) -> Iterator[Splice]:
    """These values in the mapping under the key, which need not be there yet."""
    inner = mapping_at(node, key)
    if inner is not None:
        yield from splicer.put(inner, values)
    elif values:
        yield splicer.add(node, key, bracketed(values), _before(key))


def _own(splicer: Splicer, node: yaml.MappingNode, key: str, was: Value | None, now: Value) -> Iterator[Splice]:
    """A value of the entry's own."""
    if pair(node, key):
        yield from splicer.put(node, {key: now})
    elif was != now:
        yield splicer.add(node, key, written(now), _before(key))


def _certification(splicer: Splicer, node: yaml.MappingNode, was: Partner, award: Certified) -> Iterator[Splice]:
    held, listed = certification(was, award.cert), sequence_at(node, "certifications")
    if held is not None and listed is not None:
        item = listed.value[was.certifications.index(held)]
        if not isinstance(item, yaml.MappingNode):
            raise Unfit(item.start_mark.line + 1, "this certification is no mapping")
        yield from splicer.put(item, _anew(held, award))
    elif listed is not None:
        yield splicer.append(listed, bracketed(_award(award)))
    else:
        yield splicer.add(node, "certifications", f"[{bracketed(_award(award))}]", _before("certifications"))


def _listed(splicer: Splicer, node: yaml.MappingNode, was: Partner, change: Licensed) -> Iterator[Splice]:
    """The licence among the partner's, in the place of those that it renews."""
    old, listed = renewed(was, change), sequence_at(node, "nfr")
    if old and listed is not None:
        item = listed.value[old[0]]
        if not isinstance(item, yaml.MappingNode):
            raise Unfit(item.start_mark.line + 1, "this license is no mapping")
        yield from splicer.put(item, _licence(change))
        yield from (splicer.drop_item(listed, at) for at in old[1:])
    elif listed is not None:
        yield splicer.append(listed, bracketed(_licence(change)))
    else:
        yield splicer.add(node, "nfr", f"[{bracketed(_licence(change))}]", _before("nfr"))


def _licence(change: Licensed) -> dict[str, Value]:
    return {"kind": change.kind, "seats": change.seats, "expires": change.expires, "issue": change.issue}


def _anew(held: Certification, award: Certified) -> dict[str, Value]:
    """What an entry of the same certification has to change."""
    kept = Certified(held.cert, held.awarded_on, held.review_month, held.issue)
    now = _award(kept)
    return {key: value for key, value in _award(replace(award, cert=held.cert)).items() if now.get(key) != value}


def _award(award: Certified) -> dict[str, Value]:
    found: dict[str, Value] = {"cert": award.cert, "awarded_on": award.awarded_on}
    if award.review_month is not None:
        found["review_month"] = award.review_month
    if award.issue:
        found["issue"] = award.issue
    return found


def _numbers(practitioners: Practitioners) -> dict[str, Value]:
    return {one.name: getattr(practitioners, one.name) for one in fields(Practitioners)}


def _before(key: str) -> Sequence[str]:
    return ORDER[: ORDER.index(key)]
