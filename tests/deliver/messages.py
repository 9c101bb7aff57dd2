"""Messages as the dispatcher hands them to a channel."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.config.model import Subscription
from gateway.deliver.channel import Message
from gateway.deliver.passing import message_of
from gateway.engine.audience import notices
from gateway.model import Alert

SOURCE = "/tierview/site"


def message(subscription: Subscription, told: Sequence[Alert]) -> Message:
    """Of one alert, or of many together."""
    deliveries = [one for alert in told for one in notices(alert, "raised", [subscription], 0)]
    return message_of(deliveries, {alert.alert_id: alert for alert in told}, subscription, SOURCE)
