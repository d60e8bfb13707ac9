"""Texts for property tests: any characters, and those that mean something to a language on the way to paper."""

from hypothesis import strategies as st

from tests.generators.texts import FRENCH, SIGNS, SPACES

# Lone surrogates are not characters.
any_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
# XML, Jinja, Typst, and what typography turns into something else, between ordinary words.
_PIECES = (
    *SIGNS,
    *FRENCH[:12],
    *SPACES,
    "{{",
    "}}",
    "{%",
    "#panic()",
    '#"',
    "\\u{41}",
    "\\(",
    "$",
    "]]>",
    "<!--",
    "@a",
)
hostile_texts = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12).map("".join).map(str.strip).filter(bool)
