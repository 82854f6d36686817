"""What we cost a cluster: requests and bytes of this process' clients, as both libraries count them."""

import json
from dataclasses import dataclass
from typing import Any

from kafka.metrics.measurable_stat import AbstractMeasurableStat
from kafka.metrics.stats.total import Total

GROUP = "kafkaadmin"


@dataclass(frozen=True)
class Traffic:
    """Requests, bytes sent and bytes received; subtract two to get the traffic between them."""

    requests: int = 0
    sent: int = 0
    received: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.requests + other.requests, self.sent + other.sent, self.received + other.received)

    def __sub__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.requests - other.requests, self.sent - other.sent, self.received - other.received)


class RequestCount(AbstractMeasurableStat):  # type: ignore[misc]
    """How often something was recorded in total."""

    def __init__(self) -> None:
        self.number = 0

    def record(self, config: object, value: float, now: float) -> None:
        """Count one, whatever the value."""
        self.number += 1

    def measure(self, config: object, now: float) -> float:
        return float(self.number)


class KafkaPythonMeter:
    """Counts what a kafka-python client sends and receives; the library itself only keeps recent rates."""

    def __init__(self, client: Any) -> None:
        metrics = client._metrics
        self.requests, self.sent, self.received = RequestCount(), Total(), Total()
        sent_sensor, received_sensor = metrics.sensor("bytes-sent"), metrics.sensor("bytes-received")
        sent_sensor.add(metrics.metric_name("requests", GROUP), self.requests)
        sent_sensor.add(metrics.metric_name("sent", GROUP), self.sent)
        received_sensor.add(metrics.metric_name("received", GROUP), self.received)

    def traffic(self) -> Traffic:
        """Return the traffic since the client was created."""
        return Traffic(*(int(counter.measure(None, 0)) for counter in (self.requests, self.sent, self.received)))


class LibrdkafkaMeter:
    """Receives librdkafka's statistics, which it emits every second when polled."""

    def __init__(self) -> None:
        self.last = Traffic()

    def take(self, statistics: str) -> None:
        totals = json.loads(statistics)
        self.last = Traffic(totals.get("tx", 0), totals.get("tx_bytes", 0), totals.get("rx_bytes", 0))
