"""The inventory of connectors: from a real worker, and from servers that misbehave."""

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clusters.connect.mirror import ConnectPass
from clusters.gateway.connect.client import Connect
from clusters.models import Cluster, ConnectCluster, Connector, Group, Topic
from tests.api.conftest import person
from tests.clusters.connect.conftest import CONNECTORS, Add, mirror_connectors
from tests.conftest import signed_in
from tests.connect_worker import ConnectWorker
from tests.kafka.waiting import eventually
from tests.metrics.servers import Answer, Handler, drips, hangs, says, serving

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]
CREATES_TOPICS = {f"topic.creation.default.{name}": "1" for name in ("partitions", "replication.factor")}


def test_connectors_are_listed_with_what_is_known_of_them(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    topic = unique("lines")
    good, bad = add(unique("good"), topic=topic), add(unique("bad"), topic=topic, fails=True)
    source = add(unique("from"), source=True, topic=topic, **CREATES_TOPICS)
    Topic.objects.create(cluster=local, name=topic, partitions=1, replication=1, rate=12.5)
    Group.objects.create(cluster=local, name=f"connect-{good}", state="Stable", type="classic", lag=77)
    mirror_connectors()
    page = admin.get(f"{CONNECTORS}?q={topic}").content.decode()
    assert page.index(bad) < page.index(good)
    assert "1 task failed" in page
    assert "Couldn&#x27;t find or create file" in page
    assert f'href="/clusters/local/groups/connect-{good}/"' in page
    assert "77" in page
    assert page.count(f'href="/clusters/local/topics/{topic}/"') == 2  # a source's topics are known once it wrote
    assert "12.5/s" in page
    only = admin.get(f"{CONNECTORS}?q={topic}&unhealthy=1").content.decode().partition("<tbody>")[2]
    assert bad in only
    assert good not in only
    (connect_worker.files / f"{source}.txt").write_text("a line\n")
    link = f'href="/clusters/local/topics/{topic}/"'
    eventually(lambda: link in admin.get(f"{CONNECTORS}files/{source}/").content.decode())
    assert admin.get(f"{CONNECTORS}?q={topic}").content.decode().count(link) == 3  # without another pass
    row = Connector.objects.get(name=source)
    assert (row.type, row.short_plugin, row.group) == ("source", "FileStreamSourceConnector", "")


def test_the_search_finds_a_connector(admin: Client, local: Cluster) -> None:
    connect = ConnectCluster.objects.get()
    Connector.objects.create(cluster=local, connect=connect, name="to-files", state="RUNNING", tasks=1)
    page = admin.get("/search/?q=to-fil").content.decode()
    assert f'href="{CONNECTORS}files/to-files/"' in page


def test_one_connect_cluster_that_is_away_hides_no_other(
    admin: Client, local: Cluster, add: Add, unique: Unique
) -> None:
    name = add(unique("still"))
    ConnectCluster.objects.create(cluster=local, name="away", url="http://127.0.0.1:1")
    mirror_connectors()
    page = admin.get(CONNECTORS).content.decode()
    assert name in page
    assert "The Connect cluster away could not be read" in page
    assert "Nothing is listening there" in page


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says("no", status=401), "denies access (401)"),
        (says("<html>", "text/html"), "is not the REST API of Kafka Connect"),
        (says('["a"]'), "do not list connectors with their states"),
        (says("", status=302, Location="http://elsewhere"), "redirects to http://elsewhere"),
        (says('{"error_code": 500, "message": "Request timed out"}', status=500), "Request timed out"),
        (hangs, "did not respond within"),
        (drips, "did not finish its response within"),
    ],
)
def test_what_is_wrong_with_a_connect_cluster_is_said_above_its_last_known_connectors(
    admin: Client, answer: Answer, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusters.connect.mirror.SECONDS", 1.0)
    with serving(answer) as url:
        local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
        connect = ConnectCluster.objects.create(
            cluster=local, name="odd", url=url, mirrored_url=url, current_as_of=timezone.now()
        )
        Connector.objects.create(cluster=local, connect=connect, name="known-before", state="RUNNING", tasks=1)
        started = time.monotonic()
        mirror_connectors()
        assert time.monotonic() - started < 5
    page = admin.get(CONNECTORS).content.decode()
    assert words in page
    assert "known-before" in page


def fleet(count: int, calls: list[str], topics: list[str] | None = None, refused: str = "") -> Answer:
    """Answer as a Connect cluster with many sources, which have a password in their traces; one name is refused."""
    used = ["t"] if topics is None else topics

    def of(number: int) -> dict[str, object]:
        config = {"connector.class": "X", "name": f"c-{number}", "db.password": "geheim"}
        task = {"id": 0, "state": "FAILED", "worker_id": "w:1", "trace": "boom: geheim\n\tat x"}
        return {
            "info": {"name": f"c-{number}", "config": config, "type": "source", "tasks": []},
            "status": {"name": f"c-{number}", "connector": {"state": "RUNNING", "worker_id": "w:1"}, "tasks": [task]},
        }

    def answer(handler: Handler) -> None:
        calls.append(handler.path)
        name = handler.path.split("/")[2] if handler.path.endswith("/topics") else ""
        content: object = {"version": "9", "commit": "x", "kafka_cluster_id": "k"}
        if name and name == refused:
            says("<title>Error 400 Ambiguous URI path separator</title>", "text/html", 400)(handler)
            return
        if name:
            content = {name: {"topics": used}}
        elif "/connector-plugins/" in handler.path:
            content = []
        elif handler.path.startswith("/connectors?"):
            content = {f"c-{number}": of(number) for number in range(count)}
        says(json.dumps(content))(handler)

    return answer


def test_a_pass_costs_a_bounded_number_of_requests_and_stores_no_secret(admin: Client, db: None) -> None:
    calls: list[str] = []
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    with serving(fleet(300, calls)) as url:
        row = ConnectCluster.objects.create(cluster=local, name="many", url=url)
        for passes in (1, 2):
            calls.clear()
            ConnectPass(row, Connect(row.connection(), seconds=20, each=10), timezone.now()).run()
            assert len(calls) <= 2 + 10 + 50
            assert Connector.objects.filter(topic_rows__topic="t").count() == 50 * passes
    assert Connector.objects.count() == 300
    assert Connector.objects.filter(problem__contains="geheim").count() == 0
    assert Connector.objects.filter(problem__contains="boom: [hidden]").count() == 300


def test_a_connector_that_wrote_nothing_yet_is_soon_asked_again_for_its_topics(db: None) -> None:
    calls: list[str] = []
    topics: list[str] = []
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    with serving(fleet(3, calls, topics, refused="c-0")) as url:
        row = ConnectCluster.objects.create(cluster=local, name="new", url=url)

        def requests_for_topics(before: timedelta) -> int:
            Connector.objects.update(topics_read_at=timezone.now() - before)
            calls.clear()
            ConnectPass(row, Connect(row.connection(), seconds=20, each=10), timezone.now()).run()
            return sum(path.endswith("/topics") for path in calls)

        assert requests_for_topics(timedelta(minutes=11)) == 3  # the one whose name is refused hinders no other
        assert requests_for_topics(timedelta(seconds=20)) == 0
        topics.append("t")
        assert requests_for_topics(timedelta(seconds=40)) == 3
        assert Connector.objects.filter(topic_rows__topic="t").count() == 2
        assert requests_for_topics(timedelta(seconds=40)) == 1


def test_only_connectors_within_the_grants_are_listed(local: Cluster) -> None:
    connect = ConnectCluster.objects.get()
    for name in ("a-sink", "b-sink", "<b>evil</b>"):
        Connector.objects.create(cluster=local, connect=connect, name=name, state="RUNNING", tasks=1)
    page = signed_in(person("pat", resources="a-*")).get(CONNECTORS).content.decode()
    assert "a-sink" in page
    assert "b-sink" not in page
    assert "1 connector" in page
    assert "<b>evil" not in signed_in(person("all")).get(CONNECTORS).content.decode()


def test_the_sidebar_has_the_area_only_where_a_connect_cluster_is(admin: Client, db: None) -> None:
    local = Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")
    link = f'href="{CONNECTORS}"'
    assert link not in admin.get("/clusters/local/").content.decode()
    assert "This cluster has no Connect cluster" in admin.get(CONNECTORS).content.decode()
    ConnectCluster.objects.create(cluster=local, name="c", url="http://c:1")
    assert link in admin.get("/clusters/local/").content.decode()


def test_a_connectors_page_shows_tasks_with_traces_topics_and_a_configuration_without_secrets(
    admin: Client, local: Cluster, add: Add, unique: Unique, connect_worker: ConnectWorker
) -> None:
    topic = unique("lines")
    bad = add(unique("bad"), fails=True, topic=topic, **{"db.password": "geheim", "api.key": "${file:/s:k}"})
    Topic.objects.create(cluster=local, name=topic, partitions=1, replication=1)
    mirror_connectors()
    page = admin.get(f"{CONNECTORS}files/{bad}/").content.decode()
    assert "geheim" not in page
    assert "[hidden]" in page
    assert "${file:/s:k}" in page
    assert "NoSuchFileException" in page
    assert f'href="/clusters/local/topics/{topic}/"' in page
    assert f"connect-{bad}" in page
    assert admin.get(f"{CONNECTORS}files/nothing-there/").status_code == 404
    assert admin.get(f"{CONNECTORS}nowhere/{bad}/").status_code == 404
