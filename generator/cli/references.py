"""`segurdoc references`: list the AF records, or show one."""

import json
from pathlib import Path

import click

from generator.cli import completion, inputs, options
from generator.cli.commands import Command
from generator.cli.session import Exit, echo
from generator.common.jsonio.schema import suggest
from generator.common.language import Lang, text
from generator.documents.printed import french_date
from generator.references import Appel, Status


@click.command("references", cls=Command)
@click.argument("reference", required=False, shell_complete=completion.references)
@options.appel_option
@click.option("--format", "report", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(lang: Lang, reference: str | None, own_appels: tuple[Path, ...], report: str) -> None:
    """List the AF records, or show one."""
    appels = inputs.appels_or_exit(own_appels, report=report)
    if reference is not None and reference not in appels:
        near = suggest(reference, list(appels))
        echo(text("cli.references.unknown", reference=reference, suggestion=near), err=True)
        raise click.exceptions.Exit(Exit.USAGE)
    chosen = [appels[reference]] if reference else list(appels.values())
    if report == "json":
        # A list also of one record: programs read both calls alike.
        click.echo(json.dumps([_object(appel, lang) for appel in chosen], indent=2))
    elif reference:
        click.echo("\n".join(_details(chosen[0], lang)))
    else:
        for appel in chosen:
            status = text(f"cli.references.status.{appel.status.value}").say(lang)
            click.echo(f"{appel.reference}  {appel.label.say(lang)}  ({status})")


def _details(appel: Appel, lang: Lang) -> list[str]:
    """Return what a record says, one fact a line, each with its status and source."""
    lines = [f"{appel.reference}  {appel.label.say(lang)}  {_status(appel.status, lang)}", f"  {appel.file}"]
    lines += [f"  ! {note.say(lang)}" for note in appel.notes]
    lines += ["", text("cli.references.prestations").say(lang)]
    lines += [f"  {prestation.id}: {prestation.line}" for prestation in appel.prestations]
    lines += [
        f"  avance {appel.avance_percent} %, solde {appel.solde_percent} %",
        f"  client: {appel.client_identifier}",
    ]
    for section in (_question_lines, _deadline_lines, _rule_lines, _mention_lines):
        lines += section(appel, lang)
    return lines


def _question_lines(appel: Appel, lang: Lang) -> list[str]:
    lines = ["", f"{text('cli.references.questions').say(lang)} {_status(appel.questions_status, lang)}"]
    for each in appel.questions:
        kind = text("cli.references.date") if each.is_date else text("cli.references.yes-no")
        lines.append(f"  {each.id} ({kind.say(lang)}): {each.text}")
    # A record may not know the clause yet: the list says so, for nothing is invented.
    clause = appel.conditional_clause or text("cli.references.no-clause").say(lang)
    lines += [f"      {appel.questions_source}", "", text("cli.references.clause").say(lang)]
    return [*lines, f"  {_status(appel.conditional_clause_status, lang)} {clause}"]


def _deadline_lines(appel: Appel, lang: Lang) -> list[str]:
    lines = ["", text("cli.references.deadlines").say(lang)]
    for due in appel.deadlines:
        lines += [
            f"  {french_date(due.date)}  {due.label.say(lang)} {_status(due.status, lang)}",
            f"      {due.source}",
        ]
        # A third party reports another date: its source follows, because rules go by the earlier date.
        if due.report and due.reported:
            lines += [f"      {due.report.say(lang)}", f"        {due.reported.source}"]
    return lines


def _rule_lines(appel: Appel, lang: Lang) -> list[str]:
    """Return the rules about signature, eligibility and early orders; a record may have none."""
    lines = []
    if signed := appel.signature:
        signatory = text("cli.references.signatory").say(lang)
        lines += ["", f"{text('cli.references.signature').say(lang)} {_status(signed.status, lang)}"]
        lines += [f"  {signatory}: {signed.signatory.say(lang)}"]
        lines += [f"  {mean.id}: {mean.label.say(lang)}" for mean in signed.means]
        lines += [f"      {signed.source}"]
    if lists := appel.eligibility:
        lines += ["", f"{text('cli.references.categories').say(lang)} {_status(lists.status, lang)}"]
        lines += [f"  agrégats: {', '.join(lists.agregats)}", f"  catégories: {', '.join(lists.categories)}"]
        lines += [f"      {lists.source}"]
    if early := appel.early_order:
        days = text("cli.references.days", count=early.days).say(lang)
        lines += ["", text("cli.references.early").say(lang)]
        lines += [f"  {days} {_status(early.status, lang)}", f"      {early.source}"]
    return lines


def _mention_lines(appel: Appel, lang: Lang) -> list[str]:
    lines = ["", "Mentions"]
    for mention in appel.mentions:
        documents = ", ".join(document.value for document in mention.documents)
        value = f" {{{mention.value}}}" if mention.value else ""
        lines += [f"  {mention.id} ({documents}) {_status(mention.status, lang)}: {mention.text}{value}"]
        lines += [f"      {mention.source}"]
    return lines


def _status(status: Status, lang: Lang) -> str:
    return f"[{text(f'cli.references.status.{status.value}').say(lang)}]"


def _object(appel: Appel, lang: Lang) -> dict[str, object]:
    return {
        "reference": appel.reference,
        "label": appel.label.say(lang),
        "status": appel.status.value,
        "file": appel.file,
        "questions": [{"id": each.id, "text": each.text, "is_date": each.is_date} for each in appel.questions],
        "questions_status": appel.questions_status.value,
        "mentions": [
            {"id": each.id, "text": each.text, "value": each.value, "status": each.status.value, "source": each.source}
            for each in appel.mentions
        ],
        "deadlines": [
            {
                "id": due.id,
                "date": due.date.isoformat(),
                "status": due.status.value,
                "source": due.source,
                # null where nobody reports another date.
                "reported": due.reported and {"date": due.reported.date.isoformat(), "source": due.reported.source},
            }
            for due in appel.deadlines
        ],
        "signature": appel.signature
        and {
            "signatory": appel.signature.signatory.say(lang),
            "means": [{"id": mean.id, "label": mean.label.say(lang)} for mean in appel.signature.means],
            "status": appel.signature.status.value,
            "source": appel.signature.source,
        },
    }
