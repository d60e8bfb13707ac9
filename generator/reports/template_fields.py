"""The names that templates can use, for people and for programs."""

import json
from collections.abc import Callable, Sequence

from click import style

from generator.common.language import Lang, text
from generator.references import DocumentKind
from generator.render.docx.template_fields import ListedField

_HEADS = ("name", "kind", "example", "meaning")


def text_fields(listed: Sequence[ListedField], lang: Lang) -> str:
    """Return two lines a name: what it is, and an example."""
    wide = max(len(each.field.path) for each in listed)
    lines = []
    for each in listed:
        lines.append(f"{style(f'{each.field.path:<{wide}}', bold=True)}  {_kind(each, lang)}")
        lines.append(f"    {each.field.meaning.say(lang)}")
        if each.field.example:
            lines.append(f"    {style(each.field.example, fg='cyan')}")
    return "\n".join(lines)


def json_fields(listed: Sequence[ListedField], lang: Lang) -> str:
    """Return a JSON array, one object a name."""
    objects = [
        {
            "path": each.field.path,
            "kind": each.field.kind.value,
            "optional": each.field.optional,
            "meaning": each.field.meaning.say(lang),
            "example": each.field.example,
            "documents": [kind.value for kind in each.documents],
            "references": list(each.references),
        }
        for each in listed
    ]
    return json.dumps(objects, ensure_ascii=True, indent=2)


def markdown_fields(listed: Sequence[ListedField], lang: Lang) -> str:
    """Return a table."""
    heads = " | ".join(text(f"reports.fields.heads.{head}").say(lang) for head in _HEADS)
    lines = [f"| {heads} |", "|---" * len(_HEADS) + "|"]
    for each in listed:
        cells = (f"`{each.field.path}`", _kind(each, lang), each.field.example, each.field.meaning.say(lang))
        # A vertical bar would begin another cell.
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _kind(each: ListedField, lang: Lang) -> str:
    notes = [text(f"reports.fields.kinds.{each.field.kind.value}").say(lang)]
    if each.field.optional:
        notes.append(text("reports.fields.optional").say(lang))
    # Most names exist in every document: only the exceptions are worth a word.
    if len(each.documents) < len(DocumentKind) and each.is_partial:
        notes += [kind.value for kind in each.documents]
    return ", ".join(notes)


FIELD_REPORTERS: dict[str, Callable[[Sequence[ListedField], Lang], str]] = {
    "text": text_fields,
    "json": json_fields,
    "markdown": markdown_fields,
}
"""Every form that `segurdoc template fields` prints, by the name that `--format` takes."""
