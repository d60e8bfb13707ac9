"""Templates that formes may trip over: `python benchmarks/mutants.py [--count 100] [--seed 1]`.

Each mutant is a built-in template with one to three changes: conditions on values, filters, loops, long texts, nested
tables, fields in headers, runs that are split, lines set right, centred or justified, other sizes, letters spaced out,
kerned, underlined, indented, in columns, logos and codes elsewhere. Orders are set in its forme, and the same DOCX is
converted by LibreOffice: each document is either equal or left to LibreOffice. One that differs is printed, and counted
as wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from benchmarks.drawn import SAMPLE
from benchmarks.drawn import drawn_descriptor
from generator.jsonio.source import Descriptor
from generator.jsonio.source import parse_descriptors
from generator.orders import Order
from generator.pipeline import render_orders
from generator.references import Appel
from generator.references import load_appels
from generator.rendered import Engine
from generator.rendered import Format
from generator.rendered import RenderOptions
from generator.resources import TEMPLATES
from generator.validation import check_descriptor
from tests.formes.test_same_document import assert_same_document

BODY, HEADER = "word/document.xml", "word/header2.xml"
APPELS = load_appels()


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return a paragraph of the body."""
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def before_end(addition: str) -> Callable[[str], str]:
    """Return a change that adds something at the end of a part."""

    def change(xml: str) -> str:
        for mark in ("<w:sectPr", "</w:hdr>"):
            head, found, tail = xml.rpartition(mark)
            if found:
                return head + addition + found + tail
        return xml

    return change


def table(*cells: str) -> str:
    """Return a table of one row."""
    columns = "".join('<w:gridCol w:w="3000"/>' for _ in cells)
    row = "".join(f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    properties = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>"


NAME, NUMBER, AMOUNT = "{{ client.denomination_sociale }}", "{{ numero }}", "{{ montant.ttc }}"
LONG = "Texte de l'éditeur, long de plusieurs lignes, qui entoure la valeur et se coupe selon elle. " * 2
MUTATIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "a condition on a value": (BODY, before_end(paragraph("{% if 'B' in numero %}avec B{% else %}sans B{% endif %}"))),
    "a condition on a length": (
        BODY,
        before_end(paragraph("{% if client.denomination_sociale|length > 42 %}long{% else %}court{% endif %}")),
    ),
    "a filter": (BODY, before_end(paragraph("{{ client.denomination_sociale|upper }}"))),
    "a filter that does nothing to some": (BODY, before_end(paragraph("{{ numero|replace('B', 'C') }}"))),
    "a part of a value": (BODY, before_end(paragraph("{{ numero[:4] }}"))),
    "a loop over letters": (BODY, before_end(paragraph("{% for sign in numero %}{{ sign }}.{% endfor %}"))),
    "values put together": (BODY, before_end(paragraph("{{ numero ~ ' / ' ~ montant.ttc }}"))),
    "a long text around a value": (BODY, before_end(paragraph(LONG + NAME + " " + LONG))),
    "a value in the middle of a line": (BODY, before_end(paragraph(f"Le {NUMBER} et {AMOUNT} pour {NAME}."))),
    "set right": (BODY, before_end(paragraph(f"Client : {NAME}", '<w:jc w:val="right"/>'))),
    "centred": (BODY, before_end(paragraph(f"{NAME} – {NUMBER}", '<w:jc w:val="center"/>'))),
    "justified": (BODY, before_end(paragraph(LONG + NAME + " " + LONG, '<w:jc w:val="both"/>'))),
    "justified, one line": (BODY, before_end(paragraph(NAME, '<w:jc w:val="both"/>'))),
    "a tab": (BODY, before_end(paragraph(f"{NUMBER}</w:t><w:tab/><w:t>{AMOUNT}"))),
    "a right tab": (
        BODY,
        before_end(
            paragraph(f"{NUMBER}</w:t><w:tab/><w:t>{AMOUNT}", '<w:tabs><w:tab w:val="right" w:pos="9000"/></w:tabs>')
        ),
    ),
    "indented": (BODY, before_end(paragraph(LONG + NAME, '<w:ind w:left="700" w:right="900"/>'))),
    "hanging": (BODY, before_end(paragraph(f"– {NAME} {LONG}", '<w:ind w:left="700" w:hanging="400"/>'))),
    "spaced out": (BODY, before_end(paragraph(NAME, "", '<w:spacing w:val="20"/>'))),
    "kerned": (BODY, before_end(paragraph("AVANT " + NAME, "", '<w:kern w:val="8"/>'))),
    "underlined": (BODY, before_end(paragraph(NAME, "", '<w:u w:val="single"/>'))),
    "highlighted": (BODY, before_end(paragraph(NAME, "", '<w:highlight w:val="yellow"/>'))),
    "framed": (
        BODY,
        before_end(paragraph(NAME, '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>')),
    ),
    "small capitals": (BODY, before_end(paragraph(NAME, "", "<w:smallCaps/>"))),
    "raised": (BODY, before_end(paragraph(f"n{NUMBER}", "", '<w:vertAlign w:val="superscript"/>'))),
    "large": (BODY, before_end(paragraph(NAME, "", '<w:sz w:val="40"/>'))),
    "condensed": (BODY, before_end(paragraph(NAME, "", '<w:w w:val="80"/>'))),
    "italic": (BODY, before_end(paragraph(NAME, "", "<w:i/>"))),
    "another face": (BODY, before_end(paragraph(NAME, "", '<w:rFonts w:ascii="DejaVu Sans" w:hAnsi="DejaVu Sans"/>'))),
    "a table": (BODY, before_end(table(paragraph(NAME), paragraph(NUMBER)) + paragraph(""))),
    "a table in a table": (
        BODY,
        before_end(table(table(paragraph(NAME), paragraph("x")) + paragraph(NUMBER)) + paragraph("")),
    ),
    "a bordered table": (
        BODY,
        before_end(
            table(paragraph(NAME), paragraph(AMOUNT)).replace(
                "</w:tblPr>", '<w:tblBorders><w:bottom w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>', 1
            )
            + paragraph("")
        ),
    ),
    "split runs": (BODY, lambda xml: xml.replace("{{ document.label }}", "{{ document</w:t></w:r><w:r><w:t>.label }}")),
    "a field in a header": (
        HEADER,
        before_end(
            f"<w:p><w:r><w:t>{NUMBER} </w:t></w:r>"
            '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
        ),
    ),
    "a long header": (HEADER, before_end(paragraph(LONG + NAME))),
    "two colours": (
        BODY,
        before_end(paragraph(f"{NUMBER}</w:t></w:r><w:r><w:rPr><w:color w:val='FF0000'/></w:rPr><w:t>{AMOUNT}")),
    ),
    "two sizes": (
        BODY,
        before_end(paragraph(f"{NUMBER} </w:t></w:r><w:r><w:rPr><w:sz w:val='30'/></w:rPr><w:t>{AMOUNT}")),
    ),
    "a numbered list of values": (
        BODY,
        before_end(paragraph("{% for word in [numero, montant.ttc] %}{{ loop.index }}. {{ word }} {% endfor %}")),
    ),
    "no break inside": (BODY, before_end(paragraph(f"Montant\u00a0: {AMOUNT}\u00a0pour\u00a0{NAME}"))),
    "a page of its own": (BODY, before_end(paragraph(NAME, "<w:pageBreakBefore/>"))),
    "two columns": (BODY, lambda xml: xml.replace("<w:titlePg/>", '<w:cols w:num="2" w:space="400"/><w:titlePg/>')),
    "narrow margins": (BODY, lambda xml: xml.replace('w:right="907"', 'w:right="2600"')),
    "a logo in the text": (BODY, before_end(paragraph(f"{NUMBER} {{% if logo %}}{{{{ logo }}}}{{% endif %}}."))),
    "a logo over the text": (HEADER, before_end(paragraph("{% if logo %}{{ logo }}{% endif %}") + paragraph(NAME))),
    "a second code": (BODY, before_end(paragraph("{{ qr_code }}"))),
    "a soft hyphen": (BODY, before_end(paragraph("Bon\u00adde\u00adcommande " + NAME))),
}


