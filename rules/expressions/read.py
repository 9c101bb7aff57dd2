"""The text of an expression -> its tree.

The part of CEL that is read here: https://github.com/google/cel-spec/blob/master/doc/langdef.md, Syntax, without
bytes, raw and triple-quoted strings, unsigned and hexadecimal numbers, null, maps and messages. What CEL would read
otherwise than we do is refused, since the CEL library reads the same text again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from rules.expressions.tree import Binary, Call, Choice, Index, Items, Literal, Name, Node, Select, Unary
from rules.expressions.types import WrongExpression

MOST_CHARACTERS = 1000
MOST_TOKENS = 300
MOST_DEPTH = 20
LARGEST = 2**63 - 1  # CEL's int

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![A-Za-z_\d])"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]]))"
)
_ESCAPED = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_LEVELS = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">", "in"), ("+", "-"), ("*", "/", "%"))
_RELATIONS = 2  # of these levels the one whose signs cannot follow each other
_FLAGS = {"true": True, "false": False}
_HINTS = {"=": "write `==`", "&": "write `&&`", "|": "write `||`", "{": "lists are written [a, b]"}


class Token(NamedTuple):
    """A word, number, string or sign, and where it stands."""

    kind: str  # number, string, word, sign or end
    text: str
    at: int
    end: int


def read(text: str) -> Node:
    """Read an expression. Raises WrongExpression where it is none, or is too long or too deep."""
    if len(text) > MOST_CHARACTERS:
        raise WrongExpression(0, f"expected at most {MOST_CHARACTERS} characters, came {len(text)}")
    reader = _Reader(_tokens(text))
    tree = reader.choice()
    reader.expect("")
    return tree


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            fix = _HINTS.get(text[at], "close the string" if text[at] in "\"'" else "")
            raise WrongExpression(at, f"expected a name, value or sign, came `{text[at]}`", fix)
        kind = found.lastgroup or ""
        tokens.append(Token(kind, found[kind], found.start(kind), found.end()))
        at = found.end()
    if len(tokens) > MOST_TOKENS:
        raise WrongExpression(0, f"expected at most {MOST_TOKENS} names, values and signs, came {len(tokens)}")
    return [*tokens, Token("end", "", len(text), len(text))]


class _Reader:
    """Goes through the tokens, one level of CEL's grammar a method."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def expect(self, sign: str) -> Token:
        """Take this sign; empty: the end."""
        token = self._token
        if token.text != sign or token.kind not in ("sign", "end"):
            wanted = f"`{sign}`" if sign else "a sign such as && or the end"
            raise WrongExpression(token.at, f"expected {wanted}, came {_shown(token)}")
        self._next += 1
        return token

    def choice(self) -> Node:
        """Anything: `a ? b : c` binds least."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise WrongExpression(self._token.at, f"expected at most {MOST_DEPTH} levels within each other, came more")
        asks = self._level(0)
        if self._takes("?"):
            yes = self._level(0)
            self.expect(":")
            no = self.choice()
            asks = Choice(at=asks.at, end=no.end, asks=asks, yes=yes, no=no)
        self._depth -= 1
        return asks

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self._token.kind in ("sign", "word") and self._token.text in _LEVELS[level]:
            sign = self._take()
            right = self._level(level + 1)
            left = Binary(at=left.at, end=right.end, sign=sign.text, left=left, right=right)
            if level == _RELATIONS and self._token.text in _LEVELS[level]:
                raise WrongExpression(self._token.at, "expected one comparison, came another right behind it", "use &&")
        return left

    def _unary(self) -> Node:
        if self._token.text not in ("!", "-") or self._token.kind != "sign":
            return self._member()
        sign = self._take()
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise WrongExpression(sign.at, f"expected at most {MOST_DEPTH} levels within each other, came more")
        of = self._unary()
        self._depth -= 1
        return Unary(at=sign.at, end=of.end, sign=sign.text, of=of)

    def _member(self) -> Node:
        node = self._primary()
        while True:
            if self._takes("."):
                name = self._word()
                if self._takes("("):
                    given, end = self._list(")")
                    node = Call(at=node.at, end=end, name=name.text, of=node, given=given)
                else:
                    node = Select(at=node.at, end=name.end, of=node, name=name.text)
            elif self._takes("["):
                key = self.choice()
                node = Index(at=node.at, end=self.expect("]").end, of=node, key=key)
            else:
                return node

    def _primary(self) -> Node:
        token = self._token
        if self._takes("("):
            inner = self.choice()
            return replace(inner, at=token.at, end=self.expect(")").end)
        if self._takes("["):
            items, end = self._list("]")
            return Items(at=token.at, end=end, items=items)
        if token.kind == "number" or token.kind == "string":
            self._take()
            value = _number(token) if token.kind == "number" else _string(token)
            return Literal(at=token.at, end=token.end, value=value)
        word = self._word()
        if word.text in _FLAGS:
            return Literal(at=word.at, end=word.end, value=_FLAGS[word.text])
        if self._takes("("):
            given, end = self._list(")")
            return Call(at=word.at, end=end, name=word.text, of=None, given=given)
        return Name(at=word.at, end=word.end, name=word.text)

    def _list(self, closes: str) -> tuple[tuple[Node, ...], int]:
        items: list[Node] = []
        while self._token.text != closes or self._token.kind != "sign":
            if items:
                self.expect(",")
            items.append(self.choice())
        return tuple(items), self._take().end

    def _word(self) -> Token:
        token = self._token
        if token.kind != "word" or token.text in ("in", "null"):
            raise WrongExpression(token.at, f"expected a name or value, came {_shown(token)}")
        return self._take()

    def _takes(self, sign: str) -> bool:
        found = self._token.kind == "sign" and self._token.text == sign
        self._next += found
        return found

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]


def _number(token: Token) -> int | float:
    if not token.text.isdigit():
        return float(token.text)
    if len(token.text) > 1 and token.text[0] == "0":
        raise WrongExpression(token.at, f"expected a number without leading zeros, came {token.text[:20]}")
    if len(token.text) > len(str(LARGEST)) or int(token.text) > LARGEST:
        raise WrongExpression(token.at, f"expected at most {LARGEST}, came {token.text[:20]}...")
    return int(token.text)


def _string(token: Token) -> str:
    def plain(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPED:
            raise WrongExpression(token.at + 1 + found.start(), f"expected an escape such as \\\\, came `{found[0]}`")
        return _ESCAPED[found[1]]

    return re.sub(r"\\(.)", plain, token.text[1:-1])


def _shown(token: Token) -> str:
    return f"`{token.text[:40]}`" if token.text else "the end"
