"""The way to each subscription: one connection for all of MQTT, one mail server for all mails, one resolver for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gateway.config.model import Config, Subscription
from gateway.deliver.apprise_out import AppriseOut
from gateway.deliver.channel import Channel
from gateway.deliver.lookup import Lookup
from gateway.deliver.mail import MailOut, MailServer
from gateway.deliver.mqtt import MqttOut
from gateway.deliver.sse import Hub, Sse
from gateway.deliver.subscribed import Subscribed
from gateway.deliver.webhook import Webhook
from gateway.errors import BadInput


class Channels(Mapping[str, Channel]):
    """Channels by the name of their subscription; subscriptions may be added and removed while it is used.

    `secret_of` fetches what a configured secret stands for. Opens nothing before it is needed.
    """

    def __init__(self, config: Config, hub: Hub, secret_of: Callable[[str], str]) -> None:
        self.subscriptions = Subscribed()  # the same names, for whoever needs their settings
        self._config = config
        self._secret_of = secret_of
        self._channels: dict[str, Channel] = {}
        self._sse = Sse(hub)
        self._mqtt: MqttOut | None = None
        self._mail: MailServer | None = None
        self._lookup = Lookup()
        for subscription in config.subscriptions:
            self.add(subscription)

    def add(self, subscription: Subscription) -> None:
        """Know one more. Raises BadInput where its secret is not there, or is none."""
        self._channels[subscription.name] = self._open(subscription)
        self.subscriptions.put(subscription)

    async def retire(self, channel: Channel) -> None:
        """Close one in whose place another was added; what is under way by it is tried again by that."""
        await self._close(channel)

    def secrets_of(self, subscription: Subscription) -> list[str]:
        """What signs what a webhook is told, the newest first. Raises BadInput where one is not there."""
        return [self._secret_of(text) for text in (subscription.secret, subscription.old_secret) if text is not None]

    def mail_server(self) -> MailServer:
        """The one that all mails go by; whether there is one, the configuration says."""
        if self._mail is None:
            self._mail = MailServer(self._config.mail, self._optional(self._config.mail.password))
        return self._mail

    def mqtt(self) -> MqttOut:
        """The connection that all notices by MQTT go by."""
        if self._mqtt is None:
            settings = self._config.mqtt
            password = self._optional(settings.password)
            self._mqtt = MqttOut(settings, password, counts=self.subscriptions.__contains__)
        return self._mqtt

    def mqtt_if_any(self) -> MqttOut | None:
        """The same, where something has opened it."""
        return self._mqtt

    def told_by(self, channel: str) -> list[str]:
        """The names of the subscriptions that are told by some channel."""
        return [one.name for one in self.subscriptions.values() if one.channel == channel]

    async def remove(self, name: str) -> None:
        """Know one less; what still waits for it is given up as `no_such_subscription`."""
        self.subscriptions.drop(name)
        await self._close(self._channels.pop(name, None))

    async def close(self) -> None:
        for channel in self._channels.values():
            await self._close(channel)
        if self._mqtt is not None:
            await self._mqtt.close()

    async def _close(self, channel: Channel | None) -> None:
        if channel is not None and channel is not self._mqtt:  # which serves others
            await channel.close()

    def __getitem__(self, name: str) -> Channel:
        return self._channels[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._channels)

    def __len__(self) -> int:
        return len(self._channels)

    def _open(self, subscription: Subscription) -> Channel:
        match subscription.channel:
            case "webhook":
                return self._webhook(subscription)
            case "mqtt":
                return self.mqtt()
            case "email":
                return MailOut(subscription, self.mail_server())
            case "apprise":
                return self._apprise(subscription)
        return self._sse

    def _webhook(self, subscription: Subscription) -> Webhook:
        try:
            return Webhook(subscription, self.secrets_of(subscription), lookup=self._lookup)
        except ValueError as error:
            raise BadInput(f"the subscription {subscription.name}: {error}") from None

    def _apprise(self, subscription: Subscription) -> AppriseOut:
        assert subscription.secret is not None
        try:
            return AppriseOut(subscription, self._secret_of(subscription.secret), self._lookup)
        except ValueError as error:
            raise BadInput(f"the subscription {subscription.name}: {error}") from None

    def _optional(self, text: str | None) -> str | None:
        return None if text is None else self._secret_of(text)
