"""List every finding kind, find the codes similar to a mistyped one, and explain kinds.

Use: `python -m generator.common.explain fr > docs/fr/constats.md`
"""

import difflib
import importlib
import pkgutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.common.findings import FindingKind, defined_kinds, in_general, severity_word
from generator.common.language import LANGS, Lang, catalogue, text
from generator.common.resources import PACKAGE

# The packages of the optional extras. A test checks that modules that need them define no finding kind, so that every
# kind is known without them.
_OPTIONAL = frozenset(
    (
        "asn1crypto", "cv2", "distributed", "numpy", "onnxruntime", "python_multipart", "rapidfuzz", "rapidocr",
        "starlette", "tesserocr", "uvicorn", "zxingcpp",
    )
)  # fmt: skip
_NEAR = 3
_WIDTH = 100


def all_kinds() -> tuple[FindingKind, ...]:
    """Import every module, and return every finding kind, sorted by code."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "generator."):
        # Importing it would run the command.
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _OPTIONAL:
                raise
    return defined_kinds()


def near_codes(code: str, kinds: Iterable[FindingKind]) -> tuple[str, ...]:
    """Return the codes that may have been meant: codes that contain the word, then codes with a similar spelling."""
    # A word of any length may be asked for, and the time of difflib grows with its square.
    asked = code.upper()[:80]
    known = [kind.code for kind in kinds]
    # « siret » means SIRET-CLE, though the two are not spelt alike.
    alike = sorted((each for each in known if asked and asked in each), key=lambda each: each.index(asked))
    spelt = difflib.get_close_matches(asked, known, n=_NEAR, cutoff=0.6)
    return tuple(dict.fromkeys([*alike, *spelt]))[:_NEAR]


def findings_page(lang: Lang) -> str:
    """Return the page of a language, in Markdown: a chapter a catalogue, a section a kind."""
    kinds = sorted(all_kinds(), key=lambda kind: (kind.message.catalogue, kind.code))
    lines = [*text("common.findings-page.head").say(lang).splitlines(), ""]
    for name, chapter in groupby(kinds, key=lambda kind: kind.message.catalogue):
        lines += [f"## {catalogue('chapters')[name][lang]}", ""]
        if name == "rules":
            lines += [*text("common.findings-page.severities").say(lang).splitlines(), ""]
        lines += _sections(chapter, lang)
    return "\n".join(lines)


def explained(kind: FindingKind, lang: Lang, value: str = "<{}>") -> list[tuple[str, str]]:
    """Return the explanations of a kind besides its message, each with its heading; `value` is the form of values."""
    sections = (
        ("why", kind.message.why.say(lang)),
        ("fix", in_general(kind.message.fix.say(lang), value)),
        ("source", kind.message.source),
        ("example", kind.message.example),
    )
    return [(text(f"common.explanations.{name}").say(lang), words) for name, words in sections if words]


def _sections(kinds: Iterable[FindingKind], lang: Lang) -> Iterator[str]:
    example = text("common.explanations.example").say(lang)
    for kind in kinds:
        yield from (f"### {kind.code}", "")
        message = in_general(kind.message.text.say(lang), "*{}*")
        explanations = explained(kind, lang, "*{}*")
        for heading, paragraph in ((severity_word(kind.severity, lang).capitalize(), message), *explanations):
            # Markdown takes a bare `<` for HTML.
            shown = f"`{paragraph}`" if heading == example else paragraph.replace("<", "&lt;")
            whole = text("common.labelled", label=f"**{heading}**", value=shown).say(lang)
            yield from textwrap.wrap(whole, _WIDTH, break_long_words=False, break_on_hyphens=False)
            yield ""


if __name__ == "__main__":
    (asked,) = (lang for lang in LANGS if lang in sys.argv[1:])
    print(findings_page(asked))  # noqa: T201  # the page is the output of the command
