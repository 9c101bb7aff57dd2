"""Line protocol read back, character by character, from InfluxData's description of it; shares nothing with ours."""

from __future__ import annotations

from dataclasses import dataclass

Value = float | int | bool | str


@dataclass(frozen=True)
class Point:
    measurement: str
    tags: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, Value], ...]
    time_ns: int

    @property
    def name(self) -> tuple[str, tuple[tuple[str, str], ...], int]:
        """What a server tells points apart by."""
        return self.measurement, self.tags, self.time_ns


class BadLine(Exception):
    """These bytes are no line protocol."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise BadLine(f"expected {expected!r} at {self.at} of {self.text!r}")
        self.at += 1

    def word(self, ends: str, escapable: str) -> str:
        """Characters up to one of `ends`; a backslash makes the `escapable` character after it plain."""
        found = ""
        while (character := self.peek()) and character not in ends:
            if character == "\n":
                raise BadLine("a line feed outside a string")
            self.at += 1
            if character == "\\" and self.peek() and self.peek() in escapable:
                character = self.peek()
                self.at += 1
            elif character == "\\" and self.peek() in ("", "\\", *ends):
                raise BadLine("a backslash before another or at the end: servers differ on it")
            found += character
        if not found:
            raise BadLine(f"an empty word at {self.at}")
        return found

    def string(self) -> str:
        self.take('"')
        found = ""
        while (character := self.peek()) != '"':
            if not character:
                raise BadLine("a string without an end")
            self.at += 1
            if character == "\\" and self.peek() in ('"', "\\"):
                character = self.peek()
                self.at += 1
            found += character
        self.take('"')
        return found

    def value(self) -> Value:
        if self.peek() == '"':
            return self.string()
        word = self.word(", ", "")
        if word in ("true", "false"):
            return word == "true"
        try:
            return int(word[:-1]) if word.endswith("i") else float(word)
        except ValueError:
            raise BadLine(f"{word!r} is no value") from None


def parse_line(line: bytes) -> Point:
    """One line, which holds exactly one point with a time."""
    scanner = _Scanner(line.decode())
    measurement = scanner.word(", ", ", ")
    tags: list[tuple[str, str]] = []
    while scanner.peek() == ",":
        scanner.take(",")
        key = scanner.word("=", ",= ")
        scanner.take("=")
        tags.append((key, scanner.word(", =", ",= ")))
    scanner.take(" ")
    fields = [_field(scanner)]
    while scanner.peek() == ",":
        scanner.take(",")
        fields.append(_field(scanner))
    scanner.take(" ")
    time = scanner.text[scanner.at :]
    if not time.removeprefix("-").isdecimal():
        raise BadLine(f"{time!r} is no time")
    for pairs in (tags, fields):
        if len({name for name, _ in pairs}) != len(pairs):
            raise BadLine("a name twice")
    return Point(measurement, tuple(tags), tuple(fields), int(time))


def _field(scanner: _Scanner) -> tuple[str, Value]:
    key = scanner.word("=", ",= ")
    scanner.take("=")
    return key, scanner.value()


def split_lines(body: bytes) -> list[bytes]:
    """A request's body as lines: a line feed within a field's string is not the end of one."""
    lines, start = [], 0
    in_fields = quoted = escaped = False
    for at, byte in enumerate(body):
        if escaped:
            escaped = False
        elif byte == ord("\\"):
            escaped = True
        elif byte == ord(" "):
            in_fields = True  # the first bare space ends the tags, where a quote is a character like others
        elif byte == ord('"'):
            quoted = in_fields and not quoted
        elif byte == ord("\n") and not quoted:
            lines.append(body[start:at])
            start, in_fields = at + 1, False
    return [line for line in (*lines, body[start:]) if line]
