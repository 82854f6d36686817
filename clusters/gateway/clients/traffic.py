"""What we cost a cluster: requests and bytes of this process' clients, as both libraries count them."""

import json
from dataclasses import dataclass
from typing import Any

from kafka.metrics.measurable_stat import AbstractMeasurableStat
from kafka.metrics.stats.total import Total

GROUP = "kafkaadmin"


@dataclass(frozen=True)
class Traffic:
    """Requests, bytes sent and bytes received; a difference of two is what was spent between."""

    requests: int = 0
    sent: int = 0
    received: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.requests + other.requests, self.sent + other.sent, self.received + other.received)

    def __sub__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.requests - other.requests, self.sent - other.sent, self.received - other.received)


class RequestCount(AbstractMeasurableStat):  # type: ignore[misc]
    """How often something was recorded, over all time."""

    def __init__(self) -> None:
        self.number = 0

    def record(self, config: object, value: float, now: float) -> None:
        """Count once, whatever the value."""
        self.number += 1

    def measure(self, config: object, now: float) -> float:
        """Return the count."""
        return float(self.number)


class KafkaPythonMeter:
    """Counts what a kafka-python client sends and receives; the library itself keeps only rates of late."""

    def __init__(self, client: Any) -> None:
        metrics = client._metrics
        self.requests, self.sent, self.received = RequestCount(), Total(), Total()
        sent_sensor, received_sensor = metrics.sensor("bytes-sent"), metrics.sensor("bytes-received")
        sent_sensor.add(metrics.metric_name("requests", GROUP), self.requests)
        sent_sensor.add(metrics.metric_name("sent", GROUP), self.sent)
        received_sensor.add(metrics.metric_name("received", GROUP), self.received)

    def traffic(self) -> Traffic:
        """Return what was spent since the client was made."""
        return Traffic(*(int(counter.measure(None, 0)) for counter in (self.requests, self.sent, self.received)))


class LibrdkafkaMeter:
    """Takes librdkafka's statistics, which come with the polls every second."""

    def __init__(self) -> None:
        self.last = Traffic()

    def take(self, statistics: str) -> None:
        """Keep the sums of one report."""
        totals = json.loads(statistics)
        self.last = Traffic(totals.get("tx", 0), totals.get("tx_bytes", 0), totals.get("rx_bytes", 0))
