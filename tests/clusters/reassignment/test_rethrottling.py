"""A throttle that is changed while its reassignment runs: set within seconds, and gone at the end."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import Conflict
from clusters.gateway.reassigning.throttles import FOLLOWER_RATE, LEADER_RATE, broker
from clusters.jobs.running import work
from clusters.models import Cluster, Job
from clusters.reassignment.running.rethrottling import has_rate, note, plan_throttle
from clusters.reassignment.running.standing import Standing, from_json
from clusters.reassignment.running.throttle import Setting, changes_to_undo
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.reassignment.moving import filled_topic, preview, replicas_of, start, throttles_of
from tests.clusters.reassignment.moving import run as run_to_its_end
from tests.kafka.cluster import KafkaCluster
from tests.kafka.waiting import eventually

Unique = Callable[[str], str]
SLOW, FASTER = 1000, 2000
OWNER = broker(1)


def setting(value: int, before: str | None = None, name: str = LEADER_RATE) -> Setting:
    return Setting(OWNER.kind, OWNER.name, name, before, str(value))


@pytest.mark.parametrize("found", [str(SLOW), str(FASTER)])
@pytest.mark.parametrize("before", [None, "77"])
def test_whichever_of_the_two_is_found_what_was_before_comes_back(found: str, before: str | None) -> None:
    standing = Standing(settings=(setting(FASTER, before),), left=(setting(SLOW, before),))
    changes = changes_to_undo(standing.to_remove, {OWNER: {LEADER_RATE: found}})
    assert changes == {OWNER: {LEADER_RATE: before}}


def test_a_takeover_sees_whether_the_throttle_is_set() -> None:
    both = (setting(SLOW), setting(SLOW, name=FOLLOWER_RATE))
    assert has_rate(both, SLOW)
    assert not has_rate(both, FASTER)
    assert not has_rate(both, None)
    assert has_rate((), None)
    assert not has_rate((), SLOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sole_mover")
def test_a_throttle_is_changed_and_taken_away_under_a_running_job(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, run: Run,
    unique: Unique,
) -> None:  # fmt: skip
    topic = filled_topic(kafka, connection, unique("slow"), [[1], [2]], size=4_000_000)
    job = start(admin, preview(admin, goal="drain", brokers="1,2", topics=topic, rate=str(SLOW)))

    def rates() -> set[str]:
        return {value for name, value in throttles_of(connection, topic).items() if name.endswith(".rate")}

    def go_on(leave: Callable[[], bool] = lambda: True) -> None:
        work(job.pk, leave)
        job.refresh_from_db()

    for _ in range(2):  # it is begun, and then looked after
        go_on()
    assert (job.state, rates()) == (Job.RUNNING, {str(SLOW)})
    lists = {name: value for name, value in throttles_of(connection, topic).items() if name.endswith(".replicas")}
    path = f"{LOCAL}/reassignments/jobs/{job.pk}/throttle"
    assert ada("POST", path, {"rate": SLOW}).status_code == 409
    assert ada("POST", f"{path}?dry_run=true", {"rate": FASTER}).json()["steps"][0]["after"] == "2.0 KiB/s per broker"
    assert rates() == {str(SLOW)}
    assert "done" in done(run("reassignments", "throttle", str(job.pk), str(FASTER)))
    go_on()  # another worker
    eventually(lambda: rates() == {str(FASTER)})
    assert {name: throttles_of(connection, topic)[name] for name in lists} == lists
    assert {each.value for each in from_json(job.cursor).left} == {str(SLOW)}
    turns = iter([lambda: note(job, SLOW) or False, lambda: True])  # type: ignore[func-returns-value]
    go_on(lambda: next(turns)())  # the same worker
    eventually(lambda: rates() == {str(SLOW)})
    page = f"/clusters/local/reassignments/jobs/{job.pk}/throttle/"
    plan = admin.post(page, {"rate": "", "action": "preview"}).context["plan"]
    assert plan.warnings
    assert admin.post(page, {"rate": "", "action": "apply", "plan": plan.digest}).status_code == 302
    go_on()
    eventually(lambda: throttles_of(connection, topic) == {})
    run_to_its_end(job)
    assert (job.state, job.failure, job.left) == (Job.FINISHED, "", False)
    eventually(lambda: replicas_of(connection, topic) == [(3,), (3,)])
    assert throttles_of(connection, topic) == {}
    steps = [step for entry in AuditEntry.objects.filter(resource=topic) for step in entry.steps]
    assert any(step["subject"] == f"throttle of job {job.pk}" and step["after"] == "none" for step in steps)
    with pytest.raises(Conflict, match="not running any more"):
        plan_throttle(job, SLOW)
