"""The pages show the world readably, and nothing people wrote into it can act on whoever looks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import requests

from bot.sandbox.markdown import to_html
from bot.sandbox.records import Label
from tests.sandbox.edge_parts import Served, served

NASTY = (
    "<!-- mark: secret -->\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n"
    "[click](javascript:alert(1))\n\n![pic](https://tracker.example/p.png)\n\n"
    "text <b onmouseover=x>bold</b> <!-- two -->"
)


@pytest.fixture(scope="module")
def on() -> Iterator[Served]:
    with served() as running:
        fill(running)
        yield running


def fill(on: Served) -> None:
    at = on.scene
    at.issue.description, at.issue.weight, at.issue.due_date = f"DRI: @cam-emea\n\n{NASTY}", 2, date(2026, 12, 1)
    pale = at.world.add(Label(50, "Channel Priority:1", "#fc0", at.world.clock.now(), group_id=at.group.id))
    odd = at.world.add(Label(51, "<i>odd</i>", "crimson", at.world.clock.now(), group_id=at.group.id))
    at.issue.label_ids += [pale.id, odd.id]
    window = at.milestone(group_id=at.group.id, start_date=date(2026, 11, 16), due_date=date(2026, 11, 30))
    at.issue.milestone_id = window.id
    at.milestone(project_id=at.project.id, state="closed", description="**over**")
    at.milestone(group_id=at.group.id, due_date=date(2020, 1, 1))
    at.milestone(group_id=at.group.id, start_date=date(2090, 1, 1))
    at.note("All **set** <!-- bot --> now", internal=True, last_edited_at=datetime(2026, 11, 21, tzinfo=UTC))
    at.note("changed the weight to 2", system=True)


def page(on: Served, path: str) -> str:
    response = requests.get(on.url + path, timeout=5)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return response.text


def test_the_way_from_the_start_to_an_issue(on: Served) -> None:
    assert 'href="/gitlab-com/channel/channels"' in page(on, "/")
    assert 'href="/gitlab-com/channel/channels"' in page(on, "/gitlab-com/channel")
    assert 'href="/gitlab-com/channel"' in page(on, "/groups/gitlab-com")
    assert "CAM EMEA" in page(on, "/gitlab-com/channel")
    for path in ("", "/-/issues", "/-/work_items"):
        assert 'href="/gitlab-com/channel/channels/-/issues/1"' in page(on, f"/gitlab-com/channel/channels{path}")


@pytest.mark.parametrize("kind", ["issues", "work_items"])
def test_an_issue_shows_its_fields_and_comments(on: Served, kind: str) -> None:
    text = page(on, f"/gitlab-com/channel/channels/-/{kind}/1")
    for shown in (
        "Portal rollout", "CAM EMEA", "Channel Priority:1", "Channel - 1", "16 Nov 2026 – 30 Nov 2026", "1 Dec 2026",
        '<span class="ref">@cam-emea</span>', "<strong>set</strong>", "internal note", "edited 21 Nov 2026, 00:00 UTC",
    ):  # fmt: skip
        assert shown in text
    assert 'style="background: #ffcc00; color: #1f1e24"' in text
    assert 'style="background: #6b7280; color: #ffffff" title="">&lt;i&gt;odd&lt;/i&gt;' in text
    assert '<div class="event text"' in text


def test_nothing_people_wrote_runs_or_is_fetched(on: Served) -> None:
    text = page(on, "/gitlab-com/channel/channels/-/issues/1")
    for harm in (
        "<script",
        "<img",
        "<b onmouseover",
        'href="javascript:',
        "<!-- mark",
        "secret",
        "<!-- two",
        "<!-- bot",
    ):
        assert harm not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_milestones_show_their_dates_and_issues(on: Served) -> None:
    text = page(on, "/groups/gitlab-com/channel/-/milestones")
    assert text.index("16 Nov 2026") < text.index("Portal rollout")
    assert ">Past<" in text
    assert ">Upcoming<" in text
    assert "Portal rollout" in page(on, "/groups/gitlab-com/channel/-/milestones/1")
    assert "<strong>over</strong>" in page(on, "/gitlab-com/channel/channels/-/milestones")
    assert "No milestones yet" in page(on, "/groups/gitlab-com/-/milestones")


@pytest.mark.parametrize(
    "path",
    [
        "/nobody", "/gitlab-com/channel/channels/-/issues/99", "/nobody/-/issues/1", "/groups/nobody/-/milestones",
        "/groups/gitlab-com/channel/-/milestones/99", "/nobody/-/milestones",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(on: Served, path: str) -> None:
    assert requests.get(on.url + path, timeout=5).status_code == 404


def test_markdown_of_the_kind_people_write() -> None:
    tasks = str(to_html("- [ ] one\n- [x] two\n- [~] three\n- plain"))
    assert tasks.count('type="checkbox"') == 3
    assert tasks.count(" checked") == 1
    assert "<s>three</s>" in tasks
    assert "<li>plain</li>" in tasks
    assert "<td>1</td>" in str(to_html("| a |\n|---|\n| 1 |\n"))
    assert str(to_html('~"Channel Ops" and a@b.c')) == (
        '<p><span class="ref">~&quot;Channel Ops&quot;</span> and a@b.c</p>\n'
    )
    assert str(to_html("<!-- never closed\n\nsecret")) == ""
    assert str(to_html(None)) == ""
    assert str(to_html("![](https://x.example/a.png)")) == (
        '<p><a href="https://x.example/a.png" rel="noopener">image</a></p>\n'
    )


def test_a_fold_opens_and_closes_and_holds_no_other_html() -> None:
    text = "<details><summary><b>A letter</b> <i onclick=x>now</i></summary>\n\n- one\n\n</details>\n\n<details open>"
    assert str(to_html(text)) == (
        "<details><summary>A letter &lt;i onclick=x&gt;now&lt;/i&gt;</summary>\n"
        "<ul>\n<li>one</li>\n</ul>\n</details>\n<p>&lt;details open&gt;</p>\n"
    )
