"""Builds the built-in templates: `python -m templates.build` writes them beside this file.

One column of short sections in black: what an optical reader reads whole. A mention and its value stand on one
line, or each on lines of its own; nothing stands beside a mention.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from templates.ooxml import BOX_FACE
from templates.ooxml import cell
from templates.ooxml import field
from templates.ooxml import package
from templates.ooxml import paragraph
from templates.ooxml import ruled_lines
from templates.ooxml import run
from templates.ooxml import styles
from templates.ooxml import tab
from templates.ooxml import table
from templates.ooxml import tag

FOLDER = Path(__file__).resolve().parent
SIDE = 16.0
TEXT_WIDTH = 210 - 2 * SIDE
BODY_SIZE, LEADING = 12.0, 15.5
# What people add by hand has room: a stamp is some 35 mm high. Where names stand above the frames, these can be lower;
# where a name is to be written in, they are given some lines more.
SIGNATURE_HEIGHT, NAMED_HEIGHT = 52.0, 37.0
_MORE_LINES = 4
# As wide as the column, and as high as a logo may be with what its line has under it.
LOGO_WIDTH, LOGO_HEIGHT = 68.0, 19.5
RULED_LINES, RULED_HEIGHT = 4, 9.0
_PERSON = (("Nom", "nom"), ("Qualité", "qualite"))


def heading(text: str) -> str:
    """A section's heading, under a hairline."""
    return paragraph(run(text), style="Heading1")


def given(name: str, *paragraphs: str) -> str:
    """Paragraphs that stand where the AF's record has a mention and the order its value."""
    return "".join((tag(f"if mention.get('{name}')"), *paragraphs, tag("endif")))


def mention(name: str) -> str:
    """A mention and its value on one line, alike: bold makes readers take l for I, and a number for another."""
    text, value = f"{{{{ mention.{name}.text }}}} ", f"{{{{ mention.{name}.value }}}}"
    return given(name, paragraph(run(text), run(value), style="Kept"))


def sentence(name: str, *, style: str = "Kept", keep_next: bool = False) -> str:
    """A mention that has no value, on lines of its own."""
    return given(name, paragraph(run(f"{{{{ mention.{name}.text }}}}"), style=style, keep_next=keep_next))


def label(text: str, value: str) -> str:
    """A line that is no mention: the same look, from a text of the template."""
    return paragraph(run(f"{text} "), run(f"{{{{ {value} }}}}"), style="Kept")


def boxed(box: str, text: str) -> str:
    """A box and the text it ticks."""
    return run(f"{{{{ {box} }}}}", face=BOX_FACE) + run(f" {text}")


def page_headers() -> tuple[str, str]:
    """The header of the first page, with logo and QR code, and the small one of the others."""
    identity = (
        paragraph(run("{{ document.label }}", bold=True), style="Header", align="right"),
        paragraph(run("{{ reference }}"), style="Header", align="right"),
        paragraph(run("N° {{ numero }}"), style="Header", align="right"),
        paragraph(run("Page "), field("PAGE"), run(" / "), field("NUMPAGES"), style="Header", align="right"),
    )
    # A box of one height for all logos, so that none moves the vendor's name.
    logo = table(
        (LOGO_WIDTH,),
        (cell(LOGO_WIDTH, paragraph(run("{{ logo }}", size=10), style="Logo"), low=True),),
        height=LOGO_HEIGHT,
        exact=True,
    )
    vendor = (
        tag("if logo"),
        logo,
        tag("endif"),
        paragraph(run("{{ fournisseur.denomination_sociale }}", bold=True), style="Header"),
    )
    code = paragraph(run("{{ qr_code }}"), style="Header", align="right")
    end = paragraph(style="Header")
    # The identifier stands at the right edge, as in the small header of the pages after.
    first = table((LOGO_WIDTH, 32, 78), (cell(LOGO_WIDTH, *vendor), cell(32, code), cell(78, *identity)))
    short = (
        paragraph(
            run("{{ document.label }}", bold=True),
            run(" – {{ reference }} – N° {{ numero }} – Page "),
            field("PAGE"),
            run(" / "),
            field("NUMPAGES"),
            style="Header",
            align="right",
        ),
    )
    vendor_line = paragraph(run("{{ fournisseur.denomination_sociale }}", bold=True), style="Header", align="right")
    return first + end, vendor_line + "".join(short) + end


def page_footer() -> str:
    """The order number and the page, on every page."""
    return paragraph(
        run("Bon de commande n° {{ numero }}"), tab(), run("Page "), field("PAGE"), run(" / "), field("NUMPAGES"),
        style="Footer",
    )  # fmt: skip


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
        yield tag("if client.contact") + label("Interlocuteur :", "client.contact") + tag("endif")


def others() -> str:
    """The mentions of the AF's record that this layout does not know: a record may add some."""
    text = run("{{ other.text }} ") + run("{{ other.value }}")
    return "".join(
        (
            tag("if other_mentions"),
            heading("Autres mentions"),
            tag("for other in other_mentions"),
            paragraph(text, style="Kept"),
            tag("endfor"),
            tag("endif"),
        )
    )


