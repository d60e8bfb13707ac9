"""Find the names that a template uses in all its branches, from its tags, without rendering it."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeVisitor

from generator.common.folding import fold_spaces
from generator.template_check.parts import Layout, Tag, TemplateParagraph

# docxtpl's own statements about table cells; what follows is an expression.
_CELL_TAGS = re.compile(r"(?:cellbg|colspan)\s+(.*)|(?:hm|vm)$")
# Jinja's own names: these reach objects of Python, and no document needs them.
_OBJECTS = ("self", "cycler", "joiner", "lipsum", "super", "caller", "varargs", "kwargs")
# These names give no values of an order, and are no mistakes.
_HARMLESS = ("range", "dict", "namespace", "loop")
_MAKES_NAMES = re.compile(r"\b(?:for|set)\s+(\w+)")
# `mention` and its id; a third step is its text or value.
_MENTION = 2

# The step from a list to its entries, in a path.
ITEM = "[]"
# The path of each name that a loop or assignment makes; None if it is no value of an order.
Scope = dict[str, str | None]


def steps(path: str) -> list[str]:
    """Return the steps of a path: `questions[].text` has three."""
    return path.replace(ITEM, f".{ITEM}").split(".")


@dataclass(frozen=True, slots=True)
class Use:
    """A path that a template uses, and where.

    Attributes:
        path: such as `mention.siret.value`, or `questions[].text` within a loop over `questions`.
        guarded: whether a condition around it checks that it exists.
        asked: whether it may be missing, as in `mention.get('siret')`.
        printed: whether the tag prints it directly.
    """

    path: str
    paragraph: TemplateParagraph
    tag: Tag
    guarded: bool = False
    asked: bool = False
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """The names that a template uses, and the forbidden words in it, each with its paragraph."""

    uses: tuple[Use, ...]
    forbidden: tuple[tuple[str, TemplateParagraph], ...]

    def has(self, path: str) -> bool:
        """Return whether a value is printed, filtered or not."""
        return any(use.path == path and use.tag.prints for use in self.uses)

    @property
    def mentions(self) -> frozenset[str]:
        """The mentions whose text or value the template uses."""
        named = (steps(use.path) for use in self.uses if use.path.startswith("mention."))
        return frozenset(path[1] for path in named if len(path) > _MENTION)


def read_usage(layout: Layout) -> Usage:
    """Return the names that a template uses, part by part."""
    uses: list[Use] = []
    forbidden: list[tuple[str, TemplateParagraph]] = []
    for part in layout.parts:
        if part.is_rendered:
            tags = [(paragraph, tag) for paragraph in part.paragraphs for tag in paragraph.tags]
            for parsed in _parsed(tags):
                reader = _UsageReader(parsed.places)
                reader.visit(parsed.tree, dict(parsed.scope), frozenset())
                uses += reader.uses
                forbidden += reader.forbidden
    return Usage(tuple(uses), tuple(dict.fromkeys(forbidden)))


@dataclass(frozen=True, slots=True)
class _Parsed:
    """Tags parsed together: their tree, the place of each of its lines, and the names that other tags make."""

    tree: nodes.Template
    places: Sequence[tuple[TemplateParagraph, Tag]]
    scope: Scope


def _parsed(
    tags: Iterable[tuple[TemplateParagraph, Tag]],
) -> Iterator[_Parsed]:
    """Parse the tags of a part, one a line; if their blocks do not match, parse each printing tag by itself."""
    lines = [(source, place) for place in tags if (source := _source(place[1]))]
    parse = ImmutableSandboxedEnvironment(autoescape=True).parse
    places = [place for _, place in lines]
    try:
        # Together, because loops and conditions may begin and end in different paragraphs.
        yield _Parsed(parse("\n".join(source for source, _ in lines)), places, {})
        return
    except TemplateSyntaxError:
        pass  # the linter reports it
    made = dict.fromkeys(name for _, (_, tag) in lines for name in _MAKES_NAMES.findall(tag.body) if not tag.prints)
    for source, place in lines:
        if place[1].prints:
            with contextlib.suppress(TemplateSyntaxError):
                yield _Parsed(parse(source), [place], made)


def _source(tag: Tag) -> str:
    if tag.kind == "#":
        return ""
    body = fold_spaces(tag.body)
    if tag.prints:
        return f"{{{{ {body} }}}}"
    # `{% colspan n %}` is no statement of Jinja, but uses `n`.
    cell = _CELL_TAGS.fullmatch(body)
    if cell:
        return f"{{{{ {cell[1]} }}}}" if cell[1] else ""
    return f"{{% {body} %}}"


class _UsageReader(NodeVisitor):
    """Walks a tree with the names that its loops and assignments make, and the paths that its conditions check."""

    def __init__(self, places: Sequence[tuple[TemplateParagraph, Tag]]) -> None:
        self.uses: list[Use] = []
        self.forbidden: list[tuple[str, TemplateParagraph]] = []
        self._places = places

    def visit_For(self, node: nodes.For, scope: Scope, sure: frozenset[str]) -> None:
        self.visit(node.iter, scope, sure)
        inner = {**scope, "loop": None, **_targets(node.target, _entries(node.iter, scope))}
        self._visit_all((*filter(None, [node.test]), *node.body), inner, sure)
        self._visit_all(node.else_, scope, sure)

    def visit_If(self, node: nodes.If, scope: Scope, sure: frozenset[str]) -> None:
        self.visit(node.test, scope, sure)
        self._visit_all(node.body, scope, sure | _made_sure(node.test, scope))
        self._visit_all((*node.elif_, *node.else_), scope, sure)

    def visit_CondExpr(self, node: nodes.CondExpr, scope: Scope, sure: frozenset[str]) -> None:
        self.visit(node.test, scope, sure)
        self.visit(node.expr1, scope, sure | _made_sure(node.test, scope))
        self._visit_all(filter(None, [node.expr2]), scope, sure)

    def visit_Assign(self, node: nodes.Assign, scope: Scope, sure: frozenset[str]) -> None:
        self.visit(node.node, scope, sure)
        scope.update(_targets(node.target, _value_path(node.node, scope)))

    def visit_AssignBlock(self, node: nodes.AssignBlock, scope: Scope, sure: frozenset[str]) -> None:
        self._visit_all(node.body, scope, sure)
        scope.update(_targets(node.target, None))

    def visit_With(self, node: nodes.With, scope: Scope, sure: frozenset[str]) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self.visit(value, scope, sure)
            inner.update(_targets(target, _value_path(value, scope)))
        self._visit_all(node.body, inner, sure)

    def visit_Macro(self, node: nodes.Macro, scope: Scope, sure: frozenset[str]) -> None:
        # A macro and its arguments hide names of the order.
        scope[node.name] = None
        self._visit_all(node.body, {**scope, **{argument.name: None for argument in node.args}}, sure)

    def visit_Output(self, node: nodes.Output, scope: Scope, sure: frozenset[str]) -> None:
        for child in node.nodes:
            path = _value_path(child, scope)
            if path and not isinstance(child, nodes.Call):
                self._use(child, path, sure, printed=True)
                self._look(child, scope)
            else:
                self.visit(child, scope, sure)

    def visit_Call(self, node: nodes.Call, scope: Scope, sure: frozenset[str]) -> None:
        path = _value_path(node, scope)
        if path:
            self._use(node, path, sure, asked=True)
            self._look(node.node, scope)
        elif isinstance(node.node, nodes.Getattr):
            # A method of a value: the value is used.
            self._refuse_name(node.node.attr, node)
            self.visit(node.node.node, scope, sure)
        else:
            self.visit(node.node, scope, sure)
        self._visit_all((*node.args, *(each.value for each in node.kwargs)), scope, sure)

    def visit_Const(self, node: nodes.Const, *_: object) -> None:
        # `mention["__class__"]` reaches Python as `mention.__class__` does.
        if isinstance(node.value, str) and "__" in node.value:
            self._refuse(node.value, node)

    def visit_Filter(self, node: nodes.Filter, scope: Scope, sure: frozenset[str]) -> None:
        # `value|attr("__class__")` is another way to an attribute.
        if node.name == "attr":
            self._refuse("|attr", node)
        self.generic_visit(node, scope, sure)

    def visit_Import(self, node: nodes.Node, *_: object) -> None:
        self._refuse(type(node).__name__.lower(), node)

    # A template is one file: other files cannot be named.
    visit_FromImport = visit_Include = visit_Extends = visit_Import

    def _visit_all(self, children: Iterable[nodes.Node], scope: Scope, sure: frozenset[str]) -> None:
        for child in children:
            self.visit(child, scope, sure)

    def visit_Name(self, node: nodes.Name | nodes.Getattr | nodes.Getitem, scope: Scope, sure: frozenset[str]) -> None:
        # A name that is assigned is not used.
        if node.ctx != "load":
            return
        path = _value_path(node, scope)
        if path:
            self._use(node, path, sure)
            self._look(node, scope)
        else:
            self._look(node, scope)
            if not isinstance(node, nodes.Name):
                self.visit(node.node, scope, sure)

    visit_Getattr = visit_Getitem = visit_Name

    def _look(self, node: nodes.Node, scope: Scope) -> None:
        """Refuse the names of a path that reach objects of Python."""
        match node:
            case nodes.Name() if node.name in _OBJECTS and node.name not in scope:
                self._refuse(node.name, node)
            case nodes.Getattr():
                self._refuse_name(node.attr, node)
                self._look(node.node, scope)
            case nodes.Getitem():
                self.visit(node.arg, scope, frozenset())
                self._look(node.node, scope)
            case nodes.Call():
                self._look(node.node, scope)

    def _refuse_name(self, name: str, node: nodes.Node) -> None:
        if name.startswith("_"):
            self._refuse(name, node)

    def _refuse(self, said: str, node: nodes.Node) -> None:
        self.forbidden.append((said, self._place(node)[0]))

    def _use(
        self, node: nodes.Node, path: str, sure: frozenset[str], *, asked: bool = False, printed: bool = False
    ) -> None:
        first, *others = steps(path)
        if first in (*_HARMLESS, *_OBJECTS) or any(step.startswith("_") for step in others):
            return  # harmless, or refused
        # A check of `mention.siret` covers `mention.siret.value`.
        guarded = any(path == known or path.startswith((f"{known}.", f"{known}[")) for known in sure)
        self.uses.append(Use(path, *self._place(node), guarded, asked, printed))

    def _place(self, node: nodes.Node) -> tuple[TemplateParagraph, Tag]:
        return self._places[min(max(node.lineno - 1, 0), len(self._places) - 1)]


def _value_path(node: nodes.Node, scope: Mapping[str, str | None]) -> str | None:
    """Return the path of a value, None if it has none: `mention.get('siret').value` is `mention.siret.value`."""
    match node:
        case nodes.Name():
            return scope.get(node.name, node.name)
        case nodes.Getattr():
            base = _value_path(node.node, scope)
            return f"{base}.{node.attr}" if base else None
        case nodes.Getitem(arg=nodes.Const(value=key)):
            base = _value_path(node.node, scope)
            return base and (f"{base}.{key}" if isinstance(key, str) else f"{base}{ITEM}")
        case nodes.Call(node=nodes.Getattr(attr="get") as method, args=[nodes.Const(value=str(key)), *_]):
            base = _value_path(method.node, scope)
            return base and f"{base}.{key}"
    return None


def _entries(node: nodes.Node, scope: Scope) -> str | None:
    """Return the path of a list's entries, filtered or not."""
    inner: nodes.Node | None = node
    while isinstance(inner, nodes.Filter):
        inner = inner.node
    path = _value_path(inner, scope) if inner is not None else None
    return f"{path}{ITEM}" if path else None


def _targets(target: nodes.Node, path: str | None) -> Scope:
    if isinstance(target, nodes.Name):
        return {target.name: path}
    return {name.name: None for name in target.find_all(nodes.Name)}


def _made_sure(test: nodes.Node, scope: Scope) -> frozenset[str]:
    """Return the paths that exist if a condition holds."""
    match test:
        case nodes.And():
            return _made_sure(test.left, scope) | _made_sure(test.right, scope)
        case nodes.Test(name="defined"):
            path = _value_path(test.node, scope)
        case nodes.Compare():
            path = _value_path(test.expr, scope)
        case _:
            path = _value_path(test, scope)
    return frozenset({path} if path else ())
