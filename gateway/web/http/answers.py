"""Answers: shapes to JSON, and what the OpenAPI document says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from gateway.web.shapes import ProblemShape

_encode = msgspec.json.Encoder().encode
_REF = "#/components/schemas/{name}"
_described: dict[str, Any] = {}  # schemas of all shapes that routes named, filled as their modules are imported


def send(shape: object, status: int = 200) -> Response:
    """A shape as a JSON answer."""
    return Response(_encode(shape), status_code=status, media_type="application/json")


def describe(
    *,
    answer: Any = None,
    body: Any = None,
    status: int = 200,
    body_type: str = "application/json",
    more_types: Sequence[str] = (),
) -> dict[str, Any]:
    """What OpenAPI says of a route beyond its parameters: the shapes of its body and of its answers."""
    responses = {"default": {"description": "A problem", **_content("application/problem+json", ProblemShape)}}
    if answer is not None:
        responses[str(status)] = {"description": "Done", **_content("application/json", answer)}
    if body is None:
        return {"responses": responses}
    content = {name: said for one in (body_type, *more_types) for name, said in _content(one, body)["content"].items()}
    return {"responses": responses, "requestBody": {"required": True, "content": content}}


def described() -> dict[str, Any]:
    """The schemas that `describe` referred to, by name."""
    return dict(sorted(_described.items()))


def _content(media_type: str, shape: Any) -> dict[str, Any]:
    (schema,), components = msgspec.json.schema_components([shape], ref_template=_REF)
    _described.update(components)
    return {"content": {media_type: {"schema": schema}}}
