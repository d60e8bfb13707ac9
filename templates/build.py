"""Builds the built-in templates: `python -m templates.build` writes them beside this file.

One column of short sections in black: what an optical reader reads whole. A mention and its value stand on one
line, or each on lines of its own; nothing stands beside a mention.

A bon de commande has the scenario and the signatures on its second page, a VA of many questions the réserves and the
signature. Where the first page may not hold the rest, no page break is forced: a third page would be worse.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

from generator.documents.mentions import EMPTY, TICKED
from generator.documents.printed import NBSP
from templates.ooxml import (
    BOX_FACE,
    bookmark,
    cell,
    field,
    package,
    paragraph,
    ruled_lines,
    run,
    stack,
    styles,
    tab,
    table,
    tag,
)

FOLDER = Path(__file__).resolve().parent
SIDE = 14.0
TEXT_WIDTH = 210 - 2 * SIDE
BODY_SIZE, LEADING = 12.0, 15.5
# A frame to sign in has some 25 mm under its last line: what a signature and a stamp need.
BDC_FRAME, END_FRAME = 47.0, 40.0
# Less where values are so long that the amount moves to the page of the signatures.
LEAST_FRAME = 37.0
# As wide as the column, and as high as a logo may be with what its line has under it.
LOGO_WIDTH, LOGO_HEIGHT = 68.0, 19.5
# The QR code has its quiet zone, which parts it from its caption.
CODE_WIDTH = 34.0
FEW_LINES, MANY_LINES, RULED_HEIGHT = 2, 5, 9.0
# A scenario of more questions than this fills the page that it is on.
FEW_QUESTIONS = 2
# Longer réserves than this run over the page's end; shorter ones stay on the page of the signature.
KEPT_RESERVES = 900


def heading(text: str) -> str:
    """A section's heading."""
    return paragraph(run(text), style="Heading1")


def given(name: str, *paragraphs: str) -> str:
    """Paragraphs that stand where the AF's record has a mention and the order its value."""
    return "".join((tag(f"if mention.get('{name}')"), *paragraphs, tag("endif")))


def mention(name: str, *, style: str = "Kept", keep_next: bool = False) -> str:
    """A mention and its value on one line, alike: bold makes readers take l for I, and a number for another."""
    line = run(f"{{{{ mention.{name}.text }}}} {{{{ mention.{name}.value }}}}")
    return given(name, paragraph(line, style=style, keep_next=keep_next))


def opening(name: str, condition: str) -> str:
    """A mention that heads a section, on a new page where the condition holds."""
    text = run(f"{{{{ mention.{name}.text }}}}")
    both = (paragraph(text, style="Heading1", new_page=new_page) for new_page in (True, False))
    return given(name, tag(f"if {condition}"), next(both), tag("else"), next(both), tag("endif"))


def sentence(name: str, *, style: str = "Kept", keep_next: bool = False) -> str:
    """A mention that has no value, on lines of its own."""
    return given(name, paragraph(run(f"{{{{ mention.{name}.text }}}}"), style=style, keep_next=keep_next))


def boxed(box: str, text: str) -> str:
    """A box and the text it ticks."""
    return run(f"{{{{ {box} }}}}", face=BOX_FACE) + run(f" {text}")


def page_headers() -> tuple[str, str]:
    """The header of the first page, with logo and QR code, and that of the others, with order and client."""
    # A box of one height for all logos, so that none moves what is below.
    logo = table(
        (LOGO_WIDTH,),
        (cell(LOGO_WIDTH, paragraph(run("{{ logo }}", size=10), style="Logo"), align="bottom"),),
        height=LOGO_HEIGHT,
        exact=True,
    )
    vendor = (
        tag("if logo"),
        logo,
        tag("else"),
        paragraph(run("{{ fournisseur.denomination_sociale }}", bold=True, size=13), style="Header"),
        tag("endif"),
        # A cell cannot end in a table.
        paragraph(style="End"),
    )
    caption = paragraph(run("Code de contrôle du document"), style="Header", align="right")
    code = paragraph(run("{{ qr_code }}"), style="Header", align="right")
    widths = (LOGO_WIDTH, TEXT_WIDTH - LOGO_WIDTH - CODE_WIDTH, CODE_WIDTH)
    cells = (cell(widths[0], *vendor), cell(widths[1], caption, align="center"), cell(widths[2], code))
    first = table(widths, cells) + paragraph(style="End")
    order = paragraph(run("Bon de commande n° {{ numero }} – {{ client.denomination_sociale }}"), style="Running")
    return first, order