def scenario(title: str, *, installed: bool) -> Iterator[str]:
    """The questions, each on its own lines, then the answer in words before the boxes: a reader may lose these.

    Each question holds together, and the first with the heading. Not the whole section: LibreOffice leaves the heading
    of a long chain of kept paragraphs behind.
    """
    yield sentence(title, style="Heading1")
    if installed:
        yield tag("if changed") + paragraph(run("{{ changed }}"), style="Kept") + tag("endif")
    yield tag("for question in questions")
    yield paragraph(run("{{ question.text }}"), style="Question")
    ordered = (
        run("{% if question.ordered %} (bon de commande : {{ question.ordered }}){% endif %}") if installed else ""
    )
    answer = run("Réponse : ") + run("{{ question.answer }}") + ordered
    yield tag("if question.is_date") + paragraph(answer, style="Kept") + tag("else")
    boxes = boxed("question.yes_box", "Oui     ") + boxed("question.no_box", "Non")
    yield paragraph(answer, run("     "), boxes, style="Kept") + tag("endif")
    yield tag("endfor")


def signature(title: str, who: str, width: float, *, named: bool) -> str:
    """A quiet frame to sign in: who signs, then room for the signature and the stamp.

    Where the names of several parties stand above their frames, a frame asks only for one that is not known.
    """
    nom, qualite = (paragraph(run(f"{label} : {{{{ {who}.{name} }}}}"), style="Small") for label, name in _PERSON)
    room = ""
    if named:
        unknown, end = tag(f"if not {who}.nom"), tag("endif")
        nom = unknown + paragraph(run("Nom :"), style="Small")
        qualite = paragraph(run("Qualité :"), style="Small") + end
        room = unknown + paragraph(style="Small") * _MORE_LINES + end
    lines = (
        paragraph(run(title, bold=True), style="Small"),
        nom,
        qualite,
        paragraph(run("Date :"), style="Small"),
        paragraph(run("Signature et cachet :"), style="Small"),
        room,
    )
    return cell(width, *lines, framed=True)


def signatory(title: str, who: str) -> str:
    """Who signs for a party, on lines of its own: side by side two long positions are read as one."""
    lines = (
        tag(f"if {who}.{name}")
        + paragraph(run(f"{words}{{{{ {who}.{name} }}}}"), style="Kept", keep_next=True)
        + tag("endif")
        for words, name in ((f"{title} : ", "nom"), ("Qualité : ", "qualite"))
    )
    return "".join(lines)


def signatures(*frames: tuple[str, str], above: tuple[str, ...]) -> str:
    """The signature areas, kept together with their heading and with what a signature brings about."""
    gap = 8.0
    width = (TEXT_WIDTH - gap * (len(frames) - 1)) / len(frames)
    several = len(frames) > 1
    cells, widths = [signature(*frames[0], width, named=several)], [width]
    for frame in frames[1:]:
        cells += [cell(gap, paragraph(style="Small")), signature(*frame, width, named=several)]
        widths += [gap, width]
    return "".join(
        (
            heading("Signatures" if several else "Signature"),
            *(sentence(name, keep_next=True) for name in above),
            *(signatory(*frame) for frame in frames if several),
            paragraph(style="Gap"),
            table(widths, cells, height=NAMED_HEIGHT if several else SIGNATURE_HEIGHT),
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
            mention("nature_choisie"),
            sentence("numero", keep_next=True),
            given("numero", paragraph(run("{{ mention.numero.value }}"), style="Kept")),
            mention("date_emission"),
            mention("solution"),
            mention("numero_referencement"),
            *parties(with_contact=True),
            heading("Montant"),
            given(
                "ligne_prestation",
                paragraph(
                    run("{{ mention.ligne_prestation.text }} {{ mention.ligne_prestation.value }}"), style="Amount"
                ),
            ),
            sentence("mention_etat", keep_next=True),
            given("montant", paragraph(run("{{ mention.montant.value }}"), style="Kept")),
            sentence("prestation_unique"),
            *scenario("scenario", installed=False),
            tag("if clause"),
            heading("Condition de référencement"),
            paragraph(run("{{ clause }}"), style="Kept"),
            tag("endif"),
            others(),
            signatures(
                ("Pour le client", "signature.client"),
                ("Pour le fournisseur", "signature.fournisseur"),
                above=("avance",),
            ),
        )
    )


def acceptance(kind: str) -> str:
    """The VA or the PV pilote: `kind` names the mentions that differ."""
    before = ("reference", "nature_va", "numero_va", "date_emission", f"date_{kind}")
    software = ("solution", "numero_referencement", "version_installee", "date_installation")
    return "".join(
        (
            sentence(f"titre_{kind}", style="Title"),
            *map(mention, before),
            *map(mention, software),
            *parties(with_contact=False),
            *scenario("scenario_va", installed=True),
            sentence("reserves", style="Heading1"),
            *(
                given(
                    name,
                    paragraph(boxed(f"reserves.{box}", f"{{{{ mention.{name}.text }}}}"), style="Kept", keep_next=True),
                )
                for name, box in (("sans_reserve", "without_box"), ("avec_reserves", "with_box"))
            ),
            tag("if reserves.choice") + label("Choix du client :", "reserves.choice") + tag("endif"),
            tag("for reserve in reserves.items"),
            paragraph(run("– {{ reserve }}"), style="Kept"),
            tag("endfor"),
            paragraph(run("Réserves ajoutées à la main :"), style="Kept", keep_next=True),
            ruled_lines(RULED_LINES, TEXT_WIDTH, RULED_HEIGHT),
            paragraph(style="Small"),
            others(),
            signatures(("Pour le client", "signature.client"), above=("attestation", "solde")),
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
            page=(SIDE, 16),
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
