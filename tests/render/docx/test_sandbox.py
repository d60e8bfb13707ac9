"""Templates that would not end, or take the machine: each is stopped by its budget, whatever it uses."""

import pytest
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from generator.render.docx.render import RenderError
from generator.render.docx.sandbox import FILTER_NAMES, EndlessError, bounded, environment
from tests.conftest import ROOT, Json, order_of
from tests.render.docx.test_render import render_bdc, with_text

TWICE = "{% set n = namespace(s='ab', l=['ab']) %}{% for i in range(40) %}"
ENDLESS = {
    "silent loops": "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "loops over a text": "{% for a in 'ab' * 40000 %}{% for b in 'ab' * 40000 %}{% endfor %}{% endfor %}",
    "macro": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    "macro for ever": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% set t = [1, 2] %}{% for a in t recursive %}{{ loop(t) }}{% endfor %}",
    "long range": "{% for a in range(10**9) %}{% endfor %}",
    "power": "{{ 10**(10**10) }}",
    "power of a power": "{% set n = namespace(x=9) %}{% for i in range(9) %}{% set n.x = n.x ** 9 %}{% endfor %}{{ n.x }}",
    "product": "{% set n = namespace(x=9) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "text by a number": "{{ ('a' * 10**9)|length }}",
    "list by a number": "{{ ([1] * 10**9)|length }}",
    "sum of texts": TWICE + "{% set n.s = n.s + n.s %}{% endfor %}",
    "joined texts": TWICE + "{% set n.s = n.s ~ n.s %}{% endfor %}",
    "join": TWICE + "{% set n.s = [n.s, n.s]|join %}{% endfor %}",
    "join by attribute": TWICE + "{% set n.s = [n, n]|join(attribute='s') %}{% endfor %}",
    "join as a method": TWICE + "{% set n.s = n.s.join([n.s, n.s]) %}{% endfor %}",
    "separator": TWICE + "{% set n.s = [1, 2, 3]|join(n.s) %}{% endfor %}",
    "replace": "{{ ('a' * 90000)|replace('a', 'a' * 90000)|length }}",
    "replace as a method": "{{ ('a' * 90000).replace('a', 'a' * 90000)|length }}",
    "block": TWICE + "{% set t %}{{ n.s }}{{ n.s }}{% endset %}{% set n.s = t %}{% endfor %}",
    "sum of lists": TWICE + "{% set n.l = n.l + n.l %}{% endfor %}",
    "lists in lists": TWICE + "{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
    "dicts in dicts": TWICE + "{% set n.l = dict(a=n.l, b=n.l) %}{% endfor %}{{ n.l }}",
    "many copies": "{% set n = namespace(l=[]) %}{% set s = 'a' * 90000 %}"
    "{% for i in range(9999) %}{% set n.l = n.l + [s[1:]] %}{% endfor %}",
    "split": "{% for i in range(9999) %}{% set x = ('a ' * 40000).split() %}{% endfor %}",
}
FORBIDDEN = {
    "lipsum": "{{ lipsum(n=10**6) }}",
    "random": "{{ [1, 2, 3]|random }}",
    "indent": "{{ 'a'|indent(10**9, true)|length }}",
    "wordwrap": "{{ ('a ' * 9000)|wordwrap(1, wrapstring='a' * 90000) }}",
    "center filter": "{{ 'a'|center(10**9)|length }}",
    "slice filter": "{{ 'a'|slice(10**9)|list|length }}",
    "batch": "{{ 'a'|batch(10**9, 0)|list|length }}",
    "format filter": "{{ '%1000000000d'|format(1)|length }}",
    "pprint": "{{ mention|pprint }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "format": "{{ '{:1000000000d}'.format(1)|length }}",
    "format_map": "{{ '{a:1000000000d}'.format_map({'a': 1})|length }}",
    "center": "{{ 'a'.center(10**9)|length }}",
    "ljust": "{{ 'a'.ljust(10**9)|length }}",
    "zfill": "{{ '1'.zfill(10**9)|length }}",
    "expandtabs": "{{ '\\t'.expandtabs(10**9)|length }}",
    "translate": "{{ 'aaaa'.translate({97: 'b' * 9000}) }}",
    "encode": "{{ 'a'.encode('utf-16') }}",
    "to_bytes": "{{ (1).to_bytes(10**9, 'big') }}",
    "an address": "{{ namespace() }}",
    "a generator": "{{ [1]|map('string') }}",
    "the loop": "{% for a in [1] %}{{ loop }}{% endfor %}",
    "class": "{{ ''.__class__.__mro__ }}",
}


def made(source: str) -> str:
    environment().budget.renew()
    return bounded(environment().from_string(source).generate({"mention": {}, "name": "Été", "items": ("a", "b")}))


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_template_that_goes_on_is_stopped(source: str) -> None:
    with pytest.raises((EndlessError, RecursionError)):
        made(source)


@pytest.mark.parametrize("source", FORBIDDEN.values(), ids=FORBIDDEN)
def test_template_has_only_what_it_needs(source: str) -> None:
    with pytest.raises((SecurityError, TemplateError)) as caught:
        made(source)
    assert not isinstance(caught.value, EndlessError)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for a in items %}{{ loop.index }}/{{ loop.length }}{{ a|upper }}{% endfor %}", "1/2A2/2B"),
        ("{{ items|join(', ') }} {{ items|length }} {{ ', '.join(items) }}", "a, b 2 a, b"),
        ("{{ name ~ ' & ' ~ 1 }} {{ name[1:] }} {{ name.replace('t', 'T') }}", "Été &amp; 1 té ÉTé"),
        ("{{ items|map('upper')|join }} {{ [3, 1]|sort|first }} {{ nothing|default('-') }}", "AB 1 -"),
        (
            "{% set x %}<{{ name }}>{% endset %}{{ x }} {{ (1, 2)|list }} {{ 7 // 2 * 2 + 10 % 3 - 2 ** 3 }}",
            "<Été> [1, 2] -1",
        ),
        (
            "{% macro m(a) %}({{ a }}){% endmacro %}{{ m(items[0]) }}{% for k, v in {'x': 1}.items() %}{{ k }}{{ v }}{% endfor %}",
            "(a)x1",
        ),
    ],
)
def test_template_can_do_what_it_needs(source: str, text: str) -> None:
    assert made(source) == text


def test_budget_is_the_documents_and_findings_name_the_cause(order_json: Json) -> None:
    order = order_of(order_json)
    for text, code in (
        ("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}", "MODELE-SANS-FIN"),
        ("{{ [1, 2]|random }}", "MODELE-INTERDIT"),
        ("{% if numero %}{{ 'a'|wordwrap(1, wrapstring='a') }}{% endif %}", "MODELE-INTERDIT"),
        ("{{ lipsum(n=1) }}", "MODELE-NOM-INCONNU"),
        ("{{ [1, 2]|nosuchfilter }}", "MODELE-SYNTAXE"),
    ):
        with pytest.raises(RenderError) as caught:
            render_bdc(order, with_text(text))
        assert caught.value.finding.code == code


@pytest.mark.parametrize("guide", ["fr/modele.md", "en/own-templates.md"])
def test_guide_names_every_filter(guide: str) -> None:
    named = (ROOT / "docs" / guide).read_text("utf-8")
    assert [name for name in sorted(FILTER_NAMES) if f"`{name}`" not in named] == []