def page_footer() -> str:
    """What the document is, its AF and the page, on every page."""
    return paragraph(
        run("{{ document.label }} – {{ reference }}"),
        tab(),
        run("Page "),
        field("PAGE"),
        run(" / "),
        field("NUMPAGES"),
        style="Footer",
    )


def parties(*, with_contact: bool) -> Iterator[str]:
    """The vendor and the client, one under the other."""
    yield sentence("fournisseur", style="Heading1")
    yield mention("fournisseur_denomination")
    yield mention("siret")
    if with_contact:
        yield from map(mention, ("fournisseur_adresse", "responsable", "telephone", "mail"))
    yield sentence("client", style="Heading1")
    yield mention("client_denomination")
    yield mention("finess")
    if with_contact:
        yield mention("client_adresse")
        contact = paragraph(run("Interlocuteur : {{ client.contact }}"), style="Kept")
        yield tag("if client.contact") + contact + tag("endif")


def amounts() -> str:
    """The amounts, one under the other at the right edge, each behind its label with no gap to lose it over."""
    # In a wider face the amount goes to a line of its own, and takes no word of the mention with it.
    amount = f"{{% if mention.get('montant_etat') %}} {NBSP}{{{{ mention.montant_etat.value }}}}{{% endif %}}"
    return "".join(
        (
            heading("Montant"),
            mention("ligne_prestation", style="Amount"),
            *(mention(name, style="Total", keep_next=True) for name in ("montant_ht", "montant_tva", "montant_ttc")),
            given("mention_etat", paragraph(run(f"{{{{ mention.mention_etat.text }}}}{amount}"), style="State")),
        )
    )


def others() -> str:
    """The mentions of the AF's record that this layout does not know: a record may add some."""
    return "".join(
        (
            tag("if other_mentions"),
            heading("Autres mentions"),
            tag("for other in other_mentions"),
            paragraph(run("{{ other.text }} {{ other.value }}"), style="Kept"),
            tag("endfor"),
            tag("endif"),
        )
    )


def scenario(*, installed: bool) -> Iterator[str]:
    """The questions, each on its own lines, then the answer in words: a reader may lose the boxes.

    The answer comes first and ticked, then the other one: said once, it reads the same with and without boxes. The
    first two questions stay with the heading; not all of them, since LibreOffice leaves the heading of a long chain of
    kept paragraphs behind.
    """
    if installed:
        yield tag("if changed") + paragraph(run("{{ changed }}"), style="Kept", keep_next=True) + tag("endif")
    ordered = "{% if question.ordered %} (bon de commande : {{ question.ordered }}){% endif %}" if installed else ""
    answer = "Réponse : {{ question.answer }}"
    boxes = (
        run(f"{{% if question.other %}}{NBSP}"),
        run(TICKED, face=BOX_FACE),
        run(f"{NBSP} {{{{ question.other }}}}{NBSP}"),
        run(EMPTY, face=BOX_FACE),
        run(f"{{% endif %}}{ordered}"),
    )
    yield tag("for question in questions")
    yield paragraph(run("{{ question.text }}"), style="Question")
    yield tag("if loop.first and not loop.last")
    yield paragraph(run(answer), *boxes, style="Kept", keep_next=True)
    yield tag("else")
    yield paragraph(run(answer), *boxes, style="Kept")
    yield tag("endif")
    yield tag("endfor")


def signature(title: str, who: str, number: int, *, last: bool) -> str:
    """A quiet frame to sign in: who signs, then room for the signature and the stamp.

    Its bookmark, of a number of its own, gives the PDF a signature field there.
    """
    person = f"{{{{ {who}.nom }}}}{{% if {who}.qualite %}}, {{{{ {who}.qualite }}}}{{% endif %}}"
    lines = (
        run(title, bold=True) + run(f" – nom et qualité : {person}"),
        # Between the name and the signature, which may be higher than its room.
        run("Date :"),
        bookmark(run("Signature et cachet :"), f"{who.replace('.', '_')}_{number}", number),
    )
    return cell(TEXT_WIDTH, *(paragraph(line, style="Small", keep_next=not last) for line in lines), framed=True)


def signatures(*frames: tuple[str, str], above: tuple[str, ...], height: float) -> str:
    """The frames to sign in, one under the other, kept together with what a signature brings about.

    Side by side, two long names are read as one.
    """
    numbers = itertools.count(1)
    high, low = (
        stack(TEXT_WIDTH, [signature(*frame, next(numbers), last=frame == frames[-1]) for frame in frames], each)
        for each in (height, LEAST_FRAME)
    )
    return "".join(
        (
            paragraph(style="Break"),
            *(sentence(name, keep_next=True) for name in above),
            paragraph(style="Gap"),
            tag("if is_long") + low + tag("else") + high + tag("endif") if len(frames) > 1 else high,
            # A document cannot end in a table.
            paragraph(style="End"),
        )
    )


