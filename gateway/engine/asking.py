"""Who is asked about what: the rules for each kind of subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from gateway.model import Rule, Subject


def by_subject(rules: Mapping[str, Rule]) -> dict[type[Subject], list[tuple[str, Rule]]]:
    """The rules of each kind, in the order of their names."""
    found: dict[type[Subject], list[tuple[str, Rule]]] = {kind: [] for kind in get_args(Subject)}
    for name, rule in sorted(rules.items()):
        found[rule.judges].append((name, rule))
    return found
