"""Read the documents of a template optically, clean and worn by every profile."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from generator.common.findings import ERROR, Place
from generator.common.language import Text, joined, text
from generator.template_check import rendered
from generator.template_check.parts import TemplateFinding
from generator.template_check.usage import Usage
from generator.verify import finding_kinds, opened
from generator.verify.verify import NET, Look, Wanted, judged, verify

# Findings on a document as a whole.
_OF_THE_WHOLE = (finding_kinds.QR_ABSENT, finding_kinds.QR_AUTRE_VERSION, finding_kinds.LECTURE_DOUBLE)
# If most wear profiles make a mention unreadable, the layout of the template is the cause.
_MOST = 0.5


def check_optically(
    template: str, made: rendered.RenderedOrder, usage: Usage, readers: Sequence[str], wears: Sequence[str]
) -> Iterator[TemplateFinding]:
    """Find the mentions that readers do not read back from a document.

    Args:
        template: the template's name.
        made: the document.
        usage: the names that the template uses, to find the paragraph of a mention.
        readers: the readers, by name (`generator.verify.readers.READERS`).
        wears: names of `generator.verify.wear.PROFILES` to apply, besides the clean document.

    Raises:
        ReaderMissingError: a reader is not on this machine.
    """
    if made.pdf is None:
        return
    wanted = Wanted(made.stress.order, made.stress.appel, made.stress.document)
    verified = verify(opened.look_at(opened.open_pdf(Path(template), made.pdf)), wanted, readers, wears)
    here = Place(template, part=made.name)
    every = [mention.id for mention in wanted.mentions]
    lost: dict[str, list[Look]] = {}
    for look in verified.looks:
        for finding in judged(look, here, known=every):
            if finding.severity is ERROR:
                # A finding without a mention means that nothing was read: every mention is lost.
                named = dict(finding.values).get("id")
                for name in [str(named)] if named else every:
                    lost.setdefault(name, []).append(look)
    for name, looks in lost.items():
        is_worn = all(look.wear != NET for look in looks)
        # A mention that survives the clean page and most wears is at risk, not lost.
        is_fragile = is_worn and len(looks) < _MOST * len(wears) * len(readers)
        kind = rendered.MODELE_LECTURE_FRAGILE if is_fragile else rendered.MODELE_LECTURE
        paragraph = rendered.find_paragraph(name, usage)
        place = rendered.in_paragraph(paragraph, here)
        yield TemplateFinding(kind.at(place, id=name, by=_by(looks)), paragraph)
    for finding in verified.findings:
        # A template without a QR code has its own finding.
        if finding.kind in _OF_THE_WHOLE and (finding.kind != finding_kinds.QR_ABSENT or usage.has("qr_code")):
            yield TemplateFinding(replace(finding, place=here))


def _by(looks: Sequence[Look]) -> Text:
    """Return which readers lost a mention, on the clean page or with which wear."""
    clean = text("template_check.optical.clean-page")
    lost = []
    for reader in dict.fromkeys(look.reader for look in looks):
        wears = [clean if look.wear == NET else Text(look.wear, look.wear) for look in looks if look.reader == reader]
        lost.append(text("common.labelled", label=reader, value=joined(wears)))
    return joined(lost, ";")
