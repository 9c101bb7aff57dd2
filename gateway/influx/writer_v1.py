"""InfluxDB 1.x: POST /write. The database is created on first need."""

from __future__ import annotations

import time

import httpx

from gateway.influx.answer import Answer, Verdict, judge, words

NO_DATABASE = 404


class WriterV1:
    """Writes line protocol to one database of a 1.x server."""

    def __init__(
        self,
        *,
        url: str,
        database: str,
        retention_policy: str = "",
        username: str | None = None,
        password: str | None = None,
        timeout_s: float = 20.0,
    ) -> None:
        self._database = database
        self._query = {"db": database, "precision": "ns"} | ({"rp": retention_policy} if retention_policy else {})
        self._client = httpx.AsyncClient(
            base_url=url,
            auth=httpx.BasicAuth(username, password or "") if username else None,  # never in the URL: URLs are logged
            timeout=timeout_s,
            trust_env=False,
        )

    async def write(self, lines: list[bytes]) -> Answer:
        try:
            response = await self._post(lines)
            if response.status_code == NO_DATABASE and b"database not found" in response.content:
                complaint = await self._create()
                if complaint:
                    return Answer(verdict=Verdict.REFUSED, reason="no_database", text=complaint)
                response = await self._post(lines)
        except httpx.TimeoutException as error:
            return Answer(verdict=Verdict.LATER, reason="timeout", text=str(error))
        except httpx.RequestError as error:  # no connection, a broken answer: all that is not an answer
            return Answer(verdict=Verdict.LATER, reason="unreachable", text=str(error))
        return judge(response.status_code, response.content, response.headers.get("retry-after"), time.time())

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, lines: list[bytes]) -> httpx.Response:
        return await self._client.post(
            "/write",
            params=self._query,
            content=b"\n".join(lines),
            headers={"content-type": "text/plain; charset=utf-8"},
        )

    async def _create(self) -> str:
        """Make the database; what the server has against it, or an empty text. 1.x says so with status 200."""
        name = self._database.replace("\\", "\\\\").replace('"', '\\"')
        response = await self._client.post("/query", data={"q": f'CREATE DATABASE "{name}"'})
        return words(response.content) if b'"error"' in response.content else ""
