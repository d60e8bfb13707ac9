"""Tags that docxtpl does not fill, or that are too deep or long: `render` refuses them as `template check` does."""

from pathlib import Path

import pytest
from docx import Document

from generator.common.resources import TEMPLATES
from generator.references import Appels, DocumentKind
from generator.render.docx.archive import docx_text
from generator.render.docx.render import RenderError
from generator.render.docx.templates import Template
from generator.render.docx.unfilled_tags import unfilled_tags
from generator.template_check.check import CheckOptions, check_template
from templates.ooxml import OFFICE, paragraph, run
from tests.cli.calls import call
from tests.conftest import VALID, Json, order_of
from tests.render.docx.test_render import render_bdc
from tests.template_check.edits import TYPES, Change, add_part, after, both, changed, edit, text_box

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
CORE = "docProps/core.xml"
FINESS = "mention.finess.text"
PIECES = "<w:r><w:t>{</w:t></w:r><w:proofErr w:type='spellStart'/><w:r><w:t>{ numero }}</w:t></w:r>"


def note(kind: str, inner: str) -> Change:
    xml = f'<w:{kind}s {W}><w:{kind} w:id="1"><w:p>{inner}</w:p></w:{kind}></w:{kind}s>'
    return add_part(f"word/{kind}s.xml", xml, f"{kind}s", f"{OFFICE}.{kind}s+xml")


def chart(inner: str) -> Change:
    xml = f"<c:chartSpace {C} {A}><c:chart><c:title><c:tx><c:rich>{inner}</c:rich></c:tx></c:title></c:chart></c:chartSpace>"
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    return add_part("word/charts/chart1.xml", xml, "chart", kind)


def custom_xml(inner: str) -> Change:
    return add_part("customXml/item1.xml", inner, "customXml", "application/xml", target="../customXml/item1.xml")


def numbered(text: str) -> Change:
    level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="{text}"/></w:lvl>'
    xml = f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum></w:numbering>'
    return add_part("word/numbering.xml", xml, "numbering", f"{OFFICE}.numbering+xml")


def link(address: str) -> Change:
    return add_part("", "", "hyperlink", "", mode=' TargetMode="External"', target=address)


UNFILLED = {
    "endnote": (note("endnote", run("Voir {{ numero }}")), "note de fin"),
    "comment": (note("comment", run("Voir {{ numero }}")), "commentaire"),
    "endnote in pieces": (note("endnote", PIECES), "note de fin"),
    "statement": (note("endnote", run("{% if va %}")), "note de fin"),
    "note to oneself": (note("endnote", run("{# à revoir #}")), "note de fin"),
    "chart": (chart("<a:p><a:r><a:t>{{</a:t></a:r><a:r><a:t> numero }}</a:t></a:r></a:p>"), "graphique"),
    "custom XML": (custom_xml("<x><numero>{{ numero }}</numero></x>"), "XML"),
    "custom XML attribute": (custom_xml('<x numero="{{ numero }}"/>'), "XML"),
    "list number": (numbered("{{ numero }}.%1"), "listes"),
    "keywords": (edit("</cp:coreProperties>", "<cp:keywords>{{ numero }}</cp:keywords></cp:coreProperties>", CORE), "propriétés"),
    "link": (link("https://vendor.example/{{ numero }}"), "lien"),
    "link as Word writes it": (link("https://vendor.example/%7B%7B%20numero%20%7D%7D"), "lien"),
    "raw block": (after(FINESS, paragraph(run("{% raw %}{{ numero }}{% endraw %}"))), "document"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "place"), UNFILLED.values(), ids=UNFILLED.keys())
def test_unfilled_tag_is_refused_by_render_and_check(
    change: Change, place: str, order_json: Json, appels: Appels, tmp_path: Path
) -> None:
    data = changed("bdc", change)
    with pytest.raises(RenderError) as caught:
        render_bdc(order_of(order_json), Template("own.docx", data))
    finding = caught.value.finding
    assert finding.code == "MODELE-BALISE-NON-REMPLIE"
    assert finding.place.part is not None
    assert place in finding.place.part.fr
    path = tmp_path / "own.docx"
    path.write_bytes(data)
    checked = check_template(path, list(appels.values()), CheckOptions(DocumentKind.BDC, rendered=False))
    assert "MODELE-BALISE-NON-REMPLIE" in [found.code for found in checked.findings]