def bdc() -> str:
    """The bon de commande."""
    return "".join(
        (
            sentence("titre_bdc", style="Title"),
            mention("reference"),
            sentence("nature", keep_next=True),
            tag("for choice in prestations"),
            paragraph(boxed("choice.box", "{{ choice.line }}"), style="Kept", keep_next=True),
            tag("endfor"),
            sentence("numero", keep_next=True),
            given("numero", paragraph(run("{{ mention.numero.value }}"), style="Kept")),
            mention("date_emission"),
            mention("solution"),
            mention("numero_referencement"),
            *parties(with_contact=True),
            amounts(),
            opening("scenario", "not is_long"),
            *scenario(installed=False),
            tag("if clause"),
            heading("Condition de référencement"),
            paragraph(run("{{ clause }}"), style="Kept", keep_next=True),
            tag("endif"),
            others(),
            signatures(
                ("Pour le client", "signature.client"),
                ("Pour le fournisseur", "signature.fournisseur"),
                above=("prestation_unique", "avance"),
                height=BDC_FRAME,
            ),
        )
    )


def reserves() -> Iterator[str]:
    """The choice of réserves on one line, the réserves, and lines to add some on by hand."""
    yield opening("reserves", f"questions | length > {FEW_QUESTIONS} and not is_long")
    boxes = (
        run(f"{{% if mention.get('{name}') %}}{{{{ reserves.{box} }}}}", face=BOX_FACE)
        + run(f" {{{{ mention.{name}.text }}}}{end}{{% endif %}}")
        for name, box, end in (("sans_reserve", "without_box", f"{NBSP}{NBSP} "), ("avec_reserves", "with_box", ""))
    )
    yield paragraph(*boxes, style="Kept", keep_next=True)
    yield tag("if reserves.items")
    yield paragraph(run("Réserves du client :"), style="Kept", keep_next=True)
    yield tag("elif reserves.choice")
    yield paragraph(run("Le client n'émet aucune réserve."), style="Kept", keep_next=True)
    yield tag("endif")
    yield tag("for reserve in reserves.items")
    yield tag(f"if reserves.items | join | length < {KEPT_RESERVES}")
    yield paragraph(run("– {{ reserve }}"), style="Kept", keep_next=True)
    yield tag("else")
    yield paragraph(run("– {{ reserve }}"), style="Kept")
    yield tag("endif")
    yield tag("endfor")
    by_hand = paragraph(run("Réserves ajoutées à la main :"), style="Kept", keep_next=True)
    # A second page has room for many; on a single page there are some where the choice is left to the client's pen.
    yield tag(f"if questions | length > {FEW_QUESTIONS} and reserves.items | join | length < {KEPT_RESERVES}")
    yield by_hand + ruled_lines(MANY_LINES, TEXT_WIDTH, RULED_HEIGHT)
    yield tag("elif not reserves.choice")
    yield by_hand + ruled_lines(FEW_LINES, TEXT_WIDTH, RULED_HEIGHT)
    yield tag("endif")


def acceptance(kind: str) -> str:
    """The VA or the PV pilote: `kind` names the mentions that differ."""
    before = ("reference", "nature_va", "numero_va", "date_emission", f"date_{kind}")
    software = ("solution", "numero_referencement", "version_installee", "date_installation", "adresse_mssante")
    return "".join(
        (
            sentence(f"titre_{kind}", style="Title"),
            *map(mention, before),
            *map(mention, software),
            *parties(with_contact=False),
            sentence("scenario_va", style="Heading1"),
            *scenario(installed=True),
            *reserves(),
            others(),
            signatures(("Pour le client", "signature.client"), above=("attestation", "solde"), height=END_FRAME),
        )
    )


BODIES = {"bdc": bdc(), "va": acceptance("va"), "pv-pilote": acceptance("pv_pilote")}


def build() -> dict[str, bytes]:
    """Return the built-in templates by file name."""
    styles_xml = styles(BODY_SIZE, LEADING, TEXT_WIDTH)
    return {
        f"{name}.docx": package(
            body,
            headers=page_headers(),
            footer=page_footer(),
            styles_xml=styles_xml,
            page=(SIDE, 13),
            title=f"segurdoc – {name}",
        )
        for name, body in BODIES.items()
    }


def main() -> None:
    """Write the built-in templates."""
    for name, data in build().items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
