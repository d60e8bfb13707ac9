"""Refuse tags that are too deep or too long for Jinja: Python gives up on them with an error of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.common.findings import Place
from generator.common.language import Text
from generator.common.opc import parse_xml
from generator.render.docx.archive import W, paragraph_text, read_parts
from generator.render.docx.locate import in_part, words_of
from generator.render.docx.templates import Template

# Python gives up on about 40 brackets, 300 operators, 20 loops and 4,300 digits.
MAX_BRACKETS, MAX_OPERATORS, MAX_BLOCKS, MAX_DIGITS = 20, 100, 15, 300

_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
# Each of these is nested in the next: `a + b + c`, `a.b.c`, `a | b | c`.
_OPERATOR = re.compile(r"[-+*/%~|.\[(]+|\b(?:and|or|not|if|else)\b")
_DIGITS = re.compile(rf"[0-9_]{{{MAX_DIGITS + 1},}}")
_BLOCK = re.compile(r"\{%(?:p|tr|tc|r)?[-+]?\s*(end)?(?:if|for|macro|call|with|filter|block|autoescape)\b")
_EXCERPT = 40


def find_excessive_tags(template: Template) -> Iterator[tuple[Place, Text]]:
    """Return the place of each tag that is too deep or too long, and what is wrong.

    Raises:
        etree.XMLSyntaxError: a part is not well-formed.
    """
    for name, part in read_parts(template.data).items():
        if not _PARTS.fullmatch(name) or b"{" not in part:
            continue
        root, depth = parse_xml(part), 0
        for paragraph in root.iter(f"{W}p"):
            for tag in _TAG.findall(paragraph_text(paragraph)):
                depth += _opened_blocks(tag)
                problem = _tag_problem(tag) or (_DEEP_BLOCKS if depth > MAX_BLOCKS else None)
                if problem:
                    shown = tag if len(tag) <= _EXCERPT else f"{tag[:_EXCERPT]}…"
                    reason = Text(f"« {shown} », {problem.fr}", f"“{shown}”, {problem.en}")
                    yield Place(template.name, part=in_part(name, words_of(root, paragraph))), reason
                    break


_DEEP_BLOCKS = Text(f"plus de {MAX_BLOCKS} blocs l'un dans l'autre", f"more than {MAX_BLOCKS} blocks inside each other")
_DEEP = Text(
    f"plus de {MAX_BRACKETS} parenthèses l'une dans l'autre", f"more than {MAX_BRACKETS} brackets inside each other"
)
_LONG = Text(f"plus de {MAX_OPERATORS} opérations", f"more than {MAX_OPERATORS} operations")
_LARGE = Text(f"un nombre de plus de {MAX_DIGITS} chiffres", f"a number of more than {MAX_DIGITS} digits")


def _opened_blocks(tag: str) -> int:
    """Return 1 for a tag that opens a block, -1 for one that closes a block, else 0."""
    found = _BLOCK.match(tag)
    return 0 if not found else -1 if found[1] else 1


def _tag_problem(tag: str) -> Text | None:
    bare = _STRING.sub("''", tag)
    if _DIGITS.search(bare):
        return _LARGE
    depth = deepest = 0
    for char in bare:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    # The braces of the tag itself count for two.
    if deepest > MAX_BRACKETS + 2:
        return _DEEP
    return _LONG if len(_OPERATOR.findall(bare)) > MAX_OPERATORS else None
