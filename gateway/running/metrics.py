"""What /metrics tells, read off the running parts at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.devices import DeviceWatch
from gateway.hearing import Hearing
from gateway.model import Clock
from gateway.sources import Intake, Source
from gateway.walk.pipeline import Pipeline

SECOND_US = 1_000_000


class GatewayCollector(Collector):
    """Counts of the pipeline, the sources and the intake, and when each device was last heard."""

    def __init__(
        self,
        *,
        pipeline: Pipeline,
        sources: Iterable[Source],
        intake: Intake,
        hearing: Hearing,
        watch: DeviceWatch,
        clock: Clock,
        refused: Callable[[], Mapping[tuple[str, str], int]] = dict,
        rule_faults: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._intake = intake
        self._hearing = hearing
        self._watch = watch
        self._clock = clock
        self._rule_faults = rule_faults  # judgements that failed, by rule
        self._refused = refused  # positions that were not believed, by device and reason

    def collect(self) -> Iterable[Metric]:
        for name, value in msgspec.structs.asdict(self._pipeline.counts).items():
            yield CounterMetricFamily(f"tierview_{name}", f"{name.replace('_', ' ')} since the start", value=value)
        yield GaugeMetricFamily("tierview_intake_items", "chunks that wait to be decoded", value=len(self._intake))
        yield GaugeMetricFamily("tierview_intake_bytes", "bytes that wait to be decoded", self._intake.waiting_bytes)
        yield from self._of_sources()
        yield from self._of_devices()
        yield self._of_positions()
        yield self._of_rules()

    def _of_sources(self) -> Iterable[Metric]:
        for field in ("connects", "failures", "chunks", "bytes", "unsent", "refused", "cut"):
            family = CounterMetricFamily(
                f"tierview_source_{field}", f"{field} of a source since the start", labels=["source"]
            )
            for source in self._sources:
                family.add_metric([source.name], getattr(source.counts, field))
            yield family

    def _of_devices(self) -> Iterable[Metric]:
        now_us = self._clock.now_us()
        silence = GaugeMetricFamily(
            "tierview_device_silence_seconds", "since a device was last heard", labels=["device"]
        )
        connected = GaugeMetricFamily(
            "tierview_device_connected", "1 while the link to a device stands", labels=["device"]
        )
        for state in self._hearing.all():
            if state.heard_us is not None:
                silence.add_metric([state.device], (now_us - state.heard_us) / SECOND_US)
            connected.add_metric([state.device], int(state.connected))
        yield from (silence, connected)
        yield from self._of_what_devices_say()

    def _of_what_devices_say(self) -> Iterable[Metric]:
        """By device, also of those that share a connection."""
        chunks = CounterMetricFamily("tierview_device_chunks", "chunks of a device since the start", labels=["device"])
        size = CounterMetricFamily("tierview_device_bytes", "bytes of a device since the start", labels=["device"])
        readings = CounterMetricFamily(
            "tierview_device_readings", "readings of a device since the start", labels=["device"]
        )
        for state in self._hearing.all():
            doing = self._watch.doing(state.device)
            chunks.add_metric([state.device], doing.chunks)
            size.add_metric([state.device], doing.bytes)
            readings.add_metric([state.device], doing.meter.total)
        yield from (chunks, size, readings)

    def _of_positions(self) -> Metric:
        family = CounterMetricFamily(
            "tierview_positions_refused", "positions that were not believed, by reason", labels=["device", "reason"]
        )
        for (device, reason), number in sorted(self._refused().items()):
            family.add_metric([device, reason], number)
        return family

    def _of_rules(self) -> Metric:
        family = CounterMetricFamily(
            "tierview_rule_faults", "judgements that a rule could not make since the start", labels=["rule"]
        )
        for rule, number in sorted(self._rule_faults().items()):
            family.add_metric([rule], number)
        return family


def registry(*collectors: Collector) -> CollectorRegistry:
    """A registry of our own: two gateways in one test do not meet in a global one."""
    own = CollectorRegistry()
    for collector in collectors:
        own.register(collector)
    return own
