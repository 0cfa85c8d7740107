"""`check`: configuration, templates and, with `--live`, GitLab itself, each finding with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict

import click
from rich.text import Text

from bot.check import Finding, failed, look_offline, look_online
from bot.commands._common import configured, format_option, out, print_json
from bot.config import config_dir
from bot.render import Renderer, template_dirs
from bot.rules import discovered

COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("check")
@click.option("--live", is_flag=True, help="Ask GitLab too: token, rights, labels, webhook, plan. Writes nothing.")
@format_option
def command(*, live: bool, form: str) -> None:
    """Check configuration and templates; exit code 1 when something is wrong."""
    directory = config_dir(os.environ)
    findings = [*look_offline(directory, os.environ, Renderer(template_dirs()), discovered())]
    if live:
        broken = [Finding("warn", "GitLab", "not asked, since what failed above has to be mended first")]
        findings += broken if failed(findings) else look_online(*configured())
    if form == "json":
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if failed(findings):
        raise click.exceptions.Exit(1)


def _print(findings: Iterable[Finding]) -> None:
    for finding in findings:
        line = Text(f"{finding.verdict:<5}", COLORS[finding.verdict])
        out.print(line.append(": ".join(filter(None, (finding.what, finding.advice))), "default"))
