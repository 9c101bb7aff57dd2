"""Sets up InfluxDB 2.x through InfluxData's client: buckets, DBRP mappings, tasks, an authorization that only reads."""

# The client's generated types have no annotations:
# mypy: disable-error-code=no-untyped-call

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.authorization import Authorization
from influxdb_client.domain.bucket_retention_rules import BucketRetentionRules
from influxdb_client.domain.dbrp_create import DBRPCreate
from influxdb_client.domain.permission import Permission
from influxdb_client.domain.permission_resource import PermissionResource
from influxdb_client.domain.task_create_request import TaskCreateRequest
from influxdb_client.rest import ApiException
from influxdb_client.service.dbr_ps_service import DBRPsService
from urllib3.exceptions import HTTPError

from gateway.errors import TierviewError
from gateway.influx.answer import words
from gateway.influx.wanted import HOURLY, ROLLUPS, Made, Rollup, Sum, Wanted

DAY_S = 86_400
SHARD_S = {True: 7 * DAY_S, False: DAY_S}  # groups of a week for what is kept for half a year or more
HALF_YEAR = 180


class SetupV2:
    """Looks first, and changes only what differs."""

    def __init__(self, client: InfluxDBClient, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted
        self._organisation = ""  # its id

    def run(self) -> Iterator[Made]:
        """Everything, in the order in which one thing needs another. Raises TierviewError in the server's words."""
        try:
            yield from self._all()
        except ApiException as error:
            body = error.body if isinstance(error.body, bytes) else str(error.body or "").encode()
            raise TierviewError(f"{self._client.url}: {error.status} {words(body) or error.reason}") from error
        except HTTPError as error:
            raise TierviewError(f"{self._client.url} cannot be reached: {error}") from error

    def _all(self) -> Iterator[Made]:
        found = self._client.organizations_api().find_organizations(org=self._wanted.organisation)
        if not found:
            raise TierviewError(f"{self._client.url} has no organisation {self._wanted.organisation}")
        self._organisation = found[0].id
        points, made = self._bucket(self._wanted.database, self._wanted.keep_days)
        yield made
        sums, made = self._bucket(f"{self._wanted.database}_{HOURLY}", self._wanted.keep_hourly_days)
        yield made
        yield self._mapping(points, self._wanted.policy or "autogen", default=True)
        yield self._mapping(sums, HOURLY, default=False)
        held = {task.name: task for task in self._client.tasks_api().find_tasks(org_id=self._organisation)}
        for rollup in ROLLUPS:
            yield self._task(held, rollup)
        if self._wanted.reader:
            yield self._reader([points.id, sums.id])

    def _bucket(self, bucket: str, days: int) -> tuple[Any, Made]:
        what = f"bucket {bucket}: {f'{days} days' if days else 'for ever'}"
        api, seconds = self._client.buckets_api(), days * DAY_S
        rules = [BucketRetentionRules(every_seconds=seconds, shard_group_duration_seconds=SHARD_S[days >= HALF_YEAR])]
        held = api.find_bucket_by_name(bucket)
        if held is None:
            made = api.create_bucket(bucket_name=bucket, org_id=None, org=self._organisation, retention_rules=rules)
            return made, Made(what=what, state="made")
        if sum(rule.every_seconds for rule in held.retention_rules) == seconds:
            return held, Made(what=what, state="unchanged")
        held.retention_rules = rules if days else []
        return api.update_bucket(held), Made(what=what, state="changed")

    def _mapping(self, bucket: Any, policy: str, *, default: bool) -> Made:
        """So that InfluxQL finds the bucket as database and retention policy: one set of dashboards serves all."""
        database = self._wanted.database
        what = f"DBRP mapping {database}/{policy}: {bucket.name}"
        service = DBRPsService(self._client.api_client)
        held = service.get_dbr_ps(org_id=self._organisation, db=database, rp=policy).content
        if any(one.bucket_id == bucket.id for one in held):
            return Made(what=what, state="unchanged")
        mapping = DBRPCreate(
            org_id=self._organisation, bucket_id=bucket.id, database=database, retention_policy=policy, default=default
        )
        service.post_dbrp(dbrp_create=mapping)
        return Made(what=what, state="made")

    def _task(self, held: dict[str, Any], rollup: Rollup) -> Made:
        title = f"{self._wanted.database} {rollup.name}"
        what, flux = f"task {title}", self._flux(title, rollup)
        task = held.get(title)
        if task is None:
            self._client.tasks_api().create_task(
                task_create_request=TaskCreateRequest(org_id=self._organisation, flux=flux, status="active")
            )
            return Made(what=what, state="made")
        if task.flux == flux:
            return Made(what=what, state="unchanged")
        task.flux = flux
        self._client.tasks_api().update_task(task)
        return Made(what=what, state="changed")

    def _flux(self, title: str, rollup: Rollup) -> str:
        """Hours that have ended, once more after late data came: what is written twice overwrites itself."""
        head = f'option task = {{name: "{title}", every: 1h, offset: 5m}}\n\nstart = -25h\n'
        return head + "".join(f"\n{self._sum(rollup, one)}" for one in rollup.sums)

    def _sum(self, rollup: Rollup, one: Sum) -> str:
        database = self._wanted.database
        return (
            f'from(bucket: "{database}")\n'
            f"    |> range(start: start)\n"
            f'    |> filter(fn: (r) => r._measurement == "{rollup.source.name}" and r._field == "{one.field}")\n'
            f"    |> aggregateWindow(every: 1h, fn: {one.function}, createEmpty: false)\n"
            f'    |> set(key: "_measurement", value: "{rollup.name}")\n'
            f'    |> set(key: "_field", value: "{one.name}")\n'
            f'    |> to(bucket: "{database}_{HOURLY}")\n'
        )

    def _reader(self, buckets: list[str]) -> Made:
        what = f"authorization {self._wanted.reader}, to read"
        api = self._client.authorizations_api()
        if any(one.description == self._wanted.reader for one in api.find_authorizations(org_id=self._organisation)):
            return Made(what=what, state="unchanged")
        resources = [PermissionResource(type="buckets", id=id_, org_id=self._organisation) for id_ in buckets]
        made = api.create_authorization(
            authorization=Authorization(
                org_id=self._organisation,
                description=self._wanted.reader,
                permissions=[Permission(action="read", resource=resource) for resource in resources],
            )
        )
        return Made(what=what, state="made", secret=made.token)
