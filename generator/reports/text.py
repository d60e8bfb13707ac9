"""Findings for people: where, what, the line it stands on, and what to do."""

from collections.abc import Sequence

from click import style, unstyle

from generator.common.findings import ERROR, INFO, WARNING, Finding, Place, Severity, severity_word
from generator.common.language import Lang, text

# Spaces that are not printable in the sense of Python; French sentences have no-break spaces.
_INSTEAD = dict.fromkeys("\t\u00a0\u202f", " ")
_COLOURS = {ERROR: "red", WARNING: "yellow", INFO: "cyan"}


def text_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return findings as text, one paragraph each, in `lang`; coloured, for `click.echo` to strip where it must."""
    return "\n".join(_paragraph(finding, lang) for finding in findings)


def plain_report(findings: Sequence[Finding], lang: Lang) -> str:
    """Return the same text without colours."""
    return unstyle(text_report(findings, lang))


def severity_style(severity: Severity, lang: Lang, text: str | None = None) -> str:
    """Return a text, by default the severity's name, in the severity's colour."""
    # click strips the colours where the output is no terminal.
    return style(severity_word(severity, lang) if text is None else text, fg=_COLOURS[severity], bold=True)


def sentences(finding: Finding, lang: Lang) -> list[str]:
    """Return what is wrong, after where in the file it is if that is no line, and what to do, each on its own line."""
    place = finding.place
    part = place.part.say(lang) if place.part else ""
    # A part of a template has no lines: its own text tells the place.
    if part and place.excerpt:
        part = text("reports.text.excerpt", part=part, excerpt=printable(place.excerpt)).say(lang)
    fix = finding.fix(lang)
    wrong = finding.message(lang)
    if part:
        wrong = text("reports.text.part", part=part, message=wrong).say(lang)
    return [wrong, *([f"→ {fix}"] if fix else [])]


def page_values(finding: Finding, lang: Lang) -> dict[str, str]:
    """Return what the templates of HTML reports show of a finding."""
    return {
        "severity": finding.severity.value,
        "word": severity_word(finding.severity, lang),
        "code": finding.code,
        "where": ":".join(str(part) for part in (finding.place.file, finding.place.line) if part),
        "message": finding.message(lang),
        "fix": finding.fix(lang),
    }


def _paragraph(finding: Finding, lang: Lang) -> str:
    weight = severity_style(finding.severity, lang, f"{severity_word(finding.severity, lang)} {finding.code}")
    where = _where(finding.place, lang)
    fix = finding.fix(lang)
    lines = [f"{where}: {weight}" if where else weight, f"  {finding.message(lang)}"]
    lines += _excerpt(finding.place)
    if fix:
        lines.append(f"  → {fix}")
    return "\n".join(lines)


def _where(place: Place, lang: Lang) -> str:
    numbers = ":".join(str(number) for number in (place.line, place.column) if number is not None)
    file = ":".join(part for part in (printable(place.file), numbers) if part)
    inside = place.part.say(lang) if place.part else printable(place.pointer or "")
    return " ".join(part for part in (file, inside) if part)


def _excerpt(place: Place) -> list[str]:
    if not place.excerpt:
        return []
    gutter = str(place.line) if place.line else ""
    lines = [f"  {gutter} │ {printable(place.excerpt)}"]
    if place.caret is not None:
        lines.append(f"  {' ' * len(gutter)} │ {' ' * place.caret}^")
    return lines


def printable_lines(text: str) -> str:
    """Return a text of several lines, each as `printable` gives it."""
    return "\n".join(map(printable, text.split("\n")))


def printable(text: str) -> str:
    """Return `text` without what a terminal would obey or an encoding refuse; tabs and no-break spaces are spaces."""
    # Values and file names come from outside: escape codes would move the cursor or hide a line.
    return "".join(char if char.isprintable() else _INSTEAD.get(char, "\N{REPLACEMENT CHARACTER}") for char in text)
