"""The built-in templates are what their code builds, and are lean."""

import io
import re
import zipfile

import pytest

from generator.common.resources import TEMPLATES
from templates.build import build

BUILT = build()


@pytest.mark.parametrize("name", sorted(BUILT))
def test_file_is_what_the_code_builds(name: str) -> None:
    assert (TEMPLATES / name).read_bytes() == BUILT[name], "run: python -m templates.build"


@pytest.mark.parametrize("name", sorted(BUILT))
def test_no_style_is_there_that_is_not_used(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BUILT[name])) as archive:
        styles = set(re.findall(r'w:styleId="(\w+)"', archive.read("word/styles.xml").decode()))
        text = "".join(archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml"))
    unused = {style for style in styles if f'<w:pStyle w:val="{style}"/>' not in text and style != "Normal"}
    assert unused <= {"Amount", "Total", "State"}


@pytest.mark.parametrize("name", sorted(BUILT))
def test_no_text_is_under_11_points_but_headers_and_footers(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BUILT[name])) as archive:
        styles = archive.read("word/styles.xml").decode()
    small = re.findall(r'w:styleId="(\w+)"(?:(?!</w:style>).)*<w:sz w:val="(\d+)"', styles)
    # The logo's paragraph holds a picture alone.
    assert {style for style, size in small if int(size) < 22} == {"Header", "Footer", "Logo", "Running"}