FILLED = {
    "built-in": lambda _: None,
    "header": edit("</w:hdr>", paragraph(run("{{ numero }}")) + "</w:hdr>", "word/header1.xml"),
    "text box": after(FINESS, text_box(paragraph(run("{{ numero }}")))),
    "description": edit("</cp:coreProperties>", "<dc:description>{{ numero }}</dc:description></cp:coreProperties>", CORE),
    "GUID in a link": link("https://vendor.example/%7B0A1B2C3D-0000-4000-8000-000000000000%7D"),
    "JSON in custom XML": custom_xml('<x>{"a": {"b": 1}}</x>'),
    "a part that nothing leads to": lambda parts: parts.update({"word/lost.xml": b"<x>{{ numero }}</x>"}),
}  # fmt: skip


@pytest.mark.parametrize("change", FILLED.values(), ids=FILLED.keys())
def test_filled_tag_is_no_fault(change: Change, order_json: Json) -> None:
    template = Template("own.docx", changed("bdc", change))
    assert unfilled_tags(template) == ()
    assert "{{" not in docx_text(render_bdc(order_of(order_json), template))


@pytest.mark.parametrize("name", ["{{ numero }}", "{% if x %}", "{# x #}", "{_{ x }_}"])
def test_value_may_contain_a_tag_of_the_template(name: str, order_json: Json) -> None:
    order_json["client"]["denomination_sociale"] = name
    built_in = Template("bdc.docx", (TEMPLATES / "bdc.docx").read_bytes())
    assert name in docx_text(render_bdc(order_of(order_json), built_in))


def test_value_in_a_footnote_is_not_run_as_a_tag(order_json: Json) -> None:
    # docxtpl renders footnotes once a section, and the second time finds what values contain.
    order_json["client"]["denomination_sociale"] = "{{ nosuch }}"
    section = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr></w:p>'
    told = note("footnote", run("{{ client.denomination_sociale }}"))
    template = Template("own.docx", changed("bdc", both(told, after(FINESS, section))))
    made = render_bdc(order_of(order_json), template)
    assert b"{{ nosuch }}" in docx_part(made, "word/footnotes.xml")


def docx_part(data: bytes, name: str) -> bytes:
    from generator.render.docx.archive import docx_parts

    return docx_parts(data, name)[name]


def test_check_names_the_paragraph_of_an_endnote(appels: Appels, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(changed("bdc", note("endnote", run("Voir {{ numero }}"))))
    checked = check_template(path, list(appels.values()), CheckOptions(DocumentKind.BDC, rendered=False))
    (found,) = [each for each in checked.findings if each.code == "MODELE-BALISE-NON-REMPLIE"]
    assert found.place.excerpt == "Voir {{ numero }}"
    assert TYPES  # the part has its own content type


EXCESSIVE = {
    "digits": ("{{ " + "9" * 6000 + " }}",),
    "brackets": ("{{ " + "(" * 400 + "1" + ")" * 400 + " }}",),
    "lists": ("{{ " + "[" * 60 + "]" * 60 + " }}",),
    "sum": ("{{ " + "+".join("1" * 900) + " }}",),
    "filters": ("{{ numero" + "|upper" * 900 + " }}",),
    "not": ("{{ " + "not " * 900 + "numero }}",),
    "loops": (*["{%p for a in 'a' %}"] * 30, *["{%p endfor %}"] * 30),
    "conditions": (*["{%p if numero %}"] * 300, "x", *["{%p endif %}"] * 300),
}
SOUND = (
    "{{ '((((((((((((((((((((((((((((((((((' }}",
    "{{ '" + "9" * 400 + "' }}",
    "{{ " + " + ".join(["1"] * 60) + " }}",
    *["{%p if numero %}", "x", "{%p endif %}"] * 30,
)
ORDER = str(VALID / "bdc-dpi-v2.json")


def template_with(path: Path, paragraphs: tuple[str, ...]) -> Path:
    document = Document(str(TEMPLATES / "bdc.docx"))
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


@pytest.mark.parametrize("paragraphs", EXCESSIVE.values(), ids=EXCESSIVE)
@pytest.mark.parametrize(
    "arguments",
    [
        ("template", "check", "a.docx"),
        ("template", "preview", "a.docx", "-o", "page.png"),
        ("render", ORDER, "--template", "a.docx", "-o", "out"),
    ],
    ids=lambda arguments: arguments[0] + arguments[1][:5] if isinstance(arguments, tuple) else None,
)
def test_tag_beyond_bounds_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], paragraphs: tuple[str, ...]
) -> None:
    template_with(tmp_path / "a.docx", paragraphs)
    monkeypatch.chdir(tmp_path)
    ended = call(*arguments)
    assert ended.code == 1
    assert "MODELE-SYNTAXE" in ended.out + ended.err
    assert "a.docx paragraphe " in ended.out + ended.err


def test_usual_tags_are_within_bounds(tmp_path: Path) -> None:
    template = template_with(tmp_path / "a.docx", SOUND)
    assert call("render", ORDER, "--template", template, "-o", tmp_path / "out", "--format", "docx").code == 0
