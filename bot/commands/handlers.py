"""`handlers`: the table of rules, for people, for programs, and as the page `docs/handlers.md`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands._common import print_json, print_table
from bot.config import SHIPPED, Config, load
from bot.handbook import elsewhere, page, table
from bot.rules import discovered

PAGE = Path(__file__).parents[2] / "docs" / "handlers.md"


@click.command("handlers")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="What to print: for people, for programs, or docs/handlers.md.",
)
def command(form: str) -> None:
    """Show every rule: its name, the handbook processes it carries, its policy."""
    handlers = discovered()
    match form:
        case "json":
            print_json(table(handlers, shipped().handbook))
        case "markdown":
            click.echo(shipped_page(), nl=False)
        case _:
            rows = [(handler.name, ", ".join(handler.handbook), handler.policy) for handler in handlers]
            rules = shipped().handbook
            rows += [(by, ", ".join(ids), rules[ids[0]].reason) for by, ids in elsewhere(rules).items()]
            print_table("Rules", ("name", "handbook", "policy"), rows)


def shipped_page() -> str:
    """The page for the shipped configuration, whatever is configured here."""
    return page(discovered(), shipped())


def shipped() -> Config:
    return load(next(path for path in SHIPPED if path.is_dir()))


if __name__ == "__main__":
    PAGE.write_text(shipped_page(), encoding="utf-8")
