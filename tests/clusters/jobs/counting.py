"""A kind of jobs that needs no Kafka: it counts, and does what a test makes it do at a number."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from clusters.jobs.kinds import Checkpoint, Need
from clusters.models import Cluster, Job
from core.plan import Plan, Step


class Counting:
    """Counts to ``to``; at a number that is in ``events``, something happens before it is counted."""

    unit = "record"
    changes = True
    events: dict[int, Callable[[], object]]

    def __init__(self) -> None:
        self.events, self.counted, self.ended = {}, list[int](), list[int]()
        self.ending: Callable[[], object] = lambda: None

    def plan(self, parameters: Mapping[str, Any]) -> Plan:
        return Plan("messages.produce", "orders", (Step("orders", None, f"count to {parameters['to']}"),))

    def needs(self, cluster: Cluster, parameters: Mapping[str, Any]) -> tuple[Need, ...]:
        return (Need(cluster.slug, "messages.produce", "orders", True),)

    def describe(self, parameters: Mapping[str, Any]) -> str:
        return f"Count to {parameters['to']}"

    def run(self, job: Job) -> Generator[Checkpoint, None, None]:
        for number in range(job.cursor.get("at", 0) + 1, job.parameters["to"] + 1):
            if number in self.events:
                self.events.pop(number)()
            self.counted.append(number)
            yield Checkpoint({"at": number}, number, job.parameters["to"], {"last": number})

    def facts(self, job: Job) -> list[tuple[str, str]]:
        return [("Last", str(job.result.get("last", "–")))]

    def link(self, job: Job) -> tuple[str, str] | None:
        return None

    def end(self, job: Job) -> None:
        self.ending()
        self.ended.append(job.pk)


COUNTING = Counting()
