"""A small story for each rule about awards, for the proof that each of them does something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from bot.domain.partners.programme import Programmes
from bot.render import Renderer, template_dirs
from bot.sandbox.example import REGISTRY
from bot.voice.cases import render_award
from tests.stage import ROOT, Stage

FILES: Final = ("people", "roles", "regions", "partners")
ENGINEERS = ("{sales_core: 2, sa_core: 1, pse: 2}", "{sales_core: 2, sa_core: 1, pse: 3}")
REVIEWED = (
    "certifications: []\n    stage",
    "certifications: [{cert: psp, awarded_on: 2025-12-01, review_month: 12}]\n    stage",
)


def registry(on: Stage, old: str, new: str) -> None:
    """The registry's project with the shipped files, of which one says something else."""

    def text(name: str) -> str:
        shipped = Path(ROOT / "config/registry" / f"{name}.yml").read_text("utf-8")
        return shipped.replace(old, new) if name == "partners" else shipped

    actions = [{"action": "create", "file_path": f"{name}.yml", "content": text(name)} for name in FILES]
    project = on.as_("ops-lead").projects.get(REGISTRY)
    project.commits.create({"branch": "main", "commit_message": "Begin", "actions": actions})


def award(on: Stage, *ticked: str, cert: str = "PSP", **fields: Any) -> Any:
    """Acme's award, opened by a person from the template, with these tasks done."""
    lines = render_award(Renderer(template_dirs()), Programmes())[1].splitlines()
    done = [line.replace("[ ]", "[x]") if any(f"t:{one} " in line for one in ticked) else line for line in lines]
    form = f"DRI: @cam-emea\n\n- Partner: Acme Consulting\n- Certification: {cert}\n\n"
    text = "\n".join(line for line in done if not line.startswith("- ") or "[" in line)
    title = f"Partner_Certification_Award - Acme - {cert}"
    return on.issue(**{"title": title, "description": form + text, **fields})


def told(on: Stage, issue: Any, order: str) -> None:
    issue.notes.create({"body": f"@channel-bot {order}"})


def opened_twice(on: Stage, cert: str) -> None:
    """Two people open it, and a third asks for it."""
    award(on, cert=cert)
    told(on, award(on, cert=cert, title="The same once more"), f"award open acme {cert}")


def closed(on: Stage) -> None:
    """One award is closed too early and one complete; another partner's certification is a year old."""
    registry(on, *REVIEWED)
    early = award(on, "cam.1")
    on.edit(early, state_event="close")
    everything = ("cam.1", "cam.2", "cam.4", "phd.1", "phd.2", "phd.3")
    whole = award(on, *everything, title="Partner_Certification_Award")
    on.edit(whole, state_event="close")
    on.look(early, whole)


def ready(on: Stage, *ticked: str) -> object:
    """An award that nothing blocks."""
    registry(on, *ENGINEERS)
    return award(on, *ticked)


AWARD_STORIES: Mapping[str, Callable[[Stage], object]] = {
    "AW-01": award,
    "AW-04": lambda on: registry(on, *ENGINEERS),
    "AW-05": lambda on: opened_twice(on, "PSP"),
    "AW-06": lambda on: opened_twice(on, "CTP"),
    "AW-07": award,
    "AW-08": ready,
    "AW-09": award,
    "AW-10": ready,
    "AW-11": lambda on: ready(on, "cam.1", "phd.1", "phd.2"),
    "AW-12": lambda on: told(on, award(on), "award press-release"),
    "AW-13": closed,
}
