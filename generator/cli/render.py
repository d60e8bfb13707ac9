"""`segurdoc render`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import click

from generator.cli.exits import Exit
from generator.cli.options import DEFAULT_OUT
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.cli.options import attach_option
from generator.cli.options import document_option
from generator.cli.options import eligibles_option
from generator.cli.options import engines_or_exit
from generator.cli.options import format_option
from generator.cli.options import formats_of
from generator.cli.options import kinds_of
from generator.cli.options import making_option
from generator.cli.options import out_option
from generator.cli.options import reader_option
from generator.cli.options import register_option
from generator.cli.options import say_findings
from generator.cli.options import surroundings_or_exit
from generator.cli.options import template_option
from generator.cli.options import timeout_option
from generator.cli.options import today_option
from generator.cli.session import settings_or_exit
from generator.findings import Finding
from generator.findings import has_errors
from generator.lang import Lang
from generator.lang import Text
from generator.lang import counted
from generator.machine import MissingToolError
from generator.pipeline import render_order
from generator.references import Appel
from generator.rendered import DEFAULT_NAME
from generator.rendered import Engine
from generator.rendered import RenderOptions
from generator.rules import Surroundings
from generator.rules import review_appel
from generator.rules import review_surroundings
from generator.typeset import FORME_IMPOSSIBLE
from generator.validation import Checked
from generator.validation import side_by_side
from generator.validation import validate


@click.command("render")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="ORDER.json...")
@out_option
@document_option
@format_option
@template_option
@click.option("--verify", "verified", is_flag=True, help="Read each PDF back with an optical engine before delivery.")
@reader_option
@making_option
@attach_option
@timeout_option
@appel_option
@eligibles_option
@register_option
@today_option
@click.pass_obj
def command(
    lang: Lang,
    paths: tuple[str, ...],
    out: Path | None,
    documents: tuple[str, ...],
    formats: tuple[str, ...],
    template: Path | None,
    verified: bool,
    reader: str | None,
    engine: str,
    no_attach: bool,
    timeout: float,
    own_appels: tuple[Path, ...],
    eligibles: Path | None,
    registers: tuple[Path, ...],
    today: datetime.date,
) -> None:
    """Render orders to DOCX and PDF.

    Each document is read back before it is delivered: one that lacks a mention is an error and is not written. The
    files written are printed, one a line; everything else goes to the standard error.
    """  # fmt: skip
    settings = settings_or_exit(lang)
    appels = appels_or_exit(own_appels, lang)
    options = RenderOptions(
        documents=kinds_of(documents),
        formats=formats_of(formats),
        template=template,
        templates=tuple(settings.templates.items()),
        name=settings.name or DEFAULT_NAME,
        attach=not no_attach,
        timeout=timeout,
        engine=Engine(engine),
        engines=engines_or_exit(reader, lang) if verified or reader else (),
    )
    around = surroundings_or_exit(eligibles, registers, today, lang)
    run = _Run(lang, out or settings.out or DEFAULT_OUT, options)
    for checked in side_by_side(validate(paths, appels, settings.fournisseur, around), options.name):
        run.render(checked)
    run.close(around)
    if run.failed:
        raise click.exceptions.Exit(Exit.MACHINE if run.lacks_libreoffice else Exit.FINDINGS)


class _Run:
    """One call of the command: what was rendered so far, and what is to be said at its end."""

    def __init__(self, lang: Lang, out: Path, options: RenderOptions) -> None:
        self.failed = self.lacks_libreoffice = False
        self._lang, self._out, self._options = lang, out, options
        self._used: dict[str, Appel] = {}
        self._files = 0

    def render(self, checked: Checked) -> None:
        """Render one order, and say what is to be said of it."""
        self._say(checked.findings)
        if checked.appel:
            self._used[checked.appel.reference] = checked.appel
        if checked.order is None or checked.appel is None:
            self.failed = True
            return
        try:
            rendered = render_order(checked.order, checked.appel, self._out, self._options)
        except MissingToolError as error:
            self._say([error.finding])
            raise click.exceptions.Exit(Exit.MACHINE) from error
        for each in rendered:
            self._say(each.findings)
            self.lacks_libreoffice |= any(finding.kind is FORME_IMPOSSIBLE for finding in each.findings)
            self._files += len(each.files)
            for file in each.files:
                click.echo(file)

    def close(self, around: Surroundings) -> None:
        """Say what the records do not know, once each, and of the base, and count: it is no fault of an order."""
        self._say([finding for appel in self._used.values() for finding in review_appel(appel)])
        self._say(review_surroundings(around))
        count = Text(
            f"{counted(self._files, 'fichier écrit', 'fichiers écrits')} dans {self._out}",
            f"{self._files} file{'s'[: self._files != 1]} written to {self._out}",
        )
        click.echo(count.say(self._lang), err=True)

    def _say(self, findings: Sequence[Finding]) -> None:
        self.failed = self.failed or has_errors(findings)
        say_findings(findings, self._lang)
