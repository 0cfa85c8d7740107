"""`import practitioners` shows old and new numbers, proposes them in one merge request, and names nobody."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import Result

from bot.commands.importing import command
from bot.errors import AskAPerson
from tests.plumbing.registry_world import PROJECT, SHIPPED
from tests.plumbing.scene import Scene, scene

HEAD = "Partner,E-mail,Accreditation,Earned on\n"
API = f"/projects/{PROJECT.replace('/', '%2F')}"
DAY = "2026-11-22"
PSES = "".join(f"Bolt Services Inc.,{who}@bolt.example,PSE,2026-10-01\n" for who in ("robin", "sasha", "kim", "kim"))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        push(made, SHIPPED["partners.yml"], action="create", others=True)
        yield made


def push(stage: Scene, partners: str, *, action: str = "update", others: bool = False) -> None:
    texts = {**(SHIPPED if others else {}), "partners.yml": partners}
    actions = [{"action": action, "file_path": path, "content": text} for path, text in texts.items()]
    stage.api("POST", f"{API}/repository/commits", branch="main", commit_message="A registry", actions=actions)


def run(stage: Scene, text: str, *options: str) -> Result:
    file = stage.config.parent / "export.csv"
    file.write_text(text)
    return stage.run(command, "practitioners", str(file), "--at", DAY, *options)


def requests(stage: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.api("GET", f"{API}/merge_requests?state=all")
    return found


def file_at(stage: Scene, ref: str) -> str:
    found = stage.api("GET", f"{API}/repository/files/partners.yml?ref={quote(ref, safe='')}")
    return base64.b64decode(found["content"]).decode()


def test_without_apply_the_numbers_are_printed_and_nothing_is_written(stage: Scene) -> None:
    result = run(stage, HEAD + PSES)
    assert result.exit_code == 0, result.output
    assert "Practitioners on 2026-11-22" in result.output
    assert "2 -> 3" in result.output
    assert "Left as they are, since no row is about them: Acme Consulting" in result.output
    assert "Left as it is, since no row is about it: sales_core, sa_core, trainer" in result.output
    assert result.output.endswith("Nothing was written. Run it again with --apply to propose this.\n")
    assert requests(stage) == []


def test_with_apply_there_is_one_merge_request_that_names_nobody(stage: Scene) -> None:
    result = run(stage, HEAD + PSES + "acme,pat@acme.example,PSE,2026-10-01\n", "--apply")
    assert result.output.endswith("Proposed !1: Record the practitioners of several partners\n")
    (request,) = requests(stage)
    assert "`Bolt Services`: `practitioners: {sales_core: 2, sa_core: 1, pse: 3" in request["description"]
    assert "example" not in request["description"]
    lines = set(file_at(stage, request["source_branch"]).splitlines()) - set(SHIPPED["partners.yml"].splitlines())
    assert lines == {
        "    practitioners: {sales_core: 2, sa_core: 1, pse: 3}",
        "    practitioners: {sales_core: 2, sa_core: 1, pse: 1}",
        "    as_of: 2026-11-22",
    }


def test_the_same_import_again_says_where_it_stands(stage: Scene) -> None:
    run(stage, HEAD + PSES, "--apply")
    again = "Nothing to propose: the merge request !1 says so already, or somebody is at work on it."
    assert run(stage, HEAD + PSES, "--apply").output.endswith(f"{again}\n")
    stage.api("PUT", f"{API}/merge_requests/1", state_event="close")
    closed = "Nothing was proposed: somebody closed !1, which said the same. Reopen it if that was a mistake."
    assert run(stage, HEAD + PSES, "--apply").output.endswith(f"{closed}\n")
    stage.api("PUT", f"{API}/merge_requests/1", state_event="reopen")
    stage.api("PUT", f"{API}/merge_requests/1/merge")
    assert run(stage, HEAD + PSES, "--apply").output.endswith("Nothing to propose: the registry says so already.\n")
    assert len(requests(stage)) == 1


def test_what_waits_follows_the_file_and_can_still_be_merged(stage: Scene) -> None:
    """Git takes two changes of neighbouring lines for a conflict, the emulator two changes of one file."""
    run(stage, HEAD + PSES, "--apply")
    push(stage, SHIPPED["partners.yml"].replace("seats: 10", "seats: 5"))
    assert "Proposed !1" in run(stage, HEAD + PSES + PSES.replace("robin", "lee"), "--apply").output
    stage.api("PUT", f"{API}/merge_requests/1/merge")
    now = file_at(stage, "main")
    assert "seats: 5" in now
    assert "pse: 4" in now


def test_a_bad_row_stops_everything_unless_it_is_to_be_skipped(stage: Scene) -> None:
    text = HEAD + PSES + "bolt,kim@bolt.example,PSE,yesterday\n"
    result = run(stage, text, "--apply")
    assert result.exit_code == 1
    assert "line 6: earned_on is 'yesterday'; write the day like 2026-11-02\n" in result.output
    assert result.output.endswith(
        "Nothing was proposed: 1 row cannot be read. Mend the file, or leave them out with --skip-bad.\n"
    )
    assert requests(stage) == []
    assert "Proposed !1" in run(stage, text, "--apply", "--skip-bad").output


def test_companies_that_nobody_knows_are_told_and_stop_nothing(stage: Scene) -> None:
    result = run(stage, HEAD + PSES + "Bolt Servces,x,PSE,2026-01-02\nZeta,x,PSE,2026-01-02\nZeta,y,PSE,2026-01-02\n")
    assert result.exit_code == 0
    assert (
        "line 6: 'Bolt Servces' is not in the registry; if it is bolt, add this name to its aliases\n" in result.output
    )
    assert "line 7: 'Zeta' is not in the registry; add it if it is a partner\n" in result.output
    assert "3 rows are about companies that are not in the registry, and were not counted\n" in result.output


def test_a_file_about_nobody_proposes_nothing(stage: Scene) -> None:
    result = run(stage, HEAD, "--apply")
    assert result.exit_code == 0
    assert result.output.endswith("Nothing to propose: no row that can be read is about a partner of the registry.\n")


def test_many_bad_rows_are_summed_up(stage: Scene) -> None:
    result = run(stage, HEAD + "bolt\n" * 60)
    assert "and 10 more rows that cannot be read\n" in result.output
    assert "60 rows cannot be read" in result.output


def test_programs_read_the_same(stage: Scene) -> None:
    found = json.loads(run(stage, HEAD + PSES, "--format", "json").stdout)
    assert found["as_of"] == DAY
    assert [one["id"] for one in found["partners"]] == ["bolt"]
    assert (found["partners"][0]["now"]["pse"], found["partners"][0]["then"]["pse"]) == (2, 3)
    assert (found["absent"], found["unreadable_rows"], found["unknown_rows"]) == (["acme"], 0, 0)


def test_a_dry_run_wins_over_apply(stage: Scene) -> None:
    stage.configure("site.yml", "dry_run: false", "dry_run: true")
    assert "dry_run in site.yml is true" in run(stage, HEAD + PSES, "--apply").output
    assert requests(stage) == []


def test_a_broken_registry_has_to_be_mended_first(stage: Scene) -> None:
    push(stage, "partners: 7\n")
    result = run(stage, HEAD + PSES, "--apply")
    assert isinstance(result.exception, AskAPerson)
    assert str(result.exception).startswith(
        "The newest commit of the registry is broken; mend it first: partners.yml:1:"
    )


def test_without_a_project_the_lines_to_write_are_printed_and_gitlab_is_not_asked(stage: Scene) -> None:
    stage.configure("site.yml", PROJECT, '""')
    before = stage.requests()
    result = run(stage, HEAD + PSES, "--apply")
    assert "Write this into" in result.output
    assert result.output.endswith(
        "  - id: bolt\n"
        "    practitioners: {sales_core: 2, sa_core: 1, pse: 3, trainers: 0, trainer_courses: 0}\n"
        "    as_of: 2026-11-22\n"
    )
    assert stage.requests() == before


def test_while_nobody_has_begun_the_project_it_is_the_same(tmp_path: Path) -> None:
    with scene(tmp_path) as stage:
        assert "  - id: bolt\n" in run(stage, HEAD + PSES, "--apply").output
