"""`import nfr` opens an issue for each line of the form's sheet, once, and says which lines it cannot read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from bot.commands._nfr import MOST, nfr
from bot.domain.registry import Colleague, Partner, Registry
from bot.errors import AskAPerson
from bot.registry.columns import Unreadable
from bot.registry.sheet import Asked, Repeated, read_sheet
from tests.plumbing.scene import CHANNELS, Scene, scene

HEAD = "Timestamp,Email Address,Partner Name,License type,Number of users,License contact,Contact e-mail,Renewal\n"
ACME = "11/24/2026 10:15:00,cam-emea@gitlab.com,Acme Consulting,Self-managed,10,Lee Example,lee@acme.example,no\n"
ZED = "11/24/2026 11:00:00,zed@zed.example,Zed,integration,ten,,,\n"
REGISTRY = Registry(
    people=(Colleague("cam-emea", "CAM EMEA", email="cam-emea@gitlab.com"),),
    partners=(Partner("acme", "Acme Consulting", "emea", "cam-emea"), Partner("bolt", "Bolt", "amer", "cam-amer")),
    as_of=date(2026, 11, 2),
)


def lines(folder: Path, text: str | bytes, registry: Registry = REGISTRY) -> list[Asked | Unreadable | Repeated]:
    file = folder / "sheet.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_sheet(file, registry))


def test_a_line_is_a_request(tmp_path: Path) -> None:
    (found,) = lines(tmp_path, HEAD + ACME)
    assert isinstance(found, Asked)
    assert (found.line, found.template, found.partner, found.submitted) == (
        *(2, "nfr_request", "Acme Consulting"),
        "2026-11-24 10:15:00",
    )
    assert found.values == {
        "partner": "Acme Consulting",
        "kind": "self-managed",
        "requested_by": "@cam-emea",
        "email": "lee@acme.example",
        "seats": "10",
        "contact": "Lee Example",
        "renewal": "no",
    }
    assert found.is_known


def test_what_it_lacks_or_has_wrong_is_the_issues_affair(tmp_path: Path) -> None:
    (found,) = lines(tmp_path, HEAD + ZED)
    assert isinstance(found, Asked)
    assert (found.template, found.is_known, found.near) == ("integration_licence", False, "")
    assert found.values == {
        "partner": "Zed",
        "kind": "integration",
        "requested_by": "zed at zed.example",
        "seats": "ten",
    }
    (near,) = lines(tmp_path, HEAD + ACME.replace("Acme Consulting", "Acme Consultin").replace("Self-managed", "gold"))
    assert isinstance(near, Asked)
    assert (near.near, near.template, near.values["kind"]) == ("acme", "nfr_request", "gold")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24 10:15:00",
        "2026-11-24T10:15:00Z",
        "2026-11-24 10:15",
        "11/24/2026 10:15:00",
        "11/24/2026 10:15:00 AM",
        "24/11/2026 10:15",
        "24.11.2026 10:15:00",
        "46350.427083333336",
    ],
)
def test_however_the_sheet_was_saved_a_line_has_one_key(tmp_path: Path, written: str) -> None:
    (found,) = lines(
        tmp_path, HEAD + ACME.replace("11/24/2026 10:15:00", written).replace("Acme Consulting", "ACME  consulting")
    )
    (same,) = lines(tmp_path, "\ufeff" + (HEAD + ACME).replace(",", ";"))
    assert isinstance(found, Asked)
    assert isinstance(same, Asked)
    assert (found.key, found.submitted) == (same.key, "2026-11-24 10:15:00")


@pytest.mark.parametrize(
    ("written", "submitted"),
    [
        ("2026-11-24", "2026-11-24"),
        ("46350", "2026-11-24"),
        ("11/24/2026 12:05 AM", "2026-11-24 00:05:00"),
        ("11/24/2026 1:05 p.m.", "2026-11-24 13:05:00"),
    ],
)
def test_other_moments(tmp_path: Path, written: str, submitted: str) -> None:
    (found,) = lines(tmp_path, HEAD + ACME.replace("11/24/2026 10:15:00", written))
    assert isinstance(found, Asked)
    assert found.submitted == submitted


@pytest.mark.parametrize(
    ("old", "new", "trouble"),
    [
        ("11/24/2026 10:15:00", "yesterday", "timestamp is 'yesterday'; write it like 2026-11-02 10:15"),
        ("11/24/2026 10:15:00", "31/31/2026", "timestamp is '31/31/2026'; write it like 2026-11-02 10:15"),
        ("11/24/2026 10:15:00", "30.2.2026", "timestamp is '30.2.2026'; write it like 2026-11-02 10:15"),
        ("10:15:00", "25:15", "there is no time like '25:15'; write it like 10:15"),
        ("10:15:00", "noon", "the time 'noon' cannot be read; write it like 10:15"),
        ("Acme Consulting", "", "there is no partner; write its id or name"),
        ("Lee Example", "=1+1", "contact begins with '=', like a formula; write plain text"),
        (",10,Lee Example,lee@acme.example,no", "", "there are only 4 cells; look at the separators and quotes"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(tmp_path: Path, old: str, new: str, trouble: str) -> None:
    assert old in ACME
    (found,) = lines(tmp_path, HEAD + ACME.replace(old, new))
    assert isinstance(found, Unreadable)
    assert (found.line, found.text) == (2, trouble)


def test_the_same_line_twice_is_one(tmp_path: Path) -> None:
    first, second = lines(tmp_path, HEAD + ACME + ACME.replace("Acme Consulting", "acme consulting"))
    assert isinstance(first, Asked)
    assert second == Repeated(3, 2)


def test_a_line_stays_the_same_once_its_partner_is_known(tmp_path: Path) -> None:
    """Who follows the advice to add the partner does not get its issues once more."""
    known = replace(REGISTRY, partners=(*REGISTRY.partners, Partner("zed", "Zed", "emea", "cam-emea")))
    (before,), (after,) = lines(tmp_path, HEAD + ZED), lines(tmp_path, HEAD + ZED, known)
    assert isinstance(before, Asked)
    assert isinstance(after, Asked)
    assert (before.is_known, after.is_known) == (False, True)
    assert before.key == after.key


def test_one_line_tells_how_all_days_are_written(tmp_path: Path) -> None:
    """Whose 13/11 is a day of November has no 2/11 in February; who writes both ways is asked, and nothing is read."""
    second, later = (ACME.replace("11/24/2026", day) for day in ("2/11/2026", "13/11/2026"))
    first, other = lines(tmp_path, HEAD + second + later)
    assert isinstance(first, Asked)
    assert isinstance(other, Asked)
    assert (first.submitted[:10], other.submitted[:10]) == ("2026-11-02", "2026-11-13")
    (alone,) = lines(tmp_path, HEAD + second)
    assert isinstance(alone, Asked)
    assert alone.submitted[:10] == "2026-02-11"
    with pytest.raises(AskAPerson, match=r"sheet.csv:4: in line 4 the day comes first, and in line 2 the month; write"):
        lines(tmp_path, HEAD + ACME + second + later)
    nonsense = ACME.replace("11/24/2026", "99/11/2026")
    found = lines(tmp_path, f"Partner,{HEAD[:9]},Kind,Seats\nAcme\n")
    assert [type(one) for one in found] == [Unreadable]
    assert [type(one) for one in lines(tmp_path, HEAD + nonsense + ACME)] == [Unreadable, Asked]


def test_what_is_no_sheet_is_said_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(AskAPerson, match=r"sheet.csv:1: there is no column timestamp, kind, seats; the first row"):
        lines(tmp_path, "Partner\nAcme\n")
    with pytest.raises(AskAPerson, match="no column"):
        lines(tmp_path, "")
    with pytest.raises(AskAPerson, match="not UTF-8"):
        lines(tmp_path, HEAD.encode().replace(b"Renewal", b"R\xfc"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, templates=("nfr_request", "integration_licence")) as made:
        yield made


def run(on: Scene, text: str, *options: str) -> Result:
    file = on.config.parent / "sheet.csv"
    file.write_text(text)
    return on.run(nfr, str(file), "--at", "2026-11-24", *options)


def issues(on: Scene) -> list[Any]:
    found: list[Any] = on.api("GET", f"/projects/{CHANNELS.replace('/', '%2F')}/issues?per_page=100")
    return found


def test_the_sheet_is_listed_then_opened_and_the_second_time_nothing_is(world: Scene) -> None:
    shown = run(world, HEAD + ACME + ZED)
    assert shown.exit_code == 0, shown.output
    assert shown.output.endswith("Run it again with --apply to open these issues.\n")
    assert "line 3: 'Zed' is not in the registry\n" in shown.output
    assert issues(world) == []
    assert run(world, HEAD + ACME + ZED, "--apply").output.endswith("Opened 2 issues.\n")
    by_title = {one["title"]: one for one in issues(world)}
    assert sorted(by_title) == ["Integration license - Zed", "NFR license - Acme Consulting - self-managed"]
    acme = by_title["NFR license - Acme Consulting - self-managed"]["description"]
    assert "- Seats: 10\n- License contact: Lee Example\n- License e-mail: lee@acme.example\n" in acme
    again = run(world, HEAD + ACME + ZED, "--apply", "--format", "json")
    found = json.loads(again.stdout)
    assert found["said"] == "Nothing to open: each request that can be read has its issue."
    assert {one["issue"].partition("#")[0] for one in found["requests"]} == {CHANNELS}
    assert len(issues(world)) == 2


def test_what_somebody_deleted_is_not_opened_again_and_said(world: Scene) -> None:
    run(world, HEAD + ACME, "--apply")
    (issue,) = issues(world)
    world.api("DELETE", f"/projects/{issue['project_id']}/issues/{issue['iid']}")
    (request,) = json.loads(run(world, HEAD + ACME, "--apply", "--format", "json").stdout)["requests"]
    assert (request["issue"], issues(world)) == ("opened once", [])


def test_bad_lines_stop_it_unless_they_are_skipped(world: Scene) -> None:
    bad = "".join(ACME.replace("11/24/2026 10:15:00", f"day {number}") for number in range(MOST + 1))
    stopped = run(world, HEAD + ACME + bad, "--apply")
    assert stopped.exit_code == 1
    assert "line 3: timestamp is 'day 0'" in stopped.output
    assert "and 1 more lines that cannot be read" in stopped.output
    assert stopped.output.endswith("51 lines cannot be read. Mend the file, or leave them out with --skip-bad.\n")
    assert run(world, HEAD + ACME.replace("11/24", "x"), "--apply").output.count("1 line cannot be read") == 1
    assert issues(world) == []
    assert run(world, HEAD + ACME + bad, "--apply", "--skip-bad").output.endswith("Opened 1 issue.\n")
    assert len(issues(world)) == 1


def test_what_is_old_or_repeated_is_left_out_with_a_note(world: Scene) -> None:
    """The history of the sheet is not opened by accident, and a form sent in twice stops nothing."""
    old = ACME.replace("11/24/2026", "10/24/2026")
    done = run(world, HEAD + ACME + ACME + old, "--apply")
    assert done.exit_code == 0, done.output
    assert "line 3: left out, it is line 2 once more\n" in done.output
    assert "line 4: left out, 'Acme Consulting' asked on 2026-10-24\n" in done.output
    assert "1 line is older than 2026-10-25 and left out; --since 2026-10-24 takes all of them in\n" in done.output
    assert done.output.endswith("Opened 1 issue.\n")
    listed = json.loads(run(world, HEAD + ACME + ACME + old, "--format", "json").stdout)["left_out"]
    assert [one["line"] for one in listed] == [4, 3]
    turned = run(world, HEAD + ACME.replace("11/24/2026", "24/11/2026")).output
    assert "line 2 has the day before the month, so all days between slashes are read so\n" in turned
    assert "has the day before" not in done.output
    older = run(world, HEAD + ACME + old + old.replace("10:15", "9:15"))
    assert "2 lines are older" in older.output
    assert older.output.endswith("Nothing to open: each request that can be read has its issue.\n")
    assert run(world, HEAD + ACME + old, "--apply", "--since", "2026-10-24").output.endswith("Opened 1 issue.\n")
    assert len(issues(world)) == 2
    assert "left out" not in run(world, HEAD + ACME + old).output


def test_a_line_has_its_issue_once_whichever_way_its_day_was_read(world: Scene) -> None:
    """The month was taken to come first, until a later line told that the day does."""
    early, late = (ACME.replace("11/24/2026", day) for day in ("12/11/2026", "13/11/2026"))
    assert run(world, HEAD + early, "--apply").output.endswith("Opened 1 issue.\n")
    assert run(world, HEAD + early + late, "--apply").output.endswith("Opened 1 issue.\n")
    assert len(issues(world)) == 2
    assert run(world, HEAD + early + late, "--apply").output.endswith("each request that can be read has its issue.\n")


def test_two_lines_whose_day_and_month_change_places_are_two(world: Scene) -> None:
    october, november, late = (ACME.replace("11/24/2026", day) for day in ("11/10/2026", "10/11/2026", "13/11/2026"))
    since = ("--apply", "--since", "2026-10-01")
    assert run(world, HEAD + october + late, *since).output.endswith("Opened 2 issues.\n")
    assert run(world, HEAD + october + november + late, *since).output.endswith("Opened 1 issue.\n")


def test_a_dry_run_stays_one(world: Scene) -> None:
    world.configure("site.yml", "dry_run: false", "dry_run: true")
    assert "dry_run in site.yml is true" in run(world, HEAD + ACME, "--apply").output
    near = run(world, HEAD + ACME.replace("Acme Consulting", "Acme Consultin"), "--apply").output
    assert "'Acme Consultin' is not in the registry; if it is acme, add this name to its aliases" in near
    assert issues(world) == []
