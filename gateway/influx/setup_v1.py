"""Sets up InfluxDB 1.x over /query: database, retention policies, continuous queries, and who only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from gateway.errors import TierviewError
from gateway.influx.wanted import HOURLY, ROLLUPS, Made, Rollup, Wanted, hours_text

ANSWER_S = 30.0
POLICY = "tierview"  # of the points, where the configuration names none


class SetupV1:
    """Looks first, and changes only what differs."""

    def __init__(self, client: httpx.Client, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted
        self._policy = wanted.policy or POLICY

    def run(self) -> Iterator[Made]:
        """Everything, in the order in which one thing needs another. Raises TierviewError in the server's words."""
        yield self._database()
        held = {row[0]: (row[1], row[4]) for row in self._rows(f"SHOW RETENTION POLICIES ON {self._on}")}
        yield self._retention(held, self._policy, self._wanted.keep_days, default=True)
        yield self._retention(held, HOURLY, self._wanted.keep_hourly_days, default=False)
        queries = self._queries()
        for rollup in ROLLUPS:
            yield self._rollup(queries, rollup)
        if self._wanted.reader:
            yield from self._reader()

    @property
    def _on(self) -> str:
        return name(self._wanted.database)

    def _database(self) -> Made:
        what = f"database {self._wanted.database}"
        if [self._wanted.database] in self._rows("SHOW DATABASES"):
            return Made(what=what, state="unchanged")
        self._do(f"CREATE DATABASE {self._on}")
        return Made(what=what, state="made")

    def _retention(self, held: dict[str, tuple[str, bool]], policy: str, days: int, *, default: bool) -> Made:
        duration = f"{days}d" if days else "INF"
        what = f"retention policy {policy}: {duration}"
        if policy not in held:
            said = f"CREATE RETENTION POLICY {name(policy)} ON {self._on} DURATION {duration} REPLICATION 1"
            self._do(said + (" DEFAULT" if default else ""))
            return Made(what=what, state="made")
        if held[policy] == (hours_text(days), default) or (not default and held[policy][0] == hours_text(days)):
            return Made(what=what, state="unchanged")
        said = f"ALTER RETENTION POLICY {name(policy)} ON {self._on} DURATION {duration}"
        self._do(said + (" DEFAULT" if default else ""))
        return Made(what=what, state="changed")

    def _queries(self) -> dict[str, str]:
        found = self._ask("SHOW CONTINUOUS QUERIES").get("series", [])
        rows = [series.get("values", []) for series in found if series["name"] == self._wanted.database]
        return {row[0]: row[1] for row in rows[0]} if rows else {}

    def _rollup(self, held: dict[str, str], rollup: Rollup) -> Made:
        what = f"continuous query {rollup.name}"
        wanted = self._continuous(rollup)
        if held.get(rollup.name, "").replace('"', "") == wanted.replace('"', ""):
            return Made(what=what, state="unchanged")
        if rollup.name in held:
            self._do(f"DROP CONTINUOUS QUERY {name(rollup.name)} ON {self._on}")
        self._do(wanted)
        return Made(what=what, state="changed" if rollup.name in held else "made")

    def _continuous(self, rollup: Rollup) -> str:
        """As the server writes it back, but for its quotes."""
        database = self._wanted.database
        sums = ", ".join(f"{one.function}({one.field}) AS {one.name}" for one in rollup.sums)
        into = f"{name(database)}.{name(HOURLY)}.{name(rollup.name)}"
        source = f"{name(database)}.{name(self._policy)}.{name(rollup.source.name)}"
        body = f"SELECT {sums} INTO {into} FROM {source} GROUP BY time(1h), *"  # noqa: S608 - names of ours, quoted
        return f"CREATE CONTINUOUS QUERY {name(rollup.name)} ON {name(database)} BEGIN {body} END"

    def _reader(self) -> Iterator[Made]:
        reader, database = self._wanted.reader, self._wanted.database
        if reader in [row[0] for row in self._rows("SHOW USERS")]:
            yield Made(what=f"user {reader}", state="unchanged")
        else:
            self._do(f"CREATE USER {name(reader)} WITH PASSWORD {text(self._wanted.reader_password)}")
            yield Made(what=f"user {reader}", state="made")
        granted = [database, "READ"] in self._rows(f"SHOW GRANTS FOR {name(reader)}")
        if not granted:
            self._do(f"GRANT READ ON {self._on} TO {name(reader)}")
        yield Made(what=f"user {reader} reads {database}", state="unchanged" if granted else "made")

    def _rows(self, query: str) -> list[list[Any]]:
        series = self._ask(query).get("series", [])
        return series[0].get("values", []) if series else []

    def _do(self, query: str) -> None:
        self._ask(query)

    def _ask(self, query: str) -> dict[str, Any]:
        """The result of one statement. 1.x says what it has against it with status 200, too."""
        try:
            answer = self._client.post("/query", data={"q": query})
            said = answer.json()
        except httpx.TransportError as error:
            raise TierviewError(f"{self._client.base_url} cannot be reached: {error}") from error
        except ValueError as error:
            raise TierviewError(f"{self._client.base_url} answered {answer.status_code}, and no JSON") from error
        result: dict[str, Any] = said.get("results", [{}])[0]
        fault = said.get("error") or result.get("error")
        if fault:
            raise TierviewError(f"{self._client.base_url}: {fault}")
        return result


def name(word: str) -> str:
    """An identifier of InfluxQL."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text(word: str) -> str:
    """A string of InfluxQL."""
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