LOGO = str(SAMPLE.parent / "logo.png")


def order_of(number: int, logo: str | None = None, **changes: str) -> tuple[Order, Appel]:
    """Return a drawn order."""
    value = drawn_descriptor(number)
    value["client"] |= changes
    if logo:
        value["fournisseur"]["logo"] = logo
    (read,) = parse_descriptors(json.dumps(value), str(SAMPLE))
    assert isinstance(read, Descriptor)
    checked = check_descriptor(read, APPELS)
    assert checked.order
    assert checked.appel
    return checked.order, checked.appel


def mutant(names: list[str], path: Path) -> None:
    """Write a mutant of the built-in template."""
    with zipfile.ZipFile(TEMPLATES / "bdc.docx") as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            for part, change in (MUTATIONS[each] for each in names):
                if part == name:
                    data = change(data.decode()).encode()
            target.writestr(name, data)


ORDERS = [
    order_of(1, LOGO),
    order_of(2, LOGO, denomination_sociale="CH Va"),
    order_of(3, denomination_sociale="Centre hospitalier universitaire de Ville-Fictive et des Communes du Modèle"),
    order_of(4, denomination_sociale="I"),
]


def set_and_compare(path: Path, out: Path, orders: Sequence[tuple[Order, Appel]] = ORDERS) -> tuple[int, int]:
    """Set orders in a template's forme; return how many were set, and how many are left to LibreOffice.

    Raises:
        AssertionError: a document differs from LibreOffice's.
    """
    results = {}
    for engine in (Engine.FORME, Engine.LIBREOFFICE):
        options = RenderOptions(formats=(Format.PDF,), template=path, engine=engine, read_back=False)
        results[engine] = [each for (each,) in render_orders(orders, out / engine.value, options)]
    made = 0
    for ours, theirs in zip(results[Engine.FORME], results[Engine.LIBREOFFICE], strict=True):
        assert theirs.files, [finding.message("en") for finding in theirs.findings]
        if ours.files:
            made += 1
            assert_same_document(ours.files[0].read_bytes(), theirs.files[0].read_bytes())
    return made, len(orders) - made


def main() -> None:
    """Compare, and print what differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    counts: Counter[str] = Counter()
    for number in range(asked.count):
        names = list(MUTATIONS)[number : number + 1] or draw.sample(list(MUTATIONS), draw.randint(2, 3))
        with tempfile.TemporaryDirectory() as temporary:
            os.environ["XDG_CACHE_HOME"] = f"{temporary}/cache"
            mutant(names, Path(temporary) / "own.docx")
            try:
                made, left = set_and_compare(Path(temporary) / "own.docx", Path(temporary))
                counts["equal"] += made
                counts["left to LibreOffice"] += left
            except AssertionError as error:
                counts["wrong"] += 1
                said = (str(error).splitlines() or ["its pages look otherwise"])[0]
                print(f"{', '.join(names)}: {said[:200]}", flush=True)
    print(f"{asked.count} templates, {len(ORDERS)} orders each: {dict(counts)}")


if __name__ == "__main__":
    main()
