from generator.render.pdf.fonts import compatible_families, missing_fonts


def test_font_is_there_by_itself_or_by_one_of_the_same_widths() -> None:
    installed = frozenset({"Carlito", "DejaVu Sans"})
    assert missing_fonts(["Calibri", "DejaVu Sans", "Arial"], installed) == ("Arial",)


def test_without_fontconfig_nothing_is_said() -> None:
    assert missing_fonts(["Arial"], None) == ()


def test_pdf_may_use_the_font_or_its_double() -> None:
    assert compatible_families(["Calibri"]) == {"Calibri", "Carlito"}
