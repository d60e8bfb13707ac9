"""Where templates run: Jinja in a sandbox, strict about names; every loop, call and filter spends from one budget.

Templates come from outside. Whatever one writes, it ends soon, takes little memory, and gives the same bytes each time.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache, wraps
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, nodes, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.nodes import EvalContext
from jinja2.runtime import LoopContext, Macro, Undefined, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from jinja2.visitor import NodeTransformer

from generator.render.docx.package import MAX_BYTES

# A built-in template takes some 50 ms, 300 steps and 500 pieces, and makes some 30 kB.
MAX_SECONDS = 20.0
MAX_STEPS = 100_000
MAX_PIECES = 1_000_000
# Pieces of output between two checks of the bounds.
_PIECES_AT_ONCE = 64
# Of one value, in characters or items, and of all that the expressions of a document make.
MAX_LENGTH = 100_000
MAX_MADE = 64 * 1024 * 1024
# An item of a list takes some ten times the memory of a character.
_ITEM_WEIGHT = 64
# Of a whole number: enough for any amount, with room for products.
_MAX_BITS = 4096
# Of a printed value of the order, at most.
_VALUE_LENGTH = 5000
# Steps between two readings of the clock.
_STEPS_AT_ONCE = 1024

# The filters of templates (docs/en/own-templates.md). Others make long texts, or something else each time.
FILTER_NAMES = frozenset(
    """
    capitalize count d default e escape first int join last length list lower map max min reject rejectattr
    replace reverse safe select selectattr sort string title trim unique upper
    """.split()  # noqa: SIM905  # a list that is read, not typed
)
_STR_METHODS = frozenset(
    """
    capitalize count endswith find index isalnum isalpha isdigit islower isnumeric isspace isupper join lower
    lstrip partition removeprefix removesuffix replace rpartition rstrip split startswith strip title upper
    """.split()  # noqa: SIM905  # a list that is read, not typed
)
# What templates may call of a value: other methods make long texts, or something else each time (docs/security.md).
_METHODS: tuple[tuple[type, frozenset[str]], ...] = (
    (str, _STR_METHODS),
    (dict, frozenset(("get", "items", "keys", "values"))),
    (list, frozenset(("count", "index"))),
    (tuple, frozenset(("count", "index"))),
    (LoopContext, frozenset(("cycle", "changed"))),
    (Cycler, frozenset(("next", "reset"))),
)
_LOOP, _CONCAT, _SLICE, _LITERAL = "_loop", "_concat", "_slice", "_literal"


class EndlessError(TemplateError):
    """A template goes on and on; `str()` says how far it came."""


class MissingValueError(UndefinedError):
    """A template prints an optional value that the order does not have."""


class Budget:
    """What a template may still do: steps, characters made, and time."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew, for another document."""
        self._steps = self._made = 0
        self._limit = time.monotonic() + MAX_SECONDS

    def step(self) -> None:
        """Count a call, or a round of a loop."""
        self._steps += 1
        if self._steps > MAX_STEPS or (not self._steps % _STEPS_AT_ONCE and time.monotonic() > self._limit):
            raise EndlessError(f"{self._steps} ×")

    def make(self, length: int, weight: int = 1) -> None:
        """Count a value that is about to be made.

        Args:
            length: its characters or items.
            weight: the bytes of each.
        """
        self._made += length * weight
        if length > MAX_LENGTH or self._made > MAX_MADE:
            raise EndlessError(f"{self._steps} ×, {self._made} octets")


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Where templates run: no way to Python, no silent blank for a missing value, XML escaped; each is compiled once.

    Compiling takes two thirds of the time that a document takes.
    """

    # Every operator goes through `call_binop`, and none is worked out while a template is compiled.
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, finalize=self._printable, optimized=False)
        # A BDC takes 16 ms of CPU with compiled templates, and 54 ms without (docs/architecture.md).
        self._compiled = lru_cache(maxsize=64)(super().from_string)
        self.budget = Budget()
        # Jinja's own would make the whole text before it can be counted.
        own = {"join": self._join_filter, "replace": self._replace_filter}
        self.filters = {name: self._counted(own.get(name, FILTERS[name])) for name in FILTER_NAMES}
        self.filters |= {_LOOP: self._loop, _CONCAT: self._join, _SLICE: self._slice, _LITERAL: self._measured}
        # Without `lipsum`, which makes something else each time.
        self.globals = {"range": self._range, "dict": dict, "namespace": Namespace, "cycler": Cycler, "joiner": Joiner}
        # Blocks and macros are joined by it.
        self.concat = self._concat  # type: ignore[method-assign]

    def _printable(self, value: object) -> object:
        # Jinja would print « None ».
        if value is None:
            raise MissingValueError
        self.text_length(value)
        return value

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute as the sandbox does, at once where it is one of the values that templates are given."""
        if attribute in _fields_of(obj.__class__):
            return getattr(obj, attribute)
        if type(obj) is dict:
            if attribute == "get":
                return obj.get
            # Jinja looks for a method before an entry: `items` stays the method.
            if attribute in obj and not hasattr(dict, attribute):
                return obj[attribute]
        return super().getattr(obj, attribute)

    def from_string(self, source: str, *_: object, **__: object) -> Template:  # type: ignore[override]  # docxtpl gives the source alone
        """Return a template, compiled now or before."""
        return self._compiled(source)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes, where that is short."""
        self.budget.step()
        # `'%999999999d' % 1` would make a text of any length.
        if operator == "%" and isinstance(left, str):
            raise SecurityError("« % »")
        # Counted before it is made: `'a' * 10**9` would fill the memory at once.
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, str | list | tuple) and isinstance(other, int):
                    weight = 1 if isinstance(one, str) else _ITEM_WEIGHT
                    self.budget.make(len(one) * max(other, 0), weight)
        if isinstance(left, int) and isinstance(right, int) and _bits(operator, left, right) > _MAX_BITS:
            raise EndlessError(f"{operator} : {_bits(operator, left, right)} bits")
        return self._measured(super().call_binop(context, operator, left, right))

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # as Jinja names them: a keyword of the template may be `self`
        """Call what templates may call: macros, `loop`, a few functions and methods."""
        __self.budget.step()
        __self._refuse_call(__obj, args)
        return __self._measured(super().call(__context, __obj, *args, **kwargs))

    def _refuse_call(self, obj: Any, args: Sequence[Any]) -> None:
        # Jinja reports the call of a name that is missing.
        if isinstance(obj, Macro | LoopContext | Joiner | Undefined) or any(
            obj is each for each in self.globals.values()
        ):
            return
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if not any(isinstance(owner, kind) and name in names for kind, names in _METHODS):
            raise SecurityError(f"{name or type(obj).__name__}()")
        if isinstance(owner, str) and name == "replace" and len(args) > 1:
            self.budget.make(_replaced_length(owner, *args[:2]))
        if isinstance(owner, str) and name == "join":
            self._count_join(args[0] if args and isinstance(args[0], list | tuple) else (), len(owner))

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Return the Python of a template, each of whose loops, joins, slices and literals is counted."""
        return super()._generate(_Counting(self).visit(source), *args, **kwargs)

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.budget.step()
            return self._measured(function(*args, **kwargs))

        return counted

    def _loop(self, items: Iterable[Any]) -> Iterator[Any]:
        # At once: the value that cannot be looped over is named where the loop stands.
        return self._rounds(iter(items))

    def _rounds(self, items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            self.budget.step()
            yield item

    def _range(self, *args: int) -> range:
        numbers = range(*args)
        self.budget.make(len(numbers))
        return numbers

    def _slice(self, value: Any, *bounds: Any) -> Any:
        return self._measured(value[slice(*bounds)])

    def _concat(self, pieces: Iterable[str]) -> str:
        kept = list(pieces)
        self.budget.make(sum(map(len, kept)))
        return "".join(kept)

    def _join(self, items: Sequence[Any]) -> str:
        self._count_join(items)
        return markup_join(items)

    def _count_join(self, items: Sequence[Any], separator: int = 0) -> None:
        self.budget.make(sum(map(self.text_length, items)) + separator * len(items))

    @pass_eval_context
    def _join_filter(self, eval_ctx: EvalContext, value: Iterable[Any], d: str = "", attribute: Any = None) -> str:
        items = list(self._loop(value))
        if attribute is not None:
            items = list(map(make_attrgetter(self, attribute), items))
        self._count_join(items, len(d))
        joined: str = FILTERS["join"](eval_ctx, items, d)
        return joined

    @pass_eval_context
    def _replace_filter(self, eval_ctx: EvalContext, s: Any, old: str, new: str, count: int | None = None) -> str:
        self.budget.make(_replaced_length(str(s), old, new))
        replaced: str = FILTERS["replace"](eval_ctx, s, old, new, count)
        return replaced

    def _measured(self, value: Any) -> Any:
        """Return a value that was just made, once it is counted with all that it contains."""
        if isinstance(value, str):
            self.budget.make(len(value))
        elif isinstance(value, list | tuple | dict):
            self.budget.make(_size(value), _ITEM_WEIGHT)
        return value

    def text_length(self, value: Any) -> int:
        """Return how long a value is as text.

        Raises:
            SecurityError: it is no text: printed, it would show Python's own objects, each time others.
        """
        if isinstance(value, str):
            return len(value)
        if isinstance(value, int | float | Undefined) or value is None or hasattr(value, "__html__"):
            # A decimal digit takes more than three bits.
            return _MAX_BITS // 3 if isinstance(value, int) else 0
        if isinstance(value, list | tuple):
            self.budget.make(_size(value))
            # The quotes of each item, a comma and a space.
            return sum(self.text_length(item) + 4 for item in value)
        if isinstance(value, dict):
            return self.text_length([*value.keys(), *value.values()])
        if is_dataclass(value):
            return _VALUE_LENGTH
        raise SecurityError(type(value).__name__)


class _Counting(NodeTransformer):
    """Puts a counting filter around every loop, join, slice and literal of a template."""

    def __init__(self, environment: TemplateEnvironment) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  # as Jinja names them
        self.generic_visit(node)
        node.iter = self._filtered(node.iter, _LOOP)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802  # as Jinja names them
        self.generic_visit(node)
        if node.name not in self._environment.filters:
            # Jinja's stand-in for an unknown filter takes no named argument, and would complain of that.
            node.args, node.kwargs, node.dyn_args, node.dyn_kwargs = [], [], None, None
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # as Jinja names them
        self.generic_visit(node)
        return self._filtered(nodes.List(node.nodes, lineno=node.lineno), _CONCAT)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802  # as Jinja names them
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = [each or nodes.Const(None) for each in (node.arg.start, node.arg.stop, node.arg.step)]
        return self._filtered(node.node, _SLICE, bounds)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802  # as Jinja names them
        return self._literal(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802  # as Jinja names them
        # A tuple that is assigned to, as in `for a, b in …`, is no value.
        return self._literal(node) if node.ctx == "load" else self.generic_visit(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802  # as Jinja names them
        return self._literal(node)

    def _literal(self, node: nodes.Expr) -> nodes.Node:
        return self._filtered(self.generic_visit(node), _LITERAL)

    def _filtered(self, node: Any, name: str, args: Sequence[nodes.Expr] = ()) -> nodes.Filter:
        made = nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)
        made.set_environment(self._environment)
        return made


def _size(value: Any) -> int:
    """Return how many values a value contains, at any depth, up to just above what is allowed."""
    size, level = 0, [value]
    while level and size <= MAX_LENGTH:
        inner: list[Any] = []
        for each in level:
            if isinstance(each, Mapping):
                inner += each.values()
            elif isinstance(each, list | tuple):
                inner += each
            # A list that contains another several times may grow at each level.
            if len(inner) > MAX_LENGTH:
                break
        size += len(inner)
        level = inner
    return size


def _bits(operator: str, left: int, right: int) -> int:
    """Return how long a whole number an operator makes at most."""
    if operator == "**":
        return left.bit_length() * max(right, 0)
    return left.bit_length() + right.bit_length() if operator == "*" else 0


def _replaced_length(text: str, old: Any, new: Any) -> int:
    return len(text) + text.count(str(old)) * len(str(new))


@cache
def _fields_of(kind: type[Any]) -> frozenset[str]:
    """Return the names of a dataclass's public values; none of another type."""
    return (
        frozenset(each.name for each in fields(kind) if not each.name.startswith("_"))
        if is_dataclass(kind)
        else frozenset()
    )


@cache
def environment() -> TemplateEnvironment:
    """Return where the templates of this process run."""
    return TemplateEnvironment()


def bounded(pieces: Iterable[str]) -> str:
    """Join what a template gives, as long as it stays within bounds: a loop in a loop may never end.

    Raises:
        EndlessError: it gives too much, or takes too long.
    """
    kept: list[str] = []
    size = 0
    limit = time.monotonic() + MAX_SECONDS
    given = iter(pieces)
    while some := list(islice(given, _PIECES_AT_ONCE)):
        kept += some
        size += sum(map(len, some))
        if size > MAX_BYTES or len(kept) > MAX_PIECES or time.monotonic() > limit:
            raise EndlessError(f"{len(kept)} × , {size} octets")
    return "".join(kept)
