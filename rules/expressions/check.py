"""The tree of an expression -> what it names, and when and how much it costs. Refused is whatever could go wrong later.

Nothing here grows: no concatenation, no map, no regular expression. So the number of steps is known beforehand. A
variable that changes as time passes may only be compared with whole numbers as they are written: so the instants at
which an expression may change are known beforehand, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.expressions.tree import Binary, Call, Choice, Index, Items, Literal, Name, Node, Select, Unary
from rules.expressions.types import BOOL, DOUBLE, INT, STRING, Kind, Type, WrongExpression, like

MOST_ITEMS = 50  # of a list that an expression is given
MOST_STEPS = 5000
MOST_THRESHOLDS = 20  # numbers with which what changes with time is compared
MOST_WITHIN = 2  # comprehensions within each other

_MACROS = ("all", "exists", "exists_one", "filter")
_OF_TEXT = ("startsWith", "endsWith", "contains")
_FUNCTIONS = ("size", "int", "double", *_MACROS, *_OF_TEXT)
_REFUSED = {
    "matches": "use ==, in, startsWith, endsWith or contains",
    "map": "use exists or all",
    "has": "every variable is always there: compare it with what it is where nothing is known",
}


@dataclass(frozen=True, kw_only=True)
class Named:
    """A variable of an expression, and where in its text it stands."""

    name: str  # with its dots
    at: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What an expression needs and costs."""

    type: Type
    named: tuple[Named, ...]
    thresholds: Mapping[str, frozenset[int]]  # by variable that changes with time: what it is compared with
    steps: int  # at most


def check(tree: Node, variables: Mapping[str, Type]) -> Checked:
    """Check an expression over variables by their dotted names. Raises WrongExpression."""
    checker = _Checker(variables)
    found = checker.plain(tree)
    if checker.steps > MOST_STEPS:
        text = f"expected at most {MOST_STEPS} steps, came {checker.steps}: lists may have {MOST_ITEMS} items"
        raise WrongExpression(tree.at, text, "go through fewer lists within each other")
    thresholds = {name: frozenset(numbers) for name, numbers in checker.thresholds.items()}
    if sum(map(len, thresholds.values())) > MOST_THRESHOLDS:
        raise WrongExpression(tree.at, f"expected at most {MOST_THRESHOLDS} numbers compared with times, came more")
    return Checked(type=found, named=tuple(checker.named), thresholds=thresholds, steps=checker.steps)


