"""Wild requests: made from the OpenAPI document, each right but for a place or two where something absurd stands.

What is wholly random is refused at the first field; a body that is almost right gets as far as the journal.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

DEEP = 5000
LONG = "ä" * 70_000
TEXTS = (
    "", " ", "0", "-1", "null", "NaN", "\x00", "a\x00b", "\u202eEMIT", "\u200f", "\ufeff", "𝔘", "\ud800",
    "../../etc/passwd", "a/b", "%2f", "%00", "'; DROP TABLE alerts; --", "<script>", "${x}", "{0}", "%s",
    "\r\nX-A: b", ",", ">", "A>B", "A>B>C", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59", "2026-02-30T00:00:00Z",
    "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T13:00:00Z", "2026-01-01T14:00:00+00:00", "24:00", "22:00-06:00",
    "1e400", "9" * 400, "9" * 5000, "-9223372036854775809", "٣", "1_0", "0x10", "x" * 65, "x" * 201, "x" * 5000,
    "TRL-A", "SHIP-A", "alert-a", "ALPHA", "OPER", "ALPHA-PLANT", "OPER-PLANT", "ALPHA-PLANT>OPER-PLANT", "alpha-dock",
    "http://127.0.0.1:1/", "http://[::1", "mqtt", "webhook", "2026-01-01T12:00:00Z,alert-a", "0,TRL-A", "1,1,1,1",
)  # fmt: skip
WILD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 1e308, -0.0, 5e-324, [], {}, [[]], [None], {"": ""},
    {"unknown": 1}, ["TRL-A"] * 2, ["x"] * 2000, LONG,
)  # fmt: skip
RAW_BODIES = (
    b"", b" ", b"null", b"[]", b"{}", b'""', b"0", b"NaN", b'{"a":NaN}', b'{"a":1e400}', b"1" * 5000,
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}", b'{"a":1,"a":2}', b"[" * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP, b'"\\ud800"',
    b'{"party":"\\ud800","name":"\\ud800","text":"\\ud800"}', b'"\\u0000"', b'"' + b"\\" * 999, b"]" * 99, b"{}{}",
    gzip.compress(b"{}"), b"\x00" * 999, b"shipment\n\x00", b'shipment,origin\n"',
    b"kind,name,target,party\nplace,\xff,X,Y\n",
    b"kind,name,target,party\n" + b"," * 9999, b"UNA:+.? 'UNB+UNOC:3+A+B+1:1+1'", b"ISA*00*" + b" " * 200,
)  # fmt: skip
TYPES = (
    "application/json",
    "text/csv",
    "application/edifact",
    "application/edi-x12",
    "text/plain",
    "",
    "a;b;;",
    "application/json;charset=x",
)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request as it goes out."""

    method: str
    url: str
    body: bytes | None
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a route takes: values of its path, and a body."""

    path: Mapping[str, str]
    body: Any


class Wild:
    """Requests over an OpenAPI document, the same ones for the same seed."""

    def __init__(self, document: Mapping[str, Any], seed: int, samples: Mapping[str, Sample]) -> None:
        self._document = document
        self._samples = samples  # by method and path, as in `POST /api/v1/stock`
        self._random = Random(seed)
        self.routes = [
            (method.upper(), path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        ]

    def ask(self, method: str, path: str, operation: Mapping[str, Any]) -> Ask:
        """This route once, with something absurd in it."""
        query = []
        sample = self._samples.get(f"{method} {path}")
        if sample is not None and self._random.random() < 0.6:
            for name, value in sample.path.items():
                path = path.replace("{" + name + "}", _escaped(value))
        for parameter in operation.get("parameters", ()):
            value = self._parameter(parameter["schema"])
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", _escaped(value) or "%20")
            elif self._random.random() < 0.5:
                query.append(f"{parameter['name']}={_escaped(value)}")
        query += self._random.choices(("", "unknown=1", *query[:1]), weights=(8, 1, *[1] * len(query[:1])))
        body, headers = self._body(operation)
        if sample is not None and sample.body is not None and self._random.random() < 0.5:
            body, headers = json.dumps(self._bent(sample.body)).encode(), {"Content-Type": "application/json"}
        wanted = "&".join(one for one in query if one)
        return Ask(method=method, url=f"{path}?{wanted}" if wanted else path, body=body, headers=headers)

    def _parameter(self, schema: Mapping[str, Any]) -> str:
        if self._random.random() < 0.6:
            return self._random.choice(TEXTS)
        value = self._value(schema, 0, 0.1)
        return value if isinstance(value, str) else json.dumps(value)

    def _body(self, operation: Mapping[str, Any]) -> tuple[bytes | None, dict[str, str]]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content and self._random.random() < 0.9:
            return None, {}
        kind = self._random.choice([*content] or ["application/json"])
        if self._random.random() < 0.25:
            headers = {"Content-Type": self._random.choice((kind, *TYPES))}
            return self._random.choice(RAW_BODIES), headers | self._encoding()
        value = self._value(content.get(kind, {}).get("schema", {}), 0, self._random.choice((0.0, 0.05, 0.2)))
        return json.dumps(value).encode(), {"Content-Type": kind}

    def _bent(self, value: Any) -> Any:
        """The same with something absurd at one place, most often; at none otherwise."""
        if isinstance(value, (dict, list)) and value and self._random.random() < 0.9:
            inner = value if isinstance(value, dict) else dict(enumerate(value))
            chosen = self._random.choice([*inner])
            bent = {name: self._bent(one) if name == chosen else one for name, one in inner.items()}
            return bent if isinstance(value, dict) else [*bent.values()]
        return self._random.choice((*WILD, *TEXTS)) if self._random.random() < 0.8 else value

    def _encoding(self) -> dict[str, str]:
        return {"Content-Encoding": "gzip"} if self._random.random() < 0.2 else {}

    def _value(self, schema: Mapping[str, Any], depth: int, wildness: float) -> Any:
        """A value of this schema, which is absurd with this probability at each place."""
        if self._random.random() < wildness:
            return self._random.choice((*WILD, *TEXTS))
        if "$ref" in schema:
            return self._value(self._named(schema["$ref"]), depth, wildness)
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._value(self._random.choice(schema[several]), depth, wildness)
        return self._plain(schema, depth, wildness)

    def _plain(self, schema: Mapping[str, Any], depth: int, wildness: float) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, depth, wildness)
        if kind == "array":
            most = 0 if depth > 6 else 3
            return [
                self._value(schema.get("items", {}), depth + 1, wildness)
                for _ in range(max(schema.get("minItems", 0), self._random.randint(0, most)))
            ]
        if kind in {"integer", "number"}:
            return self._random.choice((schema.get("minimum", 0), schema.get("maximum", 7), 1, 60, 3600))
        return self._random.random() < 0.5 if kind == "boolean" else self._random.choice(TEXTS)

    def _object(self, schema: Mapping[str, Any], depth: int, wildness: float) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            name: self._value(part, depth + 1, wildness)
            for name, part in schema.get("properties", {}).items()
            if name in required or self._random.random() < 0.4
        }

    def _named(self, reference: str) -> Mapping[str, Any]:
        found: Any = self._document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, Mapping)
        return found


def _escaped(text: str) -> str:
    """Percent-encoded with its slashes, lone surrogates as the bytes that UTF-8 forbids."""
    return quote(text[:2000].encode("utf-8", "surrogatepass"), safe="")
