"""Jobs without Kafka: they go on from their cursor, stop, are tried again, and end where they may not go on."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant
from clusters.gateway.errors import InvalidRequest, Unreachable
from clusters.jobs import kinds, running, tasks
from clusters.jobs.running import backoff, work
from clusters.models import Cluster, Job, JobPiece
from tests.api.conftest import LOCAL, person, program_of
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.jobs.counting import Counting
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """Have the kind that counts in the table."""
    from tests.clusters.jobs import counting as module

    monkeypatch.setattr(module, "COUNTING", Counting())
    monkeypatch.setitem(kinds.KINDS, "counting", "tests.clusters.jobs.counting.COUNTING")
    yield module.COUNTING


@pytest.fixture
def olga(db: None) -> User:
    Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    return person("olga", "operator")


def job_of(user: User, **fields: Any) -> Job:
    """Store a job as its start leaves it."""
    values: dict[str, Any] = {
        "cluster": Cluster.objects.get(), "kind": "counting", "action": "messages.produce", "resource": "orders",
        "title": "Count <b>", "needs": [["local", "messages.produce", "orders", True]], "user": user,
        "username": user.username, "parameters": {"to": 5}, "state": Job.WAITING, "digest": str(Job.objects.count()),
    }  # fmt: skip
    return Job.objects.create(**values | fields)


def run(job: Job, *, turns: int = 1, leave: bool = False) -> Job:
    for _ in range(turns):
        work(job.pk, lambda: leave)
    job.refresh_from_db()
    return job


def raising(error: BaseException) -> Any:
    def fail() -> None:
        raise error

    return fail


def test_a_job_is_done_slice_by_slice_and_its_end_is_on_record(olga: User, counting: Counting) -> None:
    job = job_of(olga)
    JobPiece.objects.create(job=job, number=0, data=b"x")
    assert (run(job, leave=True).state, job.done, job.lease_until) == (Job.RUNNING, 1, None)
    assert (run(job).state, job.done, job.result, counting.ended) == (Job.FINISHED, 5, {"last": 5}, [job.pk])
    assert counting.counted == [1, 2, 3, 4, 5]
    assert not JobPiece.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.username, entry.action, entry.outcome) == ("olga", "messages.produce", AuditEntry.DONE)
    assert entry.detail.startswith(f"Job {job.pk} done: 5 records in ")
    assert run(job).done == 5  # a late message changes nothing


def test_a_worker_that_lost_its_lease_saves_nothing_more(olga: User, counting: Counting) -> None:
    job = job_of(olga)
    counting.events[3] = lambda: Job.objects.update(fence=99)
    assert (run(job).state, job.done, job.cursor) == (Job.RUNNING, 2, {"at": 2})
    Job.objects.update(lease_until=None)
    assert run(job).state == Job.FINISHED


def test_what_passes_is_tried_again_and_the_rest_fails(olga: User, counting: Counting) -> None:
    job = job_of(olga)
    counting.events[3] = raising(Unreachable("Nobody answers.", "Start it."))
    assert (run(job).state, job.done, job.failure, job.lease_until) == (Job.RUNNING, 2, "Nobody answers.", None)
    assert job.due_at and job.due_at > timezone.now()
    assert (run(job).state, job.failure, job.attempts) == (Job.FINISHED, "", 0)
    lasting = job_of(olga)
    counting.events[1] = raising(InvalidRequest("Too large.", "Make it smaller."))
    assert (run(lasting).state, lasting.failure, lasting.advice) == (Job.FAILED, "Too large.", "Make it smaller.")
    odd = job_of(olga)
    counting.events[1] = raising(RuntimeError("secret"))
    assert (run(odd).state, odd.failure) == (Job.FAILED, running.UNEXPECTED)
    hopeless = job_of(olga, attempts=running.ATTEMPTS)
    assert (run(hopeless).state, hopeless.failure) == (Job.FAILED, running.GAVE_UP)
    assert [backoff(attempts).seconds for attempts in (1, 3, 50)] == [2, 8, 60]


def test_what_an_ended_job_could_not_remove_is_removed_later(
    olga: User, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: tasks.run_job(*arguments))
    counting.ending = raising(Unreachable("Broker 3 is not online.", "Start it."))
    job = run(job_of(olga))
    assert (job.state, job.left, job.lease_until, counting.ended) == (Job.FINISHED, True, None, [])
    assert job.due_at and job.due_at > timezone.now()
    tasks.run_due()
    assert counting.ended == []
    Job.objects.update(due_at=timezone.now())
    counting.ending = lambda: None
    for _ in range(2):
        tasks.run_due()
    job.refresh_from_db()
    assert (job.state, job.left, job.lease_until, counting.ended) == (Job.FINISHED, False, None, [job.pk])
    assert AuditEntry.objects.count() == 1


def test_a_worker_that_is_killed_while_it_cleans_up_leaves_that_to_another(olga: User, counting: Counting) -> None:
    counting.ending = raising(KeyboardInterrupt())
    job = job_of(olga)
    with pytest.raises(KeyboardInterrupt):
        work(job.pk, lambda: False)
    counting.ending = lambda: None
    job.refresh_from_db()
    assert (job.state, job.left) == (Job.FINISHED, True)
    Job.objects.update(lease_until=None)
    assert (run(job).left, counting.ended, job.failure) == (False, [job.pk], "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: Grant.objects.all().delete(), "olga: No access to local/orders (needs messages.produce)."),
        (lambda: User.objects.update(is_active=False), "The user olga is not active."),
        (lambda: User.objects.all().delete(), "The user olga no longer exists."),
        (lambda: Cluster.objects.update(read_only=True), "local is read-only"),
    ],
)
def test_who_may_no_longer_do_it_does_not_go_on(olga: User, counting: Counting, change: Any, reason: str) -> None:
    job = job_of(olga)
    counting.events[3] = change
    assert (run(job).state, job.done) == (Job.STOPPED, 3)
    assert reason in job.failure
    assert AuditEntry.objects.get().outcome == AuditEntry.REFUSED


def test_it_is_stopped_from_its_page_before_its_next_slice(olga: User, counting: Counting) -> None:
    job, client = job_of(olga), signed_in(olga)
    path = f"/clusters/local/jobs/{job.pk}/"
    counting.events[3] = lambda: client.post(f"{path}stop/")
    assert (run(job).state, job.done) == (Job.STOPPED, 3)
    page = client.get(path).content.decode()
    assert "Count &lt;b&gt;" in page
    assert "3 of 5 records" in page
    assert "hx-trigger" not in page.partition('id="live"')[2].partition(">")[0]
    actions = AuditEntry.objects.order_by("pk").values_list("action", "outcome")
    assert list(actions) == [("jobs.stop", "done"), ("messages.produce", "done")]


def test_a_cluster_is_not_removed_while_a_job_of_it_runs(olga: User, counting: Counting, admin: Client) -> None:
    job = job_of(olga)
    refused = admin.post("/clusters/local/delete/", {"confirm": "local"})
    assert f"Job {job.pk} is running: Count &lt;b&gt;." in refused.content.decode()
    assert Cluster.objects.exists()
    run(job)
    assert admin.post("/clusters/local/delete/", {"confirm": "local"}).status_code == 302
    assert not Cluster.objects.exists()


def test_jobs_are_seen_and_stopped_by_their_creator_and_by_who_may_do_the_same(
    olga: User, counting: Counting, viewer: Client
) -> None:
    job = job_of(olga)
    elsewhere, custom = person("eve", "operator", resources="other-*"), User.objects.create_user("cus")
    Grant.objects.create(user=custom, role="custom", actions=["clusters.view", "messages.produce"], resources="orders")
    for client in (viewer, signed_in(elsewhere)):
        assert "Count" not in client.get("/clusters/local/jobs/").content.decode()
        assert client.get(f"/clusters/local/jobs/{job.pk}/").status_code == 404
    assert viewer.post(f"/clusters/local/jobs/{job.pk}/stop/").status_code == 403
    assert signed_in(elsewhere).post(f"/clusters/local/jobs/{job.pk}/stop/").status_code == 404
    assert "Count &lt;b&gt;" in signed_in(custom).get("/clusters/local/jobs/?state=waiting&q=count").content.decode()
    assert signed_in(custom).post(f"/clusters/local/jobs/{job.pk}/stop/").status_code == 302
    assert run(job).state == Job.STOPPED


def test_a_program_lists_shows_and_stops(olga: User, counting: Counting) -> None:
    job, program = job_of(olga), program_of(olga)
    run(job, leave=True)
    (row,) = program.get(f"{LOCAL}/jobs?state=running")["items"]
    assert (row["id"], row["done"], row["total"], row["result"]) == (job.pk, 1, 5, [{"label": "Last", "value": "1"}])
    assert program("POST", f"{LOCAL}/jobs/{job.pk}/stop?dry_run=true", {}).json()["done"] is False
    assert program("POST", f"{LOCAL}/jobs/{job.pk}/stop", {}).status_code == 200
    assert program.get(f"{LOCAL}/jobs/{job.pk}")["state"] == "stopping"
    assert program_of(olga, scope="read")("POST", f"{LOCAL}/jobs/{job.pk}/stop", {}).status_code == 403
    assert program("GET", f"{LOCAL}/jobs/{10**24}").status_code == 404


def test_due_jobs_are_run_and_old_ones_are_forgotten(
    olga: User, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST", 2)
    jobs, now = [job_of(olga) for _ in range(4)], timezone.now()
    job_of(olga, state=Job.DRAFT)
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: tasks.run_job(*arguments))
    tasks.run_due()
    assert set(Job.objects.values_list("state", flat=True)) == {Job.FINISHED, Job.DRAFT}
    Job.objects.filter(pk=jobs[3].pk).update(ended_at=now - timedelta(days=31))
    Job.objects.filter(state=Job.DRAFT).update(created_at=now - timedelta(days=1))
    assert tasks.forget_old() == 3
    assert Job.objects.count() == 2


def test_pages_name_the_number_of_jobs_and_files_have_them_all(olga: User, counting: Counting) -> None:
    run(job_of(olga))
    client = signed_in(olga)
    assert re.search(r"1 job\b", client.get("/clusters/local/jobs/").content.decode())
    assert b"counting" in client.get("/clusters/local/jobs/?format=csv").getvalue()
