"""The names that templates can use are those of the real context, and say what it prints."""

import re
from typing import Any

import pytest

from generator.common.findings import has_errors
from generator.documents.stress_orders import stress_orders
from generator.references import Appels, DocumentKind
from generator.references.model import PRINTED_NAMES
from generator.render.docx.context import template_context
from generator.render.docx.sandbox import environment
from generator.render.docx.template_fields import FieldKind, TemplateField, example_order, fields
from generator.rules.validation import check_descriptor
from tests.conftest import ROOT, descriptor

REFERENCES = ("AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2")
KINDS = [(reference, document) for reference in REFERENCES for document in DocumentKind]
each_kind = pytest.mark.parametrize(("reference", "document"), KINDS)


def printed(path: str, context: dict[str, Any]) -> list[str]:
    """Return what a template prints that names a field: once, or for each item."""
    listed, _, rest = path.partition("[]")
    loop = f"{{% for item in {listed} %}}{{{{ item{rest} }}}}\n{{% endfor %}}"
    source = loop if "[]" in path else f"{{{{ {path} }}}}"
    from markupsafe import Markup

    environment().budget.renew()
    return str(Markup(environment().from_string(source).render(context)).unescape()).split("\n")


@each_kind
def test_every_name_of_the_context_is_listed(appels: Appels, reference: str, document: DocumentKind) -> None:
    appel = appels[reference]
    known = {field.path for field in fields(document, appel)}
    context = template_context(example_order(appel, document), appel, document, frozenset())
    assert {path.partition(".")[0].partition("[")[0] for path in known} == {*context, "logo", "qr_code"}
    assert known >= PRINTED_NAMES
    assert known >= {f"mention.{mention.id}.text" for mention in appel.document_mentions(document)}


@each_kind
def test_every_example_is_what_a_sound_order_prints(appels: Appels, reference: str, document: DocumentKind) -> None:
    appel = appels[reference]
    order = example_order(appel, document)
    assert not has_errors(check_descriptor(descriptor(order.descriptor), appels).findings)
    context = template_context(order, appel, document, frozenset())
    for field in fields(document, appel):
        if field.kind is FieldKind.TEXT and field.example:
            assert field.example in printed(field.path, context), field.path
        assert field.example or field.optional or field.kind in (FieldKind.LIST, FieldKind.PICTURE), field.path


@each_kind
def test_what_is_not_optional_is_there_for_every_order(appels: Appels, reference: str, document: DocumentKind) -> None:
    appel = appels[reference]
    needed = [field for field in fields(document, appel) if not field.optional and field.kind is FieldKind.TEXT]
    for stress in stress_orders(appel, document):
        context = template_context(stress.order, appel, document, frozenset())
        for field in needed:
            assert all(printed(field.path, context)[: -1 if "[]" in field.path else None]), (stress.name, field.path)


@each_kind
def test_what_is_optional_may_be_missing(appels: Appels, reference: str, document: DocumentKind) -> None:
    by_path = {field.path: field for field in fields(document, appels[reference])}
    assert by_path["client.adresse"].optional
    assert by_path["signature.client.nom"].optional
    assert by_path["logo"].optional
    assert by_path["va.date"].optional is (document is DocumentKind.BDC)


def test_every_meaning_is_said_in_both_languages(appels: Appels) -> None:
    for reference, document in KINDS:
        for field in fields(document, appels[reference]):
            assert field.meaning.fr, field
            assert field.meaning.fr != field.meaning.en, field


def test_every_name_that_a_built_in_template_uses_is_listed(appels: Appels) -> None:
    from generator.render.docx.archive import docx_text
    from generator.render.docx.templates import read_template

    for document in DocumentKind:
        known: dict[str, TemplateField] = {field.path: field for field in fields(document, appels["AF-HOP-DPI-Va2"])}
        text = docx_text(read_template(ROOT / "templates" / f"{document.value}.docx"))
        used = {name for name in re.findall(r"\{\{ ([\w.]+) \}\}", text) if name.partition(".")[0] in _tops(known)}
        others = {name for name in used if name.startswith("mention.")} - known.keys()
        # Mentions that another record or document has stand under `{% if mention.get(…) %}`.
        assert used - others <= known.keys()


def _tops(known: dict[str, TemplateField]) -> set[str]:
    return {path.partition(".")[0].partition("[")[0] for path in known}
