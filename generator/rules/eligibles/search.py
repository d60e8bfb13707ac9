"""Search establishments by number or name, as people write them, and format them as text or JSON."""

import difflib
import heapq
from collections.abc import Iterator

from generator.common.folding import fold_words
from generator.common.language import Lang, text
from generator.documents.printed import euros
from generator.rules.eligibles.base import Base, Etablissement, Plafond

# Two names with a lower similarity are not spellings of one name.
_NEAR = 0.6
# Words that are in half of all names.
_COMMON = frozenset(
    ("ch", "chu", "centre", "hospitalier", "hopital", "clinique", "de", "d", "du", "la", "le", "les", "l", "des")
)


def search(base: Base, asked: str, limit: int = 10) -> list[Etablissement]:
    """Return the establishments that match a search, best match first.

    Args:
        base: the base.
        asked: a FINESS number (PMSI or other) or its beginning; or words of a name, ignoring accents, case and
            signs. If no name contains all the words, the most similar names are returned.
        limit: the largest number of results.
    """
    number = asked.replace(" ", "").upper()
    if number[:1].isdecimal() and (number[2:].isdecimal() or len(number) <= 2):  # noqa: PLR2004  # 2A and 2B
        found = list(_by_number(base, number))
        if found:
            return found[:limit]
    wanted = fold_words(asked)
    if not wanted:
        return []
    words = wanted.split()
    whole = [each for each in base if all(_has(fold_words(each.nom), word) for word in words)]
    if whole:
        # The shortest name has the fewest words besides those of the search.
        return sorted(whole, key=lambda each: (len(each.nom), each.nom))[:limit]
    # Of two names as similar, the first row of the workbook comes first.
    ranked = heapq.nlargest(limit, ((_similarity(wanted, fold_words(each.nom)), -each.ligne, each) for each in base))
    return [each for similarity, _, each in ranked if similarity >= _NEAR]


def _by_number(base: Base, number: str) -> Iterator[Etablissement]:
    exact = base.get(number)
    if exact:
        yield exact
    yield from {each.finess: each for each, _ in base.known_as(number)}.values()
    if not exact:
        yield from (each for each in base if each.finess.startswith(number))


def _has(name: str, word: str) -> bool:
    return any(each.startswith(word) for each in name.split())


def _similarity(wanted: str, name: str) -> float:
    """Return the similarity of two folded names, from 0 to 1; words that are in half of all names count little."""
    whole = difflib.SequenceMatcher(None, wanted, name)
    # `quick_ratio` is a cheap upper bound of `ratio`. Half the limit is enough, because single words may be near.
    if whole.quick_ratio() < _NEAR / 2:
        return 0.0
    own = [word for word in wanted.split() if word not in _COMMON] or wanted.split()
    named = [word for word in name.split() if word not in _COMMON] or name.split()
    nearest = [max(difflib.SequenceMatcher(None, word, each).ratio() for each in named) for word in own]
    return max(whole.ratio() if len(own) > 1 else 0.0, sum(nearest) / len(nearest))


def as_text(each: Etablissement, lang: Lang) -> str:
    """Return an establishment as lines of text."""
    named = (
        ("agregat", each.agregat),
        ("categorie", each.categorie),
        *((attribute, number) for number, attribute in each.others),
        ("activite", each.activite),
        ("ligne", str(each.ligne)),
    )
    lines = [f"{each.finess}  {each.nom}"]
    labelled = [(text(f"rules.establishment.{name}"), value) for name, value in named if value]
    for (reference, prestation), plafond in each.plafonds.items():
        ceiling = text("rules.ceiling.of", reference=reference, prestation=prestation)
        labelled.append((ceiling, _amounts(plafond)))
    lines += [f"  {text('common.labelled', label=label, value=value).say(lang)}" for label, value in labelled]
    return "\n".join(lines)


def _amounts(plafond: Plafond) -> str:
    amounts = (("HT", plafond.ht), ("TTC", plafond.ttc))
    return ", ".join(f"{euros(amount)} {name}" for name, amount in amounts if amount is not None)


def as_object(each: Etablissement) -> dict[str, object]:
    """Return an establishment as a JSON object; amounts are strings with two decimals."""
    return {
        "finess": each.finess,
        "nom": each.nom,
        "agregat": each.agregat,
        "categorie": each.categorie,
        "finess_juridique": each.juridique,
        "finess_geographique": each.geographique,
        "activite": each.activite,
        "ligne": each.ligne,
        "plafonds": [
            {
                "reference": reference,
                "prestation": prestation,
                "ht": None if plafond.ht is None else str(plafond.ht),
                "ttc": None if plafond.ttc is None else str(plafond.ttc),
            }
            for (reference, prestation), plafond in each.plafonds.items()
        ],
    }
