"""Headers and footers of restyled templates: by kind, the blocks of the first, default and even pages."""

from collections.abc import Sequence

from tests.generators.restyled.model import Block, Cell, Paragraph, Row, Run, Table, line, tag

_RIGHT, _CENTRED = '<w:jc w:val="right"/>', '<w:jc w:val="center"/>'
Parts = dict[str, Sequence[Block]]


def pages(*before: str) -> tuple[Run, ...]:
    """Return runs that say the page and how many there are."""
    return (*map(Run, before), Run("Page "), Run("1", field="PAGE"), Run(" sur "), Run("2", field="NUMPAGES"))


def _logo(*props: str) -> tuple[Block, ...]:
    return (tag("if logo"), line("{{ logo }}", "header", *props), tag("endif"))


def _vendor(*props: str) -> Block:
    return line("{{ fournisseur.denomination_sociale }}", "header", *props, run=("<w:b/>",))


def _name(*props: str) -> Block:
    return line("{{ document.label }} – {{ reference }} – N° {{ numero }}", "header", *props)


def _row(width: int) -> Table:
    """The logo and the vendor, the document's name, the QR code, side by side."""
    left, middle = width * 2 // 5, width * 2 // 5
    return Table(
        (
            Row(
                (
                    Cell((*_logo(), _vendor()), left),
                    Cell((_name(_CENTRED),), middle, ('<w:vAlign w:val="center"/>',)),
                    Cell((line("{{ qr_code }}", "header", _RIGHT),), width - left - middle),
                )
            ),
        ),
        "plain",
    )


def header_parts(kind: str, width: int) -> Parts:
    """Return the blocks of headers and footers.

    Args:
        kind: table (the same on all pages), first (a first page of its own), even (left and right pages too), lines
            (no table), or none (no header: the code stands in the footer).
        width: of the text, in twips.
    """
    tabs = f'<w:tabs><w:tab w:val="center" w:pos="{width // 2}"/><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    numbered = Paragraph((Run("N° {{ numero }}\t\t"), *pages()), "footer", (tabs,))
    centred = Paragraph(pages("– "), "footer", (_CENTRED,))
    table: Parts = {"header default": (_row(width), line("", "header")), "footer default": (numbered,)}
    lines: Parts = {
        "header default": (
            *_logo(),
            _vendor(),
            Paragraph((Run("{{ document.label }}\t\tN° {{ numero }}"),), "header", (tabs,)),
        ),
        "footer default": (line("{{ qr_code }}", "footer", _RIGHT), centred),
    }
    first: Parts = {
        "header first": (_row(width), line("", "header")),
        "header default": (_name(_RIGHT),),
        "footer first": (centred,),
        "footer default": (numbered,),
    }
    even: Parts = {**first, "header even": (_vendor(), _name()), "footer even": (Paragraph(pages(), "footer"),)}
    none: Parts = {"footer default": (line("{{ qr_code }}", "footer", _CENTRED), numbered)}
    return {"table": table, "first": first, "even": even, "lines": lines, "none": none}[kind]
