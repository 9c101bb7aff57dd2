"""Puts the dashboards into a folder of Grafana, all or those that a party may have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

import msgspec

from gateway.errors import BadInput
from gateway.grafana.api import Grafana
from gateway.grafana.limited import TAG, is_for_parties, limited, own


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was put into Grafana, or that a party does not get."""

    what: str
    state: Literal["unchanged", "made", "changed", "left out"]


def shipped() -> list[dict[str, Any]]:
    """The dashboards that come with this version, by their file names."""
    files = sorted((resources.files("dashboards") / "json").iterdir(), key=lambda file: file.name)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".json")]


def push(grafana: Grafana, folder: str, message: str) -> Iterator[Pushed]:
    """All dashboards, into a folder with this title. Raises TierviewError in Grafana's words."""
    yield from _put(grafana, _address(folder), folder, shipped(), message)


def push_for(grafana: Grafana, folder: str, message: str, party: str, datasource: str) -> Iterator[Pushed]:
    """The dashboards of one party, on a data source that holds nothing else; see `gateway.grafana.limited`.

    Raises BadInput where the data source shows other parties, or none: nothing is put anywhere then.
    """
    seen = grafana.parties(datasource)
    if seen != {party}:
        shown = ", ".join(sorted(seen)) or "no party's"
        raise BadInput(f"expected a data source with points of {party} alone, {datasource!r} shows {shown}")
    whole = shipped()
    yield from (Pushed(what=one["title"], state="left out") for one in whole if not is_for_parties(one))
    held = [limited(one, party, datasource) for one in whole if is_for_parties(one)]
    yield from _put(grafana, own(TAG, party), f"{folder} {party}", held, message)


def _put(grafana: Grafana, uid: str, title: str, dashboards: list[dict[str, Any]], message: str) -> Iterator[Pushed]:
    yield Pushed(what=f"folder {title}", state=grafana.folder(uid, title))
    for dashboard in dashboards:
        yield Pushed(what=dashboard["title"], state=grafana.save(dashboard, uid, message))


def _address(folder: str) -> str:
    """The uid of a folder: the plain one is that of deploy/grafana, too."""
    return TAG if folder == TAG else own(TAG, folder)
