"""A template's documents read by optical engines, as they are and worn by every profile."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from generator.checking.kinds import MODELE_LECTURE
from generator.checking.kinds import MODELE_LECTURE_FRAGILE
from generator.checking.parts import Found
from generator.checking.rendered import Made
from generator.checking.rendered import in_paragraph
from generator.checking.rendered import paragraph_of
from generator.checking.usage import Usage
from generator.findings import ERROR
from generator.findings import Place
from generator.lang import Text
from generator.readback.kinds import LECTURE_DOUBLE
from generator.readback.kinds import QR_ABSENT
from generator.readback.kinds import QR_AUTRE_VERSION
from generator.readback.opened import open_pdf
from generator.readback.seen import look_at
from generator.readback.verify import NET
from generator.readback.verify import Look
from generator.readback.verify import Wanted
from generator.readback.verify import judged
from generator.readback.verify import verify

# What is said of a document as a whole.
_OF_THE_WHOLE = (QR_ABSENT, QR_AUTRE_VERSION, LECTURE_DOUBLE)
# A mention that most ways of wearing a page make unreadable is the layout's fault, not theirs.
_MOST = 0.5


def check_optically(
    template: str, made: Made, usage: Usage, engines: Sequence[str], wears: Sequence[str]
) -> Iterator[Found]:
    """Find the mentions that engines do not read back from a document.

    Args:
        template: the template's name.
        made: the document.
        usage: what the template uses, to name the paragraph that a mention stands in.
        engines: names of `generator.readback.engines.ENGINES`.
        wears: names of `generator.readback.wear.PROFILES` to try it under, beside as it is.

    Raises:
        EngineMissingError: an engine is not on this machine.
    """
    if made.pdf is None:
        return
    wanted = Wanted(made.strain.order, made.strain.appel, made.strain.document)
    verified = verify(look_at(open_pdf(Path(template), made.pdf)), wanted, engines, wears)
    here = Place(template, part=made.name)
    every = [mention.id for mention in wanted.mentions]
    lost: dict[str, list[Look]] = {}
    for look in verified.looks:
        for finding in judged(look, here, known=every):
            if finding.severity is ERROR:
                # Where nothing at all is read, no mention is named: each is lost.
                named = dict(finding.values).get("id")
                for name in [str(named)] if named else every:
                    lost.setdefault(name, []).append(look)
    for name, looks in lost.items():
        is_worn = all(look.wear != NET for look in looks)
        kind = MODELE_LECTURE_FRAGILE if is_worn and len(looks) < _MOST * len(wears) * len(engines) else MODELE_LECTURE
        paragraph = paragraph_of(name, usage)
        by = _by(looks)
        yield Found(kind.at(in_paragraph(paragraph, here), id=name, by=by), paragraph)
    for finding in verified.findings:
        if finding.kind in _OF_THE_WHOLE and (finding.kind is not QR_ABSENT or usage.has("qr_code")):
            yield Found(replace(finding, place=here))


def _by(looks: Sequence[Look]) -> Text:
    """Say which engines lost a mention, and on which pages: as they are, or worn how."""
    named = {
        engine: [look.wear for look in looks if look.engine == engine] for engine in {look.engine for look in looks}
    }
    fr, en = (
        " ; ".join(
            f"{engine} : {', '.join(net if wear == NET else wear for wear in wears)}" for engine, wears in named.items()
        )
        for net in ("page nette", "clean page")
    )
    return Text(fr, en)
