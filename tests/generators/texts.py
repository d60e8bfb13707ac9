"""Texts of every alphabet, length and shape that a descriptor accepts, drawn from a seeded source."""

import random
import unicodedata

LONGEST = 120

FRENCH = (
    *("Centre", "hospitalier", "de", "la", "l’Étang", "Évreux", "Nord", "site", "d'hôpital", "œuvre", "ça", "naïf"),
    *("garçon", "cœur", "Saint-Exemple-sur-Modèle", "à", "où", "Ÿ", "«", "»", "n°", "1er", "2ᵉ", "À", "Ça", "maïs"),
    *("Établissement", "public", "de", "santé", "mentale", "et", "Groupement", "interrégional", "des", "urgences"),
    *("30000", "affichage", "fluide", "office", "difficile", "conflit", "AVATAR", "Tokyo", "WiFi", "(R&D)", "–", "—"),
)
POLISH = ("Łódź", "żółć", "gęślą", "jaźń", "Szpital", "Świętokrzyski", "ą", "Źrebak", "ćma", "Ńemo")
GREEK = ("Νοσοκομείο", "Αθηνών", "άλφα", "και", "Ωμέγα", "ς", "Ψυχή", "έργο")
CYRILLIC = ("Больница", "имени", "Щёкино", "и", "Ёлка", "Київ", "ґанок", "Ђорђе", "ѝ")
LATIN = ("Çağlayan", "İstanbul", "ığdır", "Þór", "straße", "Ærø", "Đà", "đã", "Nẵng", "Ňam", "Ő", "ĳ", "ǆ", "Ŀl", "ſ")
SIGNS = (
    *("&", "<b>", ">", "</w:t>", "{", "}", "#", "$x$", "*gras*", "_souligné_", "`code`", "\\", "\\n", "@", "~", '"'),
    *(
        "'",
        "“",
        "”",
        "„",
        "€",
        "£",
        "%",
        "§",
        "©",
        "®",
        "™",
        "°",
        "²",
        "½",
        "…",
        "•",
        "·",
        "+",
        "=",
        "|",
        "^",
        "/",
        ";",
    ),
    *("//", "/*", "*/", "#let", "#[x]", "<label>", "[x]", "--", "---", "...", "~", "-?", "= titre", "- liste", "&amp;"),
    *("100 %", "12 €", "≥", "≤", "→", "≠", "×", "−", "µ", "Ω", "№", "fi", "ffl", "1/2", "1°", "0,5", "C#", "A:B"),
)
NARROW = ("i", "l", "1", "I", "!", ".", ",", "'", "j", ":")
WIDE = ("W", "M", "@", "%", "Œ", "Æ", "m", "w", "—")
# Plain spaces most of the time; no-break, narrow no-break, thin; and no-break hyphens between words.
SPACES = (" ", " ", " ", " ", " ", " ", "\u00a0", "\u202f", "  ", "   ", "\u2009", "\u2011", "-")

_FAMILIES = (
    ((FRENCH,), 8),
    ((FRENCH, SIGNS), 3),
    ((FRENCH, LATIN, POLISH), 2),
    ((FRENCH, GREEK), 1),
    ((FRENCH, CYRILLIC), 1),
    ((FRENCH, POLISH, GREEK, CYRILLIC, LATIN, SIGNS), 1),
    ((NARROW,), 1),
    ((WIDE,), 1),
)


def draw_text(draw: random.Random, limit: int = LONGEST) -> str:
    """Return a text of 1 to `limit` characters, every length as likely as another."""
    return text_of_length(draw, draw.randint(1, limit))


def text_of_length(draw: random.Random, length: int) -> str:
    """Return a text of a length, which neither starts nor ends with a space."""
    words = [word for family in _family(draw) for word in family]
    # One text in ten is a single word, which no line can break at a space.
    spaces = ("",) if draw.random() < 0.1 else SPACES
    text = ""
    while len(text) < length:
        text += draw.choice(words) + draw.choice(spaces)
    cut = unicodedata.normalize("NFC", text[:length])
    # An end that was cut at a space gets a letter in its place: the length is kept.
    return cut if cut == cut.strip() else cut.rstrip().ljust(length, "n")


def _family(draw: random.Random) -> tuple[tuple[str, ...], ...]:
    families, weights = zip(*_FAMILIES, strict=True)
    (chosen,) = draw.choices(families, weights)
    return tuple(chosen)
