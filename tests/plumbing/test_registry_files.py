"""Four files are a registry as a whole or not at all, and every mistake in them is told with its line."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.domain.partners.agreements import regions_verdict
from bot.domain.registry import Licence, Practitioners, Registry, Status, Track
from bot.errors import ConfigError
from bot.registry.files import SHAPES
from bot.registry.loader import EMPTY, MISSING, MOST, Broken, from_directory, start, understood
from tests.stage import ROOT

SHIPPED = ROOT / "config" / "registry"
TEXTS: Mapping[str, str] = {
    "people.yml": "cam-emea: {name: CAM EMEA, region: emea, roles: [account_manager]}\nphd-emea:\n  region: emea\n",
    "roles.yml": "account_manager: {name: CAM, lead: CAM-emea, label: Channel Ops, group: acme/team/cams}\n",
    "regions.yml": "emea: {name: EMEA, path: emea, phd: phd-emea}\n",
    "partners.yml": (
        "as_of: 2026-11-02\n"
        "partners:\n"
        "  - id: acme\n"
        "    name: Acme\n"
        "    aliases: [ACME GmbH]\n"
        "    region: emea\n"
        "    account_manager: cam-emea\n"
    ),
}


def complaints(**changed: str) -> list[str]:
    """What is said when these files, named without .yml, read otherwise."""
    found = understood({**TEXTS, **{f"{name}.yml": text for name, text in changed.items()}})
    return [str(problem) for problem in found.problems] if isinstance(found, Broken) else []


def test_the_shipped_files_are_a_registry() -> None:
    registry = from_directory(SHIPPED)
    acme, bolt = registry.partners
    assert (bolt.name, bolt.practitioners.pse) == ("Bolt Services", 2)
    assert registry.director == "channel-director"
    assert registry.as_of == date(2026, 11, 2)
    assert (acme.track, acme.status) == (Track.SELECT, Status.AUTHORIZED)
    assert acme.nfr == (Licence("self_managed", 10, date(2027, 4, 30)),)
    assert acme.contacts.primary
    assert acme.contacts.primary.gitlab == "pat-example"


def test_the_shipped_partners_have_what_their_stories_need() -> None:
    registry = from_directory(SHIPPED)
    acme, bolt = registry.partners
    assert regions_verdict(registry, acme).is_fine
    assert acme.ctp.invited_on
    assert acme.ctp.approved_by
    assert bolt.practitioners == Practitioners(sales_core=2, sa_core=1, pse=2)
    assert [one.manager for one in registry.people if "account_manager" in one.roles] == ["programs-lead"] * 3


@pytest.mark.parametrize(
    "written", ["a/b#12", "https://gitlab.com/a/b/-/issues/12", "http://x.io/a/b/-/work_items/12#note_3"]
)
def test_a_license_is_of_the_same_issue_by_its_reference_or_its_address(written: str) -> None:
    held = f"    nfr: [{{kind: saas, seats: 5, expires: 2027-04-30, issue: '{written}'}}, {{kind: saas, seats: 1}}]\n"
    found = understood({**TEXTS, "partners.yml": TEXTS["partners.yml"] + held})
    assert isinstance(found, Registry)
    assert [one.issue for one in found.partners[0].nfr] == ["a/b#12", ""]


def test_an_agreement_calls_a_region_as_it_does_or_by_its_name() -> None:
    found = understood({**TEXTS, "regions.yml": TEXTS["regions.yml"].replace("}", ", agreement: Europe}")})
    assert isinstance(found, Registry)
    assert [one.agreement_name for one in found.regions] == ["Europe"]
    (emea,) = [one for one in from_directory(SHIPPED).regions if one.key == "emea"]
    assert emea.agreement_name == "EMEA"


def test_the_commit_is_remembered_and_a_name_is_the_handle_where_nobody_gave_one() -> None:
    registry = understood(TEXTS, "1a2b3c")
    assert isinstance(registry, Registry)
    assert registry.commit == "1a2b3c"
    assert [one.name for one in registry.people] == ["CAM EMEA", "phd-emea"]


WRONG = {
    "unknown key": ("people", "cam-emea: {regin: emea}\n", "people.yml:1: unknown key 'regin', did you mean 'region'?"),
    "unknown key of a partner": (
        "partners",
        TEXTS["partners.yml"] + "    trak: open\n",
        "partners.yml:8: unknown key 'trak', did you mean 'track'?",
    ),
    "missing key": ("roles", "account_manager:\n  name: CAM\n", "roles.yml:1: missing key 'lead' in 'account_manager'"),
    "unknown track": (
        "partners",
        TEXTS["partners.yml"] + "    track: gold\n",
        "partners.yml:8: 'partners[0].track' must be one of 'open' or 'select', not 'gold'",
    ),
    "no date": (
        "partners",
        TEXTS["partners.yml"] + "    agreements:\n      mpa: soon\n",
        "partners.yml:9: 'partners[0].agreements.mpa' must be a date like 2026-01-31, not 'soon'",
    ),
    "unknown manager": (
        "people",
        TEXTS["people.yml"] + "  manager: cam-emae\n",
        "people.yml:4: unknown person 'cam-emae', did you mean 'cam-emea'?",
    ),
    "one's own manager": (
        "people",
        TEXTS["people.yml"] + "  manager: PHD-emea\n",
        "people.yml:4: 'phd-emea' cannot be their own manager; name who is",
    ),
    "a manager who is no account": (
        "people",
        TEXTS["people.yml"] + "  manager: '@cam-emea'\n",
        "people.yml:4: '@cam-emea' is no name in GitLab; write it without the @, as the profile has it",
    ),
    "unknown activity": (
        "partners",
        TEXTS["partners.yml"] + "    activities: [selling]\n",
        (
            "partners.yml:8: 'partners[0].activities[0]' must be one of "
            "'resale', 'services', 'referral', 'training' or 'msp', not 'selling'"
        ),
    ),
    "unknown type": (
        "partners",
        TEXTS["partners.yml"] + "    types: [rsi, var]\n",
        "partners.yml:8: 'partners[0].types[1]' must be one of 'dmr', 'gsi', 'rsi' or 'fsi', not 'var'",
    ),
    "an approval by nobody we know": (
        "partners",
        TEXTS["partners.yml"] + "    multi_region_approved_by: cfo\n",
        "partners.yml:8: unknown person 'cfo'; add it to people.yml",
    ),
    "gone before it came": (
        "partners",
        TEXTS["partners.yml"] + "    ctp:\n      started_on: 2026-11-02\n      withdrawn_on: 2026-11-01\n",
        "partners.yml:10: 2026-11-01 is before the enrolment of 2026-11-02; put one of them right",
    ),
    "one certification twice": (
        "partners",
        TEXTS["partners.yml"]
        + "    certifications:\n    - {cert: psp, awarded_on: 2026-01-02}\n    - {cert: PSP, awarded_on: 2027-01-02}\n",
        "partners.yml:10: 'PSP' is already listed further up; keep the entry that is in force",
    ),
    "unknown role": (
        "people",
        TEXTS["people.yml"] + "  roles: [acount_manager]\n",
        "people.yml:4: unknown role 'acount_manager', did you mean 'account_manager'?",
    ),
    "unknown region of a person": (
        "people",
        TEXTS["people.yml"] + "ops-lead:\n  region: mars\n",
        "people.yml:5: unknown region 'mars'; add it to regions.yml",
    ),
    "unknown region of a partner": (
        "partners",
        TEXTS["partners.yml"].replace("region: emea", "region: emae"),
        "partners.yml:6: unknown region 'emae', did you mean 'emea'?",
    ),
    "unknown lead": (
        "roles",
        TEXTS["roles.yml"].replace("CAM-emea", "cam-apac"),
        "roles.yml:1: unknown person 'cam-apac', did you mean 'cam-emea'?",
    ),
    "unknown help desk": (
        "regions",
        "emea:\n  name: EMEA\n  path: emea\n  phd: nobody\n",
        "regions.yml:4: unknown person 'nobody'; add it to people.yml",
    ),
    "unknown stand-in": (
        "regions",
        TEXTS["regions.yml"] + "apac: {name: APAC, path: apac, phd: phd-emea, phd_backup: nobody}\n",
        "regions.yml:2: unknown person 'nobody'; add it to people.yml",
    ),
    "unknown account manager": (
        "partners",
        TEXTS["partners.yml"].replace("account_manager: cam-emea", "account_manager: pat"),
        "partners.yml:7: unknown person 'pat'; add it to people.yml",
    ),
    "unknown approver": (
        "partners",
        TEXTS["partners.yml"] + "    ctp: {approved_by: pat}\n",
        "partners.yml:8: unknown person 'pat'; add it to people.yml",
    ),
    "a handle twice": (
        "people",
        TEXTS["people.yml"] + "Cam-EMEA: {}\n",
        "people.yml:4: the handle 'Cam-EMEA' is already taken further up; keep one of them",
    ),
    "a label twice": (
        "roles",
        TEXTS["roles.yml"] + "ops: {name: Ops, lead: cam-emea, label: Channel Ops}\n",
        "roles.yml:2: the label 'Channel Ops' is already taken further up; keep one of them",
    ),
    "a group twice": (
        "roles",
        TEXTS["roles.yml"] + "ops: {name: Ops, lead: cam-emea, group: Acme/Team/cams}\n",
        "roles.yml:2: the group 'Acme/Team/cams' is already taken further up; keep one of them",
    ),
    "a folder twice": (
        "regions",
        TEXTS["regions.yml"] + "apac: {name: APAC, path: emea, phd: phd-emea}\n",
        "regions.yml:2: the path 'emea' is already taken further up; keep one of them",
    ),
    "another's alias": (
        "partners",
        TEXTS["partners.yml"] + "  - {id: acme2, name: acme gmbh, region: emea, account_manager: cam-emea}\n",
        "partners.yml:8: the name of a partner 'acme gmbh' is already taken further up; keep one of them",
    ),
    "a handle with its @": (
        "people",
        TEXTS["people.yml"] + '"@ops-lead": {}\n',
        "people.yml:4: '@ops-lead' is no name in GitLab; write it without the @, as the profile has it",
    ),
    "a contact's handle with its @": (
        "partners",
        TEXTS["partners.yml"] + "    contacts: {primary: {name: Pat, gitlab: '@pat'}}\n",
        "partners.yml:8: '@pat' is no name in GitLab; write it without the @, as the profile has it",
    ),
    "a key with blanks": (
        "regions",
        TEXTS["regions.yml"] + "Asia Pacific: {name: APAC, path: apac, phd: phd-emea}\n",
        "regions.yml:2: 'Asia Pacific' is no key; write small letters and digits, with single dashes or underscores",
    ),
    "a group that is no path": (
        "roles",
        TEXTS["roles.yml"].replace("acme/team/cams", "/acme"),
        "roles.yml:1: '/acme' is no full path; copy it from GitLab's address bar, like gitlab-com/channel",
    ),
    "fewer people than none": (
        "partners",
        TEXTS["partners.yml"] + "    practitioners: {pse: -1}\n",
        "partners.yml:8: -1 is no number of people",
    ),
    "no seats": (
        "partners",
        TEXTS["partners.yml"] + "    nfr: [{kind: self_managed, seats: 0}]\n",
        "partners.yml:8: 0 is no number of seats",
    ),
    "a thirteenth month": (
        "partners",
        TEXTS["partners.yml"]
        + "    certifications:\n"
        + "".join(f"      - {{cert: psp, awarded_on: 2026-10-02, review_month: {month}}}\n" for month in (12, 13)),
        "partners.yml:10: a month is a number from 1 to 12",
    ),
    "nothing": ("people", "# nobody\n", f"people.yml:1: {EMPTY}"),
    "a tab": (
        "people",
        "cam:\n\tregion: emea\n",
        "people.yml:2: a YAML file is indented with spaces; line 2 has a tab",
    ),
}


@pytest.mark.parametrize(("file", "text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_where_it_is(file: str, text: str, said: str) -> None:
    assert any(line.startswith(said) for line in complaints(**{file: text})), complaints(**{file: text})


def test_a_partner_may_be_called_the_same_in_three_places() -> None:
    assert complaints(partners=TEXTS["partners.yml"].replace("ACME GmbH", "Acme")) == []


def test_files_that_are_wrong_alone_are_not_compared() -> None:
    """A file with a typing mistake would only make strangers of everybody in it."""
    assert complaints(people="cam-emea: {regin: emea}\n") == [
        "people.yml:1: unknown key 'regin', did you mean 'region'?"
    ]


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    said = complaints(people="a: {x: 1}\nb: {y: 1}\n", regions="- emea\n")
    assert [line.split(" ")[0] for line in said] == ["people.yml:1:", "people.yml:2:", "regions.yml:1:"]


def test_a_file_that_is_not_there_is_told() -> None:
    found = understood({name: text for name, text in TEXTS.items() if name != "roles.yml"})
    assert isinstance(found, Broken)
    assert [str(problem) for problem in found.problems] == [f"roles.yml:1: {MISSING}"]
    assert not found.is_blank
    blank = understood({})
    assert isinstance(blank, Broken)
    assert blank.is_blank


def test_a_flood_of_contradictions_is_cut() -> None:
    people = TEXTS["people.yml"] + "".join(f"p{at}: {{region: nowhere}}\n" for at in range(3000))
    assert len(complaints(people=people)) == MOST


def test_names_are_not_guessed_among_thousands() -> None:
    people = TEXTS["people.yml"] + "".join(f"cam-{at}: {{}}\n" for at in range(600))
    said = complaints(people=people, roles=TEXTS["roles.yml"].replace("CAM-emea", "cam-apac"))
    assert said == ["roles.yml:1: unknown person 'cam-apac'; add it to people.yml"]


HOSTILE = {
    "aliases that multiply": ("a: &a [x]\nb: &b [*a, *a]\n", "1: anchors and aliases are not for a registry"),
    "a merge": ("a: {name: A}\nb:\n  <<: *a\n", "3: anchors and aliases are not for a registry"),
    "an anchor in itself": ("a: &a [*a]\n", "1: anchors and aliases are not for a registry"),
    "depth in brackets": ("[" * 100_000, "1: this is nested deeper than 12 levels"),
    "depth in dashes": ("- " * 50_000, "1: this is nested deeper than 12 levels"),
    "depth in keys": ("? " * 50_000, "1: this is nested deeper than 12 levels"),
    "a number of thousands of digits": ("a: 0x" + "f" * 5_000, "1: this value has 5002 characters; keep it to 300"),
    "a number in base sixty": ("a: " + "59:" * 2_000 + "1.5", "1: this value has 6003 characters; keep it to 300"),
    "a tag that crashes the parser": ("a: !!int ''\n", "1: tags (words with '!') mean nothing here; remove it"),
    "an object of Python": ("a: !!python/name:os 1\n", "1: tags (words with '!') mean nothing here; remove it"),
    "half a character": ('a: "\\ud800"\n', "1: this value has line breaks or control characters"),
    "a line break in a value": ('a: "x\\ny"\n', "1: this value has line breaks or control characters"),
    "bytes that are no text": ("\n\x00\x01\n", "2: there is a character that no text file has; remove it"),
    "bytes that were no UTF-8": ("a: x\nb: \ufffd\n", "2: this is not UTF-8 text; save the file as UTF-8"),
    "a file without end": ("# " + "x" * 500_000, "1: the file has 500002 characters; keep it below 500000"),
    "two documents": ("--- {}\n--- {}\n", "2: this is not YAML ("),
    "no number at all": ("a: .nan\n", "1: 'a' must be a mapping"),
}


@pytest.mark.parametrize(("text", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_a_clear_problem_and_takes_no_time(text: str, said: str) -> None:
    began = time.monotonic()
    first, *_ = complaints(people=text)
    assert first.startswith(f"people.yml:{said}")
    assert time.monotonic() - began < 3


@pytest.mark.unmeasured
def test_no_text_crashes_the_reader() -> None:
    """Pieces of YAML in any order are a registry or a problem, never an exception."""
    chance = random.Random(20461)
    pieces = [*"{}[],:-?&*!|>'\"%@`#=~<\n\t ", "a", "cam-emea", "!!int", "!!timestamp", "0x1f", "1:59", "2026-02-30"]
    pieces += [
        "<<",
        "--- ",
        "...",
        ".inf",
        "1e999",
        "\\u0000",
        "  ",
        ": ",
        "- ",
        "? ",
        "name",
        "roles",
        "2001-01-01 1:1:1",
    ]
    for _ in range(1_500):
        text = "".join(chance.choices(pieces, k=chance.randint(1, 25)))
        name = chance.choice([*SHAPES])
        assert isinstance(understood({**TEXTS, name: text}), Registry | Broken)


def test_a_directory_that_is_no_registry_is_told_file_by_file(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    assert isinstance(from_directory(tmp_path), Registry)
    (tmp_path / "people.yml").write_text("cam-emea: {regin: emea}\n")
    with pytest.raises(ConfigError) as raised:
        from_directory(tmp_path)
    assert str(raised.value) == f"{tmp_path}/people.yml:1: unknown key 'regin', did you mean 'region'?"
    (tmp_path / "people.yml").write_bytes(b"cam-emea: {}\n# \xe4\n")
    (tmp_path / "roles.yml").unlink()
    with pytest.raises(ConfigError, match=r"people\.yml:2: this is not UTF-8(.|\n)*roles\.yml:1: the file cannot be"):
        from_directory(tmp_path)


def test_the_files_for_a_start_are_beside_the_configuration_else_the_shipped_ones(tmp_path: Path) -> None:
    assert start(tmp_path) == SHIPPED
    (tmp_path / "registry").mkdir()
    assert start(tmp_path) == tmp_path / "registry"
