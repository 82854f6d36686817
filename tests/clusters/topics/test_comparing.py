"""Topics side by side, of one cluster and of two, and one that is given another's configs."""

from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway import configs
from clusters.gateway.clients.connection import Connection
from clusters.gateway.configs import ConfigEntry
from clusters.models import Cluster
from clusters.topics.comparing.comparison import Alignment, ComparedTopic, align, compare
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_cluster, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic

pytestmark = pytest.mark.django_db(transaction=True)
Unique = Callable[[str], str]
PAGE = "/clusters/local/topics/selected/compare/"


def entry(name: str, value: str | None, *, own: bool = False, default: str | None = "d") -> ConfigEntry:
    source = "DYNAMIC_TOPIC_CONFIG" if own else "DEFAULT_CONFIG"
    return ConfigEntry(name, value, default, source, read_only=False, sensitive=value is None)


def topic(name: str, *entries: ConfigEntry, partitions: int | None = 1, problem: str = "") -> ComparedTopic:
    return ComparedTopic("local", "Local", name, entries, partitions, 3, problem)


def test_only_what_differs_is_shown_and_what_is_unknown_is_no_difference() -> None:
    first = topic("a", entry("x", "1", own=True), entry("y", "2"))
    second = topic("b", entry("x", "1"), entry("y", "3"), entry("z", "4"), partitions=None)
    away = topic("c", partitions=None, problem="Kafka is away.")
    rows = {row.name: row for row in compare([first, second, away], only_differences=True)}
    assert list(rows) == ["y", "z"]
    assert [(each.value, each.is_other, each.is_known) for each in rows["y"].values] == [
        ("2", False, True),
        ("3", True, True),
        (None, False, False),
    ]
    every = {row.name: row for row in compare([first, second, away], only_differences=False)}
    assert list(every) == ["partitions", "replication factor", "x", "y", "z"]
    assert [each.is_own for each in every["x"].values] == [True, False, False]
    assert not every["partitions"].differs


@pytest.mark.parametrize(
    ("source", "target", "alignment"),
    [
        (entry("x", "1"), entry("x", "1", own=True), Alignment({}, [])),
        (entry("x", "1"), entry("x", "2"), Alignment({"x": "1"}, [])),
        (entry("x", "d"), entry("x", "2", own=True), Alignment({}, ["x"])),  # it comes back by itself
        (entry("x", "d", own=True), entry("x", "2", own=True, default="e"), Alignment({"x": "d"}, [])),
        (entry("x", None), entry("x", None, own=True), Alignment({}, [])),
        (entry("other", "1"), entry("x", "2", own=True), Alignment({}, [])),
        (
            entry("leader.replication.throttled.replicas", "*", own=True),
            entry("leader.replication.throttled.replicas", ""),
            Alignment({}, []),
        ),
    ],
)
def test_a_topic_gets_the_others_values(source: ConfigEntry, target: ConfigEntry, alignment: Alignment) -> None:
    assert align(topic("a", source), topic("b", target), ()) == alignment
    assert align(topic("a", source), topic("b", target), {"another"}) == Alignment({}, [])


def test_topics_of_two_clusters_are_compared_and_one_is_changed(
    kafka: KafkaCluster, connection: Connection, cluster: Cluster, admin: Client, run: Run, unique: Unique
) -> None:
    other = known_cluster(kafka, slug="staging")
    model = create_topic(kafka, unique("model"), config={"retention.ms": "60000", "cleanup.policy": "compact"})
    changed = create_topic(kafka, unique("changed"), config={"segment.ms": "70000", "retention.ms": "50000"})
    mirror(cluster)
    selected = admin.post(PAGE, {"selected": [model, changed]})
    assert selected.headers["Location"] == f"{PAGE}?topic={model}&topic={changed}"
    html = unescape(admin.get(PAGE, {"topic": [f"{other.slug}/{model}", changed]}).content.decode())
    for words in ("staging", "60000", "50000", "70000", "cleanup.policy"):
        assert words in html
    assert "compression.type" not in html
    assert "compression.type" in admin.get(PAGE, {"topic": [model, changed], "all": "1"}).content.decode()
    address = f"/clusters/local/topics/{changed}/configs/align/"
    values = {"source": f"staging/{model}", "config": ["retention.ms", "segment.ms"]}
    shown = admin.get(address, values)
    assert [step.subject for step in shown.context["plan"].steps] == ["retention.ms", "segment.ms"]
    plan = shown.context["plan"].digest
    applied = admin.post(address, {**values, "action": "apply", "plan": plan}, follow=True)
    assert f"Configuration of {changed} updated." in applied.content.decode()
    own = {
        each.name: each.value
        for each in configs.describe_topic(connection, changed)
        if each.source == "DYNAMIC_TOPIC_CONFIG"
    }
    assert own == {"retention.ms": "60000"}
    assert AuditEntry.objects.filter(action="topics.configure", resource=changed).exists()
    compared = run("topics", "compare", changed, f"staging/{model}")
    assert compared.exit_code == 3, compared.output
    assert "compact" in compared.output
    done(run("topics", "align", changed, "--with", model))
    assert done(run("topics", "compare", changed, model)).splitlines() == [
        f"1: local/{changed}",
        f"2: local/{model}",
        "NAME  1  2",
    ]
    assert run("topics", "align", changed, "--with", model).exit_code == 1  # nothing to change


def test_what_one_may_not_see_is_not_compared_and_production_asks_for_the_name(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, ada: Program, unique: Unique
) -> None:
    own, theirs = (
        create_topic(kafka, unique(stem), config={"retention.ms": value})
        for stem, value in (("mine", "90000"), ("theirs", "80000"))
    )
    Cluster.objects.update(environment=Cluster.PRODUCTION)
    person = User.objects.create_user("team")
    Grant.objects.create(user=person, role="operator", clusters="local", resources="mine-*")
    html = signed_in(person).get(PAGE, {"topic": [own, theirs, "nowhere/x"]}).content.decode()
    assert html.count("There is no such topic, or you don&#x27;t have access to it.") == 2
    assert "80000" not in html
    address = f"/clusters/local/topics/{own}/configs/align/"
    refused = signed_in(person).get(address, {"source": theirs})
    assert "There is no such topic" in refused.content.decode()
    shown = admin.get(address, {"source": theirs}).context["plan"]
    form = {"source": theirs, "action": "apply", "plan": shown.digest}
    assert admin.post(address, form).status_code == 422  # a shorter retention deletes records
    path = f"{LOCAL}/topics/{own}/configs/align"
    assert ada("POST", path, {"source": theirs}).status_code == 422
    assert ada("POST", f"{path}?dry_run=true", {"source": theirs}).json()["plan"] == shown.digest
    assert admin.post(address, {**form, "confirm": own}).status_code == 302
    assert admin.get(PAGE, {"topic": [f"t{number}" for number in range(11)]}).status_code == 422
