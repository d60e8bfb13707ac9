"""Empty signature fields in a PDF of Typst, which writes none: links that stand where people sign are made into them.

The file keeps its objects; those that change are written in their places, and the table of objects anew.
"""

import re
from collections.abc import Iterator

from generator.render.pdf.objects import text, written

# What the frames link to (`functions.typ`), followed by the name of the field.
SCHEME = "segurdoc:"
# The names of the bookmarks that tell a frame to sign in; a template that has it twice numbers them.
SIGNER = re.compile(r"signature_(client|fournisseur)(_\w+)?")

_TOOLTIPS = {"client": "Signature électronique du client", "fournisseur": "Signature électronique du fournisseur"}
# The offset of the table of objects: `startxref 12345 %%EOF` ends the file.
_TABLE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
# An annotation as Typst writes it: a rectangle, the address `segurdoc:client`, and `/StructParent 3` for its tag.
_LINK = re.compile(
    rb"<</Type/Annot/Subtype/Link/Rect(\[[\d. ]+\]).*?/URI\(segurdoc:(client|fournisseur)\)>>/F 4"
    rb"(/StructParent \d+).*>>",
    re.DOTALL,
)
# The only child is written without the list around it: pyHanko knows a field in the tags by that alone.
_TAG = re.compile(rb"<</Type/StructElem/S/Link(.*)/K\[(<</Type/OBJR/Pg \d+ 0 R/Obj (\d+) 0 R>>)\]>>", re.DOTALL)
_CATALOGUE = b"<</Type/Catalog"
_NOTHING = b"<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Length 0>>\nstream\n\nendstream"


def with_signature_fields(pdf: bytes) -> bytes:
    """Return a PDF whose links to `segurdoc:` are empty signature fields (ISO 32000-1, 12.7.4.5); others stay links.

    Each has an appearance, empty, as PDF/A asks, and is tagged as a form with a description, as PDF/UA asks.

    Args:
        pdf: what Typst wrote: objects that are not packed, and a table of them.
    """
    if b"/URI(" + SCHEME.encode() not in pdf:
        return pdf
    objects, trailer = _objects(pdf)
    fields = {number: link for number, body in objects.items() if (link := _LINK.fullmatch(body))}
    if not fields:
        return pdf
    look = max(objects) + 1
    for number, link in fields.items():
        objects[number] = _field(link, look)
    for number, body in objects.items():
        if (tag := _TAG.fullmatch(body)) and int(tag[3]) in fields:
            objects[number] = b"<</Type/StructElem/S/Form%s/K%s>>" % (tag[1], tag[2])
        elif body.startswith(_CATALOGUE):
            listed = b" ".join(b"%d 0 R" % each for each in fields)
            objects[number] = _CATALOGUE + b"/AcroForm<</Fields[%s]>>" % listed + body[len(_CATALOGUE) :]
    objects[look] = _NOTHING
    header = pdf[: pdf.index(b"\n1 0 obj") + 1]
    return b"".join(_file(header, objects, trailer.replace(b"/Size %d" % look, b"/Size %d" % (look + 1))))


def _field(link: re.Match[bytes], look: int) -> bytes:
    """Return a signature field in the place of a link, with the number of its appearance."""
    name = link[2].decode()
    return b"<</Type/Annot/Subtype/Widget/FT/Sig/Rect%s/T%s/TU%s/F 4%s/AP<</N %d 0 R>>>>" % (
        link[1],
        text(f"signature_{name}"),
        text(_TOOLTIPS[name]),
        link[3],
        look,
    )


def _objects(pdf: bytes) -> tuple[dict[int, bytes], bytes]:
    """Return the objects by their numbers, without what stands around them, and the trailer."""
    found = _TABLE.search(pdf)
    assert found
    table = int(found[1])
    lines = pdf[table:].split(b"\n")
    # `n` marks an object in use, `f` a free entry (ISO 32000-1, 7.5.4).
    starts = sorted((int(line[:10]), number) for number, line in enumerate(lines[2:]) if line[17:18] == b"n")
    ends = [start for start, _ in starts[1:]] + [table]
    bodies = {number: pdf[start:end] for (start, number), end in zip(starts, ends, strict=True)}
    trailer = pdf[pdf.index(b"trailer", table) : pdf.index(b"startxref", table)]
    return {
        number: body[body.index(b"obj\n") + 4 : body.rindex(b"\nendobj")] for number, body in bodies.items()
    }, trailer


def _file(header: bytes, objects: dict[int, bytes], trailer: bytes) -> Iterator[bytes]:
    yield header
    at = len(header)
    entries = [b"0000000000 65535 f\r\n"]
    for number in sorted(objects):
        whole = written(number, objects[number]) + b"\n"
        entries.append(b"%010d 00000 n\r\n" % at)
        yield whole
        at += len(whole)
    yield b"xref\n0 %d\n%s%sstartxref\n%d\n%%%%EOF" % (len(entries), b"".join(entries), trailer, at)