class _Checker:
    """Walks the tree once."""

    def __init__(self, variables: Mapping[str, Type]) -> None:
        self._variables = variables
        self._bound: dict[str, Type] = {}
        self._times = 1  # how often the part that is looked at may be evaluated
        self._within = 0
        self.named: list[Named] = []
        self.thresholds: dict[str, set[int]] = {}
        self.steps = 0

    def plain(self, node: Node) -> Type:
        """The type of a part that must not change with time."""
        found = self._type(node)
        if found.timed:
            text = f"expected {found.timed} compared with a whole number, came something else around it"
            raise WrongExpression(node.at, text, f"write it like {found.timed} > 30")
        return found

    def _type(self, node: Node) -> Type:
        self.steps += self._times
        match node:
            case Literal():
                return _of_value(node.value)
            case Name() | Select():
                return self._variable(node)
            case Index():
                return self._index(node)
            case Items():
                return self._items(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Choice():
                return self._choice(node)
            case Call():
                return self._call(node)

    def _variable(self, node: Name | Select) -> Type:
        name = _dotted(node)
        root = name.partition(".")[0]
        if isinstance(node, Name) and node.name in self._bound:
            return self._bound[node.name]
        if name in self._variables and root not in self._bound:
            self.named.append(Named(name=name, at=node.at, end=node.end))
            found = self._variables[name]
            return replace(found, timed=name) if found.timed else found
        if isinstance(node, Select) and (not name or root in self._bound):
            return self._field(node)
        raise self._unknown(node, name)

    def _field(self, node: Select) -> Type:
        of = self.plain(node.of)
        fields = dict(of.fields)
        if node.name in fields:
            return fields[node.name]
        if of.kind is not Kind.RECORD:
            raise WrongExpression(node.at, f"expected a record before .{node.name}, came {_a(of)}")
        text = f"expected one of {', '.join(fields)}, came `{node.name}`"
        raise WrongExpression(node.end - len(node.name), text, like(node.name, tuple(fields)))

    def _unknown(self, node: Node, name: str) -> WrongExpression:
        known = (*self._variables, *self._bound)
        roots = tuple(dict.fromkeys(one.partition(".")[0] for one in known))
        same = tuple(one for one in known if one.startswith(f"{name.partition('.')[0]}."))
        listed = same or roots
        more = "" if same else f" ({', '.join(f'{root}.*' for root in roots if root not in known)})".replace(" ()", "")
        text = f"expected one of {', '.join(one for one in listed if one in known)}{more}, came `{name[:60]}`"
        return WrongExpression(node.at, text, like(name, known))

    def _index(self, node: Index) -> Type:
        of, key = self.plain(node.of), self.plain(node.key)
        if of.of is None:
            raise WrongExpression(node.at, f"expected a list before [, came {_a(of)}")
        if key.kind is not Kind.INT:
            raise WrongExpression(node.key.at, f"expected a whole number, came {_a(key)}")
        return of.of

    def _items(self, node: Items) -> Type:
        if not node.items:
            raise WrongExpression(node.at, "expected a list of one or more, came an empty one")
        first, *others = [self.plain(item) for item in node.items]
        for item, other in zip(node.items[1:], others, strict=True):
            if other.kind is not first.kind:
                raise WrongExpression(item.at, f"expected {_a(first)} as before it, came {_a(other)}")
        return Type(kind=Kind.LIST, of=first)

    def _unary(self, node: Unary) -> Type:
        found = self.plain(node.of)
        if node.sign == "!" and found.kind is not Kind.BOOL:
            raise WrongExpression(node.of.at, f"expected a condition after !, came {_a(found)}")
        if node.sign == "-" and not found.is_number:
            raise WrongExpression(node.of.at, f"expected a number after -, came {_a(found)}")
        return found

    def _binary(self, node: Binary) -> Type:
        if node.sign in ("&&", "||"):
            for side in (node.left, node.right):
                self._must_be_bool(side, f"beside {node.sign}")
            return BOOL
        if node.sign in ("+", "-", "*", "/", "%"):
            return self._sum(node)
        left, right = self._type(node.left), self._type(node.right)
        if left.timed or right.timed:
            self._compare_time(node, left, right)
        elif node.sign == "in":
            self._compare_in(node, left, right)
        else:
            self._compare(node, left, right)
        return BOOL

    def _sum(self, node: Binary) -> Type:
        left, right = self.plain(node.left), self.plain(node.right)
        if not left.is_number or not right.is_number:
            other = right if left.is_number else left
            raise WrongExpression(node.at, f"expected numbers beside {node.sign}, came {_a(other)}")
        if left.kind is not right.kind:
            text = f"expected two whole numbers or two with a point beside {node.sign}, came one of each"
            raise WrongExpression(node.at, text, "write the number with a point, or double(...) around the other")
        if node.sign == "%" and left.kind is not Kind.INT:
            raise WrongExpression(node.at, "expected whole numbers beside %, came others")
        return left

    def _compare(self, node: Binary, left: Type, right: Type) -> None:
        same = left.kind is right.kind or (left.is_number and right.is_number)
        if not same:
            text = f"expected two of a kind beside {node.sign}, came {_a(left)} and {_a(right)}"
            raise WrongExpression(node.right.at, text)
        if left.kind in (Kind.LIST, Kind.RECORD) or (left.kind is Kind.BOOL and node.sign not in ("==", "!=")):
            raise WrongExpression(node.at, f"expected numbers or texts beside {node.sign}, came {_a(left)}")
        if node.sign in ("==", "!="):
            _is_word(node.right, left)
            _is_word(node.left, right)

    def _compare_in(self, node: Binary, left: Type, right: Type) -> None:
        if right.of is None:
            raise WrongExpression(node.right.at, f"expected a list after in, came {_a(right)}")
        if right.of.kind is not left.kind:
            text = f"expected a list of {left} after in, came a {right}"
            raise WrongExpression(node.right.at, text)
        for item in node.right.items if isinstance(node.right, Items) else ():
            _is_word(item, left)

    def _compare_time(self, node: Binary, left: Type, right: Type) -> None:
        timed, other = (left, node.right) if left.timed else (right, node.left)
        items = other.items if node.sign == "in" and isinstance(other, Items) else (other,)
        numbers = [_whole(item) for item in items]
        if any(number is None for number in numbers) or (left.timed and right.timed):
            text = f"expected {timed.timed} compared with a whole number, came something else"
            raise WrongExpression(other.at, text, f"write it like {timed.timed} > 30")
        self.thresholds.setdefault(timed.timed, set()).update(number for number in numbers if number is not None)

    def _choice(self, node: Choice) -> Type:
        self._must_be_bool(node.asks, "before ?")
        yes, no = self.plain(node.yes), self.plain(node.no)
        if yes.kind is not no.kind:
            raise WrongExpression(node.no.at, f"expected {_a(yes)} after : as before it, came {_a(no)}")
        return yes

    def _call(self, node: Call) -> Type:
        if node.name in _REFUSED:
            raise WrongExpression(node.at, f"expected no {node.name}(...), came one", _REFUSED[node.name])
        if node.name in _MACROS and node.of is not None:
            return self._comprehension(node, node.of)
        if node.name in _OF_TEXT and node.of is not None and len(node.given) == 1:
            for side in (node.of, node.given[0]):
                self._must_be(side, Kind.STRING, f"for {node.name}")
            return BOOL
        if node.name in ("int", "double") and node.of is None and len(node.given) == 1:
            if not (found := self.plain(node.given[0])).is_number:
                raise WrongExpression(node.given[0].at, f"expected a number for {node.name}, came {_a(found)}")
            return INT if node.name == "int" else DOUBLE
        if node.name == "size" and len(node.given) + (node.of is not None) == 1:
            of = self.plain(node.of or node.given[0])
            if of.kind not in (Kind.LIST, Kind.STRING):
                raise WrongExpression(node.at, f"expected a list or text for size, came {_a(of)}")
            return INT
        text = f"expected one of {', '.join(f'{name}(...)' for name in _FUNCTIONS)}, came `{node.name[:60]}(...)`"
        raise WrongExpression(node.at, text, like(node.name, _FUNCTIONS))

    def _comprehension(self, node: Call, of: Node) -> Type:
        """list.exists(x, condition): the condition is asked of each item."""
        found = self.plain(of)
        if found.of is None:
            raise WrongExpression(of.at, f"expected a list before .{node.name}, came {_a(found)}")
        if len(node.given) != 2 or not isinstance(name := node.given[0], Name):
            raise WrongExpression(node.at, f"expected .{node.name}(item, condition), came something else")
        if name.name in self._bound or any(one.partition(".")[0] == name.name for one in self._variables):
            raise WrongExpression(name.at, f"expected a name of its own for the item, came `{name.name}` again")
        if self._within == MOST_WITHIN:
            raise WrongExpression(node.at, f"expected at most {MOST_WITHIN} lists gone through within each other")
        self._bound[name.name] = found.of
        self._times, self._within, before = self._times * MOST_ITEMS, self._within + 1, self._times
        self._must_be_bool(node.given[1], f"in {node.name}")
        self._times, self._within = before, self._within - 1
        del self._bound[name.name]
        return found if node.name == "filter" else BOOL

    def _must_be_bool(self, node: Node, where: str) -> None:
        found = self.plain(node)
        if found.kind is not Kind.BOOL:
            raise WrongExpression(
                node.at, f"expected a condition {where}, came {_a(found)}", "compare it with something"
            )

    def _must_be(self, node: Node, kind: Kind, where: str) -> None:
        found = self.plain(node)
        if found.kind is not kind:
            raise WrongExpression(node.at, f"expected a {kind} {where}, came {_a(found)}")


def _of_value(value: bool | int | float | str) -> Type:
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT
    return DOUBLE if isinstance(value, float) else STRING


def _dotted(node: Node) -> str:
    """The name with its dots; empty where something else than names is in it."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Select) and (before := _dotted(node.of)):
        return f"{before}.{node.name}"
    return ""


def _whole(node: Node) -> int | None:
    """The whole number that stands there; None where something else does."""
    if isinstance(node, Unary) and node.sign == "-":
        inner = _whole(node.of)
        return None if inner is None else -inner
    whole = isinstance(node, Literal) and isinstance(node.value, int) and not isinstance(node.value, bool)
    return node.value if whole else None  # type: ignore[return-value,union-attr]


def _is_word(node: Node, wanted: Type) -> None:
    """A text that is compared with one of few words must be one of these."""
    if wanted.words and isinstance(node, Literal) and node.value not in wanted.words:
        known = tuple(word for word in wanted.words if word)
        text = f"expected one of {', '.join(known)}, came {node.value!r}"
        raise WrongExpression(node.at, text, like(str(node.value), known))


def _a(found: Type) -> str:
    return f"an {found}" if str(found).startswith("i") else f"a {found}"
