from generator.common.missing_tools import FONT_PACKAGES, METRIC_ALIASES, missing_fonts_finding
from generator.render.pdf.fonts import missing_fonts


def test_package_of_a_font_of_the_same_widths_is_named() -> None:
    fix = missing_fonts_finding(["Calibri", "Cambria", "Roboto"]).fix("fr")
    assert "apt-get install fonts-crosextra-caladea fonts-crosextra-carlito fonts-roboto ;" in fix
    assert "Carlito tient lieu de Calibri" in fix
    assert "Carlito stands in for Calibri" in missing_fonts_finding(["Calibri"]).fix("en")


def test_font_that_no_package_has_is_to_be_replaced_in_template() -> None:
    fix = missing_fonts_finding(["Aptos"]).fix("fr")
    assert "apt-get" not in fix
    assert "choisir dans le modèle Noto Sans ou DejaVu Sans" in fix


def test_font_that_a_package_gives_satisfies_the_check() -> None:
    for font, twin in METRIC_ALIASES.items():
        assert twin in FONT_PACKAGES
        assert missing_fonts([font], frozenset({twin})) == ()
        assert missing_fonts([font], frozenset()) == (font,)
