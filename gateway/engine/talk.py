"""What parties say of alerts, checked against how the alert stands, and stored at once with what follows from it.

The engine hears of it by the journal, in its place among all else that the gateway learned: so a kill between the
two loses nothing, and a replay hears the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping

import msgspec

from gateway.clock import SECOND_US
from gateway.config.model import Subscription
from gateway.engine.alerts import ack_of, acknowledged
from gateway.engine.audience import notices
from gateway.engine.promises import next_stop
from gateway.errors import BadInput, NotAllowed
from gateway.journal import Journal, alerts, remarks, shipments
from gateway.model import Alert, AlertState, Clock, Micros, Remark, RemarkKind

HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
MOST_REMARKS = 500  # of an alert, shared evenly by its parties: none can leave another without a word
PROMISED_WITHIN_US = 30 * DAY_US
DUE_WITHIN_US = 365 * DAY_US
SHELVED_WITHIN_US = 24 * HOUR_US


class Talk:
    """Where parties speak."""

    def __init__(self, journal: Journal, clock: Clock, subscriptions: Collection[Subscription]) -> None:
        self._journal = journal
        self._clock = clock
        self._subscriptions = subscriptions  # as they stand: it may be a view of what changes

    async def say(self, remark: Remark) -> Remark | None:
        """Store a remark as of now; return it with its number, or None where it would change nothing.

        Raises NotAllowed for an alert that is not there or of others, BadInput for what cannot be said of it now.
        """
        said = msgspec.structs.replace(remark, at_us=self._clock.now_us())
        return await self._journal.write(lambda connection: self._say(connection, said))

    def _say(self, connection: sqlite3.Connection, remark: Remark) -> Remark | None:
        alert = alerts.get(connection, remark.alert_id)
        if alert is None or remark.party not in alert.parties:
            raise NotAllowed(f"there is no alert {remark.alert_id}")
        if remark.kind == "unshelved" and not _is_shelved(connection, remark):
            return None
        _CHECKS.get(remark.kind, _anything)(connection, alert, remark)
        _refuse_too_much(connection, alert, remark)
        if remark.kind != "acknowledged":
            return remarks.save(connection, remark)
        said = remarks.save(connection, msgspec.structs.replace(remark, shipment=alert.shipment))
        self._acknowledge(connection, alert, said)
        return said

    def _acknowledge(self, connection: sqlite3.Connection, alert: Alert, said: Remark) -> None:
        """The alert with the acknowledgement, and a notice to all who want to hear of it."""
        after = acknowledged(alert, ack_of(said))
        told = notices(after, "acknowledged", self._subscriptions, said.at_us, f"remark {said.number}")
        alerts.save(connection, [after], said.at_us)
        alerts.save_deliveries(connection, told, said.at_us)


def _refuse_too_much(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    """A party that used up its share can still acknowledge, once: nobody is to be escalated for having talked."""
    most = MOST_REMARKS // len(alert.parties)
    first_ack = remark.kind == "acknowledged" and all(ack.party != remark.party for ack in alert.acks)
    if not first_ack and remarks.count_of(connection, alert.alert_id, remark.party) >= most:
        raise BadInput(
            f"expected at most {most} remarks of a party on one alert, and {remark.party} has made these",
            reason="too_many_remarks",
        )


def _check_promise(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    if remark.promised_us is None:
        return
    _refuse_beyond("promised", remark.promised_us, remark.at_us, PROMISED_WITHIN_US, "30 days")
    trip = shipments.planned_one(connection, alert.shipment) if alert.shipment else None
    if trip is None or next_stop(trip) is None:
        raise BadInput(
            "promised: expected an alert of a shipment that has a stop ahead, came one that has none",
            reason="no_stop_ahead",
        )


def _check_task(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    if remark.to not in alert.parties:
        raise BadInput(
            f"to: expected a party of the alert ({', '.join(alert.parties)}), came {remark.to[:80]!r}",
            reason="not_of_the_alert",
        )
    if remark.until_us is not None:
        _refuse_beyond("due", remark.until_us, remark.at_us, DUE_WITHIN_US, "a year")


def _check_done(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    task = remarks.get(connection, remark.answers)
    if task is None or task.kind != "task" or task.alert_id != alert.alert_id:
        raise BadInput(
            f"answers: expected the number of a task of this alert, came {remark.answers}", reason="no_such_task"
        )
    if remark.party not in (task.to, task.party):
        raise BadInput(
            f"answers: expected a task of yours, came one of {task.party} to {task.to}", reason="not_your_task"
        )
    if remarks.is_done(connection, task.number):
        raise BadInput(f"answers: expected an open task, came {task.number}, which is done", reason="task_is_done")


def _check_shelf(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    if alert.state is not AlertState.OPEN:
        raise BadInput(
            f"expected an alert that stands, came one that is {alert.state}: of it nobody hears any more",
            reason="alert_has_ended",
        )
    if remark.until_us is None:
        raise BadInput("until: expected a time, came none", reason="no_time")
    _refuse_beyond("until", remark.until_us, remark.at_us, SHELVED_WITHIN_US, "24 hours")


def _anything(connection: sqlite3.Connection, alert: Alert, remark: Remark) -> None:
    """A comment may always be made."""


def _refuse_beyond(field: str, at_us: Micros, now_us: Micros, within_us: Micros, within: str) -> None:
    if at_us <= now_us:
        raise BadInput(
            f"{field}: expected a time that is still to come, came one that has passed", reason="time_has_passed"
        )
    if at_us > now_us + within_us:
        raise BadInput(f"{field}: expected a time within {within}, came a later one", reason="time_too_late")


def _is_shelved(connection: sqlite3.Connection, remark: Remark) -> bool:
    return remarks.last_kind(connection, remark.alert_id, remark.party, "shelved", "unshelved") == "shelved"


_CHECKS: Mapping[RemarkKind, Callable[[sqlite3.Connection, Alert, Remark], None]] = {
    "acknowledged": _check_promise,
    "task": _check_task,
    "done": _check_done,
    "shelved": _check_shelf,
}
