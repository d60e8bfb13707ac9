"""How contents are laid out: as they are, in tables, in lists, with annexes of several pages."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.generators.restyled.model import Block, Cell, Paragraph, Row, Run, Table, line, tag

_IF_MENTION = re.compile(r"\{%p if mention\.get\('(\w+)'\) %\}")
_CENTRED, _RIGHT, _BOTH = ('<w:jc w:val="center"/>', '<w:jc w:val="right"/>', '<w:jc w:val="both"/>')
_LINK = ('<w:color w:val="0563C1"/>', '<w:u w:val="single"/>')
_GREY = '<w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>'
_CLAUSES = (
    "Les présentes conditions, fictives, s’appliquent à toute commande du modèle d’essai ; elles n’ont aucune valeur.",
    (
        "Le fournisseur livre la prestation décrite dans le bon de commande, l’installe, et en assure le bon "
        "fonctionnement pendant la durée convenue entre les parties, sauf cas de force majeure dûment constaté."
    ),
    "Le client désigne un interlocuteur ; celui-ci facilite l’accès aux locaux, aux serveurs et aux postes de travail.",
    (
        "Toute modification se fait par écrit. Un échange de courriers électroniques suffit, pourvu qu’il soit daté, et "
        "que chaque partie en accuse réception dans les dix jours ouvrés ; passé ce délai, il est réputé refusé."
    ),
    "En cas de litige, les parties recherchent d’abord un accord amiable.",
)


def plain(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Leave contents as they are."""
    for block in blocks:
        yield fitted(block, width)


def fitted(block: Block, width: int) -> Block:
    """Return a block whose tables are as wide as the text."""
    if isinstance(block, Paragraph):
        return block
    total = sum(block.grid)
    return replace(block, rows=tuple(_fit(row, width / total) for row in block.rows))


def _fit(row: Row, scale: float) -> Row:
    return replace(row, cells=tuple(replace(cell, width=round(cell.width * scale)) for cell in row.cells))


