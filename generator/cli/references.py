"""`segurdoc references`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from generator.cli import complete
from generator.cli.exits import Exit
from generator.cli.options import appel_option
from generator.cli.options import appels_or_exit
from generator.jsonio.schema import suggest
from generator.lang import Lang
from generator.lang import Text
from generator.printed import french_date
from generator.references import Appel
from generator.references import Status

_STATUS = {
    Status.CONFIRMED: Text("confirmé", "confirmed"),
    Status.TO_CONFIRM: Text("à confirmer", "to confirm"),
}


@click.command("references")
@click.argument("reference", required=False, shell_complete=complete.references)
@appel_option
@click.option(
    "--format",
    "report",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the list.",
)
@click.pass_obj
def command(lang: Lang, reference: str | None, own_appels: tuple[Path, ...], report: str) -> None:
    """List the appels à financement that are known; with REFERENCE, show what its record says and what it lacks."""
    appels = appels_or_exit(own_appels, lang, report=report)
    if reference is not None and reference not in appels:
        near = suggest(reference, list(appels)).say(lang)
        said = Text(f"{reference} n'est pas connu{near}", f"{reference} is not known{near}")
        click.echo(said.say(lang), err=True)
        raise click.exceptions.Exit(Exit.USAGE)
    chosen = [appels[reference]] if reference else list(appels.values())
    if report == "json":
        click.echo(json.dumps([_object(appel, lang) for appel in chosen], indent=2))
    elif reference:
        click.echo("\n".join(_details(chosen[0], lang)))
    else:
        for appel in chosen:
            click.echo(f"{appel.reference}  {appel.label.say(lang)}  ({_STATUS[appel.status].say(lang)})")


def _details(appel: Appel, lang: Lang) -> list[str]:
    def say(fr: str, en: str) -> str:
        return Text(fr, en).say(lang)

    def status(value: Status) -> str:
        return f"[{_STATUS[value].say(lang)}]"

    lines = [f"{appel.reference}  {appel.label.say(lang)}  {status(appel.status)}", f"  {appel.file}"]
    lines += [f"  ! {note}" for note in appel.notes]
    lines += ["", say("Prestations", "Prestations")]
    lines += [f"  {prestation.id}: {prestation.line}" for prestation in appel.prestations]
    lines += [
        f"  avance {appel.avance_percent} %, solde {appel.solde_percent} %",
        f"  client: {appel.client_identifier}",
    ]
    lines += ["", say("Questions du scénario", "Scenario questions") + f" {status(appel.questions_status)}"]
    kinds = (Text("oui ou non", "yes or no"), Text("date", "date"))
    lines += [f"  {each.id} ({kinds[each.is_date].say(lang)}): {each.text}" for each in appel.questions]
    lines += [f"      {appel.questions_source}"]
    lines += ["", say("Clause sous condition de référencement", "Clause subject to référencement")]
    clause = appel.conditional_clause or say("texte inconnu", "text unknown")
    lines += [f"  {status(appel.conditional_clause_status)} {clause}"]
    lines += ["", say("Échéances", "Deadlines")]
    for due in appel.deadlines:
        lines += [f"  {french_date(due.date)}  {due.label.say(lang)} {status(due.status)}", f"      {due.source}"]
    if appel.eligibility:
        lists = appel.eligibility
        lines += ["", say("Catégories éligibles", "Eligible categories") + f" {status(lists.status)}"]
        lines += [f"  agrégats: {', '.join(lists.agregats)}", f"  catégories: {', '.join(lists.categories)}"]
        lines += [f"      {lists.source}"]
    if appel.early_order:
        early = appel.early_order
        lines += ["", say("Commande avant le dossier de preuves", "Order before the proof file")]
        lines += [f"  {early.days} {say('jours', 'days')} {status(early.status)}", f"      {early.source}"]
    lines += ["", "Mentions"]
    for mention in appel.mentions:
        documents = ", ".join(document.value for document in mention.documents)
        value = f" {{{mention.value}}}" if mention.value else ""
        lines += [f"  {mention.id} ({documents}) {status(mention.status)}: {mention.text}{value}"]
        lines += [f"      {mention.source}"]
    return lines


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
            {"id": due.id, "date": due.date.isoformat(), "status": due.status.value} for due in appel.deadlines
        ],
    }
