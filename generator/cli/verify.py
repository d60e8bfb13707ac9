"""`segurdoc verify`: read documents back, and compare each with its order."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import completion, inputs, options, reporting
from generator.cli.commands import Command, usage_error
from generator.cli.paths import ExistingPath, refuse_overwriting
from generator.cli.session import Exit, current_language, echo
from generator.common.files import deliver
from generator.common.findings import has_errors, has_warnings
from generator.common.language import text
from generator.common.missing_tools import MOTEUR_ABSENT
from generator.dossier.signed import SUFFIXES
from generator.references import Appels, DocumentKind
from generator.reports.verdicts import asked_of, read_answers, unchanged, write_answers
from generator.rules.validation import CheckedOrder, validate
from generator.verify.installed import READER_NAMES, find_readers
from generator.verify.without_reader import read_text_only

if TYPE_CHECKING:
    from generator.verify.documents import VerifyOptions
    from generator.verify.verify import Verified

REPORT_FORMATS = ("text", "json", "junit", "sarif", "github")
_PAGE = ".html"
REPORT_SUFFIXES = {_PAGE: "html", ".json": "json", ".xml": "junit", ".sarif": "sarif"}
"""The form of `--report`, by the ending of its name."""


@click.command("verify", cls=Command)
@click.argument("files", nargs=-1, required=True, type=ExistingPath(), metavar="FILE...")
@click.option("--order", type=ExistingPath(), metavar="FILE")
@click.option("--orders", type=ExistingPath(), metavar="DIR")
@options.document_option
@click.option("--reference", metavar="AF", shell_complete=completion.references)
@options.reader_option
# What `verify` called it before; to other commands the engine is what makes PDFs.
@click.option("--engine", "old_reader", type=click.Choice([*READER_NAMES, "all"]), hidden=True)
@options.wear_option
@options.template_option
@options.trust_option
@click.option("--strict", is_flag=True)
@click.option("--format", "form", type=click.Choice(REPORT_FORMATS), default="text", show_default=True)
@click.option("--annotate", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.png")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--manifest", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.jsonl")
@options.appel_option
@options.limit_options
def command(
    files: tuple[Path, ...],
    order: Path | None,
    orders: Path | None,
    document: str | None,
    reference: str | None,
    reader: str | None,
    old_reader: str | None,
    wears: tuple[str, ...],
    template: Path | None,
    trust_roots: tuple[Path, ...],
    strict: bool,
    form: str,
    annotate: Path | None,
    report: Path | None,
    manifest: Path | None,
    own_appels: tuple[Path, ...],
) -> None:
    """Read documents back, and compare each with its order."""
    if order and orders:
        raise usage_error("exclusive", first="--order", second="--orders")
    paths = _documents(files)
    outputs = _Outputs(annotate, report, manifest, form)
    _check_outputs(outputs, paths, (order, orders, template))
    appels = inputs.appels_or_exit(own_appels)
    if reference and reference not in appels:
        raise usage_error("unknown-reference", known=", ".join(sorted(appels)))
    kind = DocumentKind(document) if document else None
    reader = reader or old_reader
    reads = bool(reader or wears or strict)
    # Without a reader the text of PDFs can still be compared. Whoever asked for more learns which reader is missing.
    if not (reads or annotate or outputs.has_page or manifest or trust_roots) and find_readers(None)[1]:
        known, is_refused = _orders(order or orders, appels)
        _verify_text(paths, known, appels, kind, outputs)
    else:
        readers = inputs.readers_or_exit(reader)
        # Late: without the extra `ocr`, whose libraries it needs, the line before has ended the run.
        from generator.verify.documents import VerifyOptions

        known, is_refused = _orders(order or orders, appels)
        verify_options = VerifyOptions(
            readers=readers,
            wears=options.wears_of(wears),
            document=kind,
            reference=reference,
            # One order of `--order` is that of every document; of several, each document names its own.
            sought=orders is not None or len(known) > 1,
            roots=inputs.roots_or_exit(trust_roots),
            templates=_templates(template),
            reads=reads,
        )
        _verify_all(paths, known, appels, verify_options, outputs, strict=strict)
    # No document could be compared with an order that was refused.
    if is_refused:
        raise click.exceptions.Exit(Exit.FINDINGS)


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The files to write where they are asked for, and the form of the answer."""

    annotate: Path | None
    report: Path | None
    manifest: Path | None
    form: str

    @property
    def has_page(self) -> bool:
        """Whether the report is a page for people, with pictures of the pages."""
        return self.report is not None and self.report.suffix.lower() == _PAGE


def _check_outputs(outputs: _Outputs, paths: Sequence[Path], read: Sequence[Path | None]) -> None:
    """Refuse outputs that would replace a file that is read, or one another."""
    if outputs.annotate and len(paths) > 1:
        raise usage_error("annotate-one")
    if outputs.report and outputs.report.suffix.lower() not in REPORT_SUFFIXES:
        endings = ", ".join(REPORT_SUFFIXES)
        raise usage_error("ending", option="--report", file=outputs.report.name, endings=endings)
    named = {"--annotate": outputs.annotate, "--report": outputs.report, "--manifest": outputs.manifest}
    written = {option: path for option, path in named.items() if path}
    # Resolved: `a.html` and `./a.html` are one file.
    if len({path.resolve() for path in written.values()}) < len(written):
        raise usage_error("overwrite-each-other", options=", ".join(written))
    for option, path in written.items():
        refuse_overwriting(path, (*paths, *read), option)


