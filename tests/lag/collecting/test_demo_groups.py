import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from clusters.models import Cluster
from lag.models import LagSettings, WatchedGroup
from lag.types import Status
from tests.demo.company import GROUPS
from tests.demo.workload import run
from tests.kafka.cluster import KafkaCluster
from tests.lag.collecting.conftest import Collect, until

SPEED = 5.0
EXPECTED = {plan.name: plan.status for plan in GROUPS if plan.status}


def worst_statuses() -> dict[str, str]:
    """Return the worst status of any partition, by group of the demo."""
    rows = WatchedGroup.objects.filter(name__in=EXPECTED).values_list("name", "verdict")
    return {name: Status(max(slot[0] for slots in verdict.values() for slot in slots)).name for name, verdict in rows}


@pytest.mark.django_db
@pytest.mark.timeout(200)
def test_every_group_of_the_demo_gets_the_status_that_it_was_made_to_have(
    kafka: KafkaCluster, cluster: Cluster, collect: Collect
) -> None:
    LagSettings.objects.create(cluster=cluster, offset_refresh=1)
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        workload = pool.submit(run, kafka.bootstrap_servers, stop, speed=SPEED)
        try:
            until(collect, lambda: workload.done() or worst_statuses() == EXPECTED, timeout=150)
            assert worst_statuses() == EXPECTED
        finally:
            stop.set()
            workload.result(60)