def two_columns(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Set each mention in a row: its text at the left, its value at the right, one table for those that follow."""
    rows: list[Row] = []
    left = width * 2 // 5
    waiting = list(blocks)
    while waiting:
        name = _mention(waiting[:3])
        if name:
            text, value = f"{{{{ mention.{name}.text }}}}", f"{{{{ mention.{name}.value }}}}"
            rows += (
                _tag_row(f"if mention.get('{name}')", width),
                Row((_cell(left, text, _GREY), _cell(width - left, value)), ("<w:cantSplit/>",)),
                _tag_row("endif", width),
            )
            waiting = waiting[3:]
            continue
        if rows:
            yield Table(tuple(rows))
            yield line("", "small")
            rows = []
        yield fitted(waiting.pop(0), width)
    if rows:
        yield Table(tuple(rows))


def _mention(blocks: Sequence[Block]) -> str:
    """Return the name of the mention that three blocks print: its condition, its line, its end."""
    if len(blocks) < 3 or not all(isinstance(block, Paragraph) for block in blocks):
        return ""
    condition, shown, end = (block.text for block in blocks if isinstance(block, Paragraph))
    found = _IF_MENTION.fullmatch(condition)
    name = found[1] if found else ""
    wanted = f"{{{{ mention.{name}.text }}}} {{{{ mention.{name}.value }}}}"
    return name if name and shown == wanted and end == "{%p endif %}" else ""


def _tag_row(statement: str, width: int) -> Row:
    return Row((Cell((tag(statement, "tr"),), width, ('<w:gridSpan w:val="2"/>',), 2),))


def _cell(width: int, text: str, *props: str) -> Cell:
    return Cell((line(text, "cell"),), width, props)


def lists(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Number the questions, and give choices and mentions with a value a bullet."""
    for block in blocks:
        if isinstance(block, Paragraph) and not block.is_tag:
            role = {"question": "number", "body": "bullet" if ".value }}" in block.text else "body"}
            yield replace(block, role=role.get(block.role, block.role))
        else:
            yield fitted(block, width)


def aligned(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Centre titles, justify sentences, set amounts at the right, and part mentions from values by tabs with dots."""
    dots = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>'
    for block in blocks:
        if not isinstance(block, Paragraph) or block.is_tag:
            yield fitted(block, width)
        elif block.role in ("title", "heading"):
            yield replace(block, props=(_CENTRED,))
        elif block.role == "amount":
            yield replace(block, props=(_RIGHT,))
        elif re.search(r"mention\.(siret|finess|date_\w+|reference)\.value", block.text):
            runs = (replace(run, text=run.text.replace("}} ", "}}\t")) for run in block.runs)
            yield replace(block, runs=tuple(runs), props=(dots,))
        else:
            yield replace(block, props=(_BOTH,))


def boxed(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Draw borders and grounds around paragraphs: headings on grey, the amount in a frame, questions beside a bar."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="4" w:color="1F3864"/>'
        for side in ("top", "left", "bottom", "right")
    )
    props = {
        "heading": (_GREY, '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="1" w:color="1F3864"/></w:pBdr>'),
        "amount": (f"<w:pBdr>{sides}</w:pBdr>",),
        "question": (
            '<w:pBdr><w:left w:val="single" w:sz="18" w:space="6" w:color="7F7F7F"/></w:pBdr>',
            '<w:ind w:left="240"/>',
        ),
    }
    for block in blocks:
        if isinstance(block, Paragraph) and not block.is_tag:
            yield replace(block, props=props.get(block.role, ()))
        else:
            yield fitted(block, width)


def nested(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Put everything up to the first heading into a table of one cell, which holds another table."""
    first = next(
        index for index, block in enumerate(blocks) if isinstance(block, Paragraph) and block.role == "heading"
    )
    # The heading's own condition stays with it.
    first -= isinstance(blocks[first - 1], Paragraph) and _is_tag(blocks[first - 1])
    half = (width - 400) // 2
    inner = Table((Row((_cell(half, "N° {{ numero }}"), _cell(half, "{{ reference }}", _GREY))),))
    yield Table((Row((Cell((*blocks[:first], inner, line("", "small")), width),)),))
    yield from plain(blocks[first:], width)


def _is_tag(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.is_tag


def with_terms(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Add terms of two pages and more after the contents, on a page of their own: numbered, justified, kept."""
    yield from plain(blocks, width)
    yield line("Conditions générales du modèle d’essai", "heading", "<w:pageBreakBefore/>", _CENTRED)
    link = Run("www.exemple.example/conditions", _LINK, link="https://www.exemple.example/conditions")
    yield Paragraph((Run("Elles se lisent aussi sur "), link, Run(", à jour.")))
    for article in range(1, 13):
        yield line(f"Article {article}", "question", "<w:keepNext/>", "<w:keepLines/>")
        for number in range(3):
            clause = _CLAUSES[(article + number) % len(_CLAUSES)]
            yield line(clause, "number" if number else "body", _BOTH)


def with_schedule(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Add a table of several pages: a repeated heading row, cells that span columns and rows, rows that do not split."""
    yield from plain(blocks, width)
    yield Paragraph((Run("\f"),))
    yield line("Calendrier fictif du déploiement", "heading")
    widths = (width // 10, width // 2, width // 5, width - width // 10 - width // 2 - width // 5)
    titles = ("N°", "Étape", "Durée", "Montant")
    head = Row(
        tuple(
            _cell(each, title, _GREY, '<w:vAlign w:val="center"/>') for each, title in zip(widths, titles, strict=True)
        ),
        ("<w:cantSplit/>", "<w:tblHeader/>", '<w:trHeight w:val="480" w:hRule="atLeast"/>'),
    )
    yield Table((head, *_steps(widths)))
    yield line("", "small")


def _steps(widths: Sequence[int]) -> Iterator[Row]:
    for number in range(1, 49):
        merge = '<w:vMerge w:val="restart"/>' if number % 3 == 1 else "<w:vMerge/>"
        cells = (
            _cell(widths[0], str(number) if number % 3 == 1 else "", merge),
            _cell(widths[1], f"Étape {number} : {_CLAUSES[number % 5]}"),
            Cell((line(f"{number} jours", "cell", _CENTRED),), widths[2], ('<w:vAlign w:val="center"/>',)),
            Cell((line(f"{number * 125} €", "cell", _RIGHT),), widths[3], ('<w:vAlign w:val="bottom"/>',)),
        )
        yield Row(cells, ("<w:cantSplit/>",))
    total = Cell((line("Total", "cell", run=("<w:b/>",)),), sum(widths[:3]), ('<w:gridSpan w:val="3"/>',), 3)
    yield Row((total, Cell((line("147 000 €", "cell", _RIGHT, run=("<w:b/>",)),), widths[3])))


def with_formats(blocks: Sequence[Block], width: int) -> Iterator[Block]:
    """Add a paragraph for each way that characters and paragraphs can be set."""
    yield from plain(blocks, width)
    yield line("Exemples de mise en forme", "heading")
    looks = {
        "italique": ("<w:i/>",), "gras italique": ("<w:b/>", "<w:i/>"), "souligné": ('<w:u w:val="single"/>',),
        "double souligné": ('<w:u w:val="double"/>',), "pointillé": ('<w:u w:val="dotted"/>',),
        "tirets": ('<w:u w:val="dash"/>',), "barré": ("<w:strike/>",), "rouge": ('<w:color w:val="C00000"/>',),
        "surligné": ('<w:highlight w:val="yellow"/>',), "capitales": ("<w:caps/>",),
        "petites capitales": ("<w:smallCaps/>",), "fond": (_GREY,), "grand": ('<w:sz w:val="32"/>',),
        "espacé": ('<w:spacing w:val="20"/>',), "police": ('<w:rFonts w:ascii="DejaVu Serif" w:hAnsi="DejaVu Serif"/>',),
    }  # fmt: skip
    for name, props in looks.items():
        yield Paragraph((Run("Un mot "), Run(f"en {name}, AVEC Majuscules", props), Run(" dans une phrase ordinaire.")))
    raised, lowered = ('<w:vertAlign w:val="superscript"/>',), ('<w:vertAlign w:val="subscript"/>',)
    yield Paragraph(
        (Run("Le 1"), Run("er", raised), Run(" mai, H"), Run("2", lowered), Run("O et m"), Run("2", raised))
    )
    for props in (
        ('<w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/>', _BOTH),
        ('<w:spacing w:before="240" w:after="240" w:line="360" w:lineRule="auto"/>',),
        ('<w:spacing w:line="400" w:lineRule="atLeast"/>', _CENTRED),
        ('<w:ind w:left="720" w:right="720" w:firstLine="360"/>', _BOTH),
        ('<w:ind w:left="720" w:hanging="360"/>',),
    ):
        yield Paragraph((Run(_CLAUSES[1] + " " + _CLAUSES[3]),), "body", props)
    stops = '<w:tabs><w:tab w:val="left" w:pos="2000"/><w:tab w:val="center" w:pos="4500"/><w:tab w:val="decimal" w:pos="7000"/></w:tabs>'
    for row in ("Un\tdeux\ttrois\t4,50", "Long texte ici\tb\tcentré ici\t1 250,75"):
        yield line(row, "body", stops)


LAYOUTS: dict[str, Callable[[Sequence[Block], int], Iterator[Block]]] = {
    "plain": plain,
    "two columns": two_columns,
    "lists": lists,
    "aligned": aligned,
    "boxed": boxed,
    "nested": nested,
    "terms": with_terms,
    "schedule": with_schedule,
    "formats": with_formats,
}