def _verify_all(
    given: Sequence[Path],
    known: Sequence[CheckedOrder],
    appels: Appels,
    options: VerifyOptions,
    outputs: _Outputs,
    *,
    strict: bool,
) -> None:
    """Verify the documents that the manifest has no answer for, and write what is asked for."""
    from generator.reports.verified import VERIFIED_REPORTERS
    from generator.verify.readers import ReaderMissingError
    from generator.verify.verify import joined

    lang = current_language()
    asked, answers = asked_of(known, options), read_answers(outputs.manifest) if outputs.manifest else {}
    before = unchanged(given, answers, asked)
    # A second run of a folder verifies only what is new or has changed.
    paths = [path for path in given if path not in before]
    try:
        read = _verified(paths, known, appels, options, draws=bool(outputs.annotate or outputs.has_page))
    except ReaderMissingError as error:
        inputs.end_missing(str(error))
    verified, pictures = joined([each for each, _ in read]), [drawn for _, drawn in read]
    if paths:
        click.echo(VERIFIED_REPORTERS[outputs.form](verified, lang))
    if before:
        echo(text("cli.verify.unchanged", count=len(before)), err=True)
    if outputs.manifest:
        write_answers(outputs.manifest, answers, verified, asked)
    if outputs.annotate and pictures[0]:
        reporting.write_pages(outputs.annotate, pictures[0], err=True)
    elif outputs.annotate:
        echo(text("cli.verify.no-page"), err=True)
    if outputs.report and outputs.has_page:
        _report(verified, pictures, outputs.report)
    elif outputs.report:
        said = VERIFIED_REPORTERS[REPORT_SUFFIXES[outputs.report.suffix.lower()]](verified, lang)
        _deliver_report(outputs.report, said)
    # With `--strict` a warning counts, also one of an earlier run.
    wrong = any(has_errors(each.findings) or (strict and has_warnings(each.findings)) for each in verified)
    if wrong or any(each.is_error or (strict and each.verdict != "compliant") for each in before.values()):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _verify_text(
    paths: Sequence[Path],
    known: Sequence[CheckedOrder],
    appels: Appels,
    kind: DocumentKind | None,
    outputs: _Outputs,
) -> None:
    """Verify what can be without an optical reader, and say what was not done."""
    missing = find_readers(None)[1]
    read = [read_text_only(path, known, appels, missing, kind) for path in paths]
    findings = [found for each in read for found in each.findings]
    checked = [str(path) for path in paths]
    click.echo(reporting.report_text(findings, outputs.form, checked))
    if outputs.report:
        said = reporting.report_text(findings, REPORT_SUFFIXES[outputs.report.suffix.lower()], checked)
        _deliver_report(outputs.report, said)
    if outputs.form == "text":
        for each in filter(lambda each: each.wanted, read):
            found = text("cli.verify.mentions-found", file=each.file, found=each.found, wanted=each.wanted)
            echo(found)
    # A picture has no text: without a reader it was not compared at all, which is exit code 3.
    if any(found.kind == MOTEUR_ABSENT for found in findings):
        raise click.exceptions.Exit(Exit.MACHINE)
    if has_errors(findings):
        raise click.exceptions.Exit(Exit.FINDINGS)


def _documents(given: Iterable[Path]) -> list[Path]:
    """Return the documents given; of a folder those in it, at any depth."""
    paths: list[Path] = []
    for path in given:
        if path.is_dir():
            # Sorted: the report is the same on every file system.
            found = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
            if not found:
                raise usage_error("no-document", folder=path)
            paths += found
        else:
            paths.append(path)
    # A document that is given by its name and by its folder is verified once.
    return list(dict.fromkeys(paths))


def _verified(
    paths: Sequence[Path], known: Sequence[CheckedOrder], appels: Appels, options: VerifyOptions, *, draws: bool
) -> list[tuple[Verified, tuple[bytes, ...]]]:
    """Verify documents; on a terminal, show how far that is."""
    from generator.render.pipeline import render_expected
    from generator.verify.documents import verify_many

    verified = verify_many(paths, known, appels, options, render_expected, draws=draws)
    # A log keeps no bar, and one document needs none.
    shown = sys.stderr.isatty() and len(paths) > 1
    with click.progressbar(verified, len(paths), file=sys.stderr, hidden=not shown) as progress:
        return list(progress)


def _templates(template: Path | None) -> tuple[tuple[DocumentKind, Path], ...]:
    """Return the layouts that documents may have: the one given, else those of the settings."""
    if template:
        return tuple((kind, template) for kind in DocumentKind)
    return tuple(inputs.settings_or_exit().templates.items())


def _orders(path: Path | None, appels: Appels) -> tuple[list[CheckedOrder], bool]:
    """Return the sound orders of a file or folder, and whether others were refused; without any, say why and exit."""
    if path is None:
        return [], False
    checked = list(validate([path], appels, inputs.settings_or_exit().fournisseur))
    sound = [each for each in checked if each.order and each.appel]
    for each in checked:
        # The reason why a document has no order; findings of valid orders are the business of `validate`.
        if each not in sound:
            reporting.say_findings(each.findings)
    if not sound:
        raise click.exceptions.Exit(Exit.FINDINGS)
    return sound, len(sound) < len(checked)


def _report(verified: list[Verified], pictures: Sequence[Sequence[bytes]], path: Path) -> None:
    from generator.reports.verified import Sheet, html_report, summary
    from generator.verify.pictures import png_url

    lang = current_language()
    sheets = [
        Sheet(each.file, summary(each, lang), each.findings, tuple(map(png_url, drawn)))
        for each, drawn in zip(verified, pictures, strict=True)
    ]
    _deliver_report(path, html_report(text("cli.verify.title").say(lang), sheets, lang))


def _deliver_report(path: Path, said: str) -> None:
    # What a reader or a file name gave may contain halves of characters, which UTF-8 does not have.
    deliver({path: f"{said}\n".encode("utf-8", "replace")})
    click.echo(path, err=True)
