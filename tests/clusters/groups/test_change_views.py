"""Resetting a group's offsets, and deleting a group, on a real Kafka."""

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from confluent_kafka import Consumer
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import AuditEntry, Grant
from clusters.gateway.clients.connection import Connection
from clusters.gateway.errors import NotFound
from clusters.gateway.groups import describing as kafka
from clusters.gateway.groups import removal as group_members
from clusters.models import Cluster, Group, GroupTopic
from tests.conftest import known_topic, mirror, signed_in
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, consumer, produce, share_consumer
from tests.kafka.tools import GROUPS, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


@pytest.fixture
def reader(kafka: KafkaCluster, cluster: Cluster, unique: Unique) -> tuple[str, str]:
    """A group without members that has read 2 of 5 records in one partition of its topic, and 1 of 1 in another."""
    topic, group = known_topic(kafka, unique("orders"), partitions=2), unique("reader")
    produce(kafka, topic, list("abcde"))
    produce(kafka, topic, ["f"], partition=1)
    commit(kafka, group, {(topic, 0): 2, (topic, 1): 1})
    return group, topic


def address(group: str, what: str = "reset") -> str:
    return f"/clusters/local/groups/{group}/{what}/"


def listed(cluster: Cluster, group: str, **values: object) -> bool:
    mirror(cluster)
    return Group.objects.filter(name=group, **values).exists()


def committed(connection: Connection, group: str) -> Mapping[tuple[str, int], int | None]:
    return eventually(lambda: kafka.committed(connection, [group]).items)[0].offsets


def shown(admin: Client, group: str, **fields: object) -> dict[str, object]:
    """Return the form fields of a person who confirms the shown plan."""
    page = admin.post(address(group), {**fields, "action": "preview"}).content.decode()
    assert "Planned changes" in page, page
    hidden = dict(re.findall(r'name="(plan|pinned)" value="([^"]*)"', page))
    return {**fields, "action": "apply", "plan": hidden["plan"], "pinned": hidden["pinned"].replace("&quot;", '"')}


@pytest.mark.parametrize(
    ("fields", "offsets"),
    [
        ({"to": "earliest"}, (0, 0)),
        ({"to": "latest"}, (5, 1)),
        ({"to": "offset", "offset": 4, "partitions": "0"}, (4, 1)),
        ({"to": "shift", "shift": -1}, (1, 0)),
        ({"to": "time", "time": "2020-01-01T00:00"}, (0, 0)),
        ({"to": "time", "time": "2099-01-01T00:00"}, (5, 1)),
        ({"to": "duration", "duration": "P1DT2H"}, (0, 0)),
    ],
)
def test_a_group_goes_where_it_is_sent_and_that_is_recorded(
    connection: Connection, admin: Client, reader: tuple[str, str], fields: dict[str, object], offsets: tuple[int, int]
) -> None:
    group, topic = reader
    preview = admin.post(address(group), {"topic": topic, **fields, "action": "preview"})
    assert set(preview.context["effects"]) == {step.subject for step in preview.context["plan"].steps}
    response = admin.post(address(group), shown(admin, group, topic=topic, **fields))
    assert (response.status_code, response.headers["Location"]) == (302, f"/clusters/local/groups/{group}/")
    assert committed(connection, group) == {(topic, 0): offsets[0], (topic, 1): offsets[1]}
    entry = AuditEntry.objects.get(action="groups.reset")
    assert (entry.outcome, entry.resource, entry.username) == ("done", group, "ada")
    assert {"subject": f"{topic}-0", "before": "2", "after": str(offsets[0])} in entry.steps


def test_offsets_of_a_file_are_taken_and_the_commands_do_the_same(
    kafka: KafkaCluster, connection: Connection, admin: Client, reader: tuple[str, str], tmp_path: Path
) -> None:
    group, topic = reader
    other = known_topic(kafka, f"{topic}.other")
    exported = admin.get(f"/clusters/local/groups/{group}/offsets.csv")
    assert exported.headers["Content-Type"].startswith("text/csv")
    assert exported.content.decode() == f"{topic},0,2\n{topic},1,1\n"
    # Kafka's tool takes the file that we write, and we take what it prints.
    file = tmp_path / "offsets.csv"
    file.write_text(exported.content.decode().replace(",0,2", ",0,4"))
    tool(kafka, GROUPS, "--reset-offsets", "--group", group, "--from-file", str(file), "--execute")
    assert committed(connection, group) == {(topic, 0): 4, (topic, 1): 1}
    printed = tool(
        kafka, GROUPS, "--reset-offsets", "--group", group, "--all-topics", "--to-earliest", "--export", "--dry-run"
    )
    lines = "\n".join(line for line in printed.splitlines() if topic in line)
    assert lines
    response = admin.post(address(group), shown(admin, group, to="file", csv=f"{lines}\n{other},0,0"))
    assert response.status_code == 302
    assert committed(connection, group) == {(topic, 0): 0, (topic, 1): 0, (other, 0): 0}
    wrong = admin.post(address(group), {"to": "file", "csv": f"{topic},7,0\n"})
    assert f"no such partitions: {topic}-7" in wrong.content.decode()
    preview = admin.post(address(group), {"to": "shift", "shift": "3", "topic": topic, "partitions": "0"})
    (command,) = preview.context["plan"].commands
    tool(kafka, GROUPS, *shlex.split(command)[5:])
    assert committed(connection, group)[(topic, 0)] == 3


def test_offsets_of_another_group_are_copied(
    kafka: KafkaCluster, connection: Connection, admin: Client, reader: tuple[str, str], unique: Unique
) -> None:
    source, topic = reader
    group, only = unique("copy"), known_topic(kafka, unique("only"))
    commit(kafka, group, {(topic, 0): 5, (only, 0): 0})
    fields = shown(admin, group, to="group", source=source)
    assert admin.post(address(group), fields).status_code == 302
    assert committed(connection, group) == {(topic, 0): 2, (topic, 1): 1, (only, 0): 0}
    nothing = admin.post(address(group), {"to": "group", "source": unique("nobody")})
    assert "no group" in nothing.content.decode()
    pia = User.objects.create_user("pia")
    for resources in (group, topic):
        Grant.objects.create(user=pia, role="operator", resources=resources)
    hidden = signed_in(pia).post(address(group), {"to": "group", "source": source})
    assert "no group" in hidden.content.decode()


def test_members_are_removed_and_those_that_run_join_again(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    topic, group = known_topic(kafka, unique("removed")), unique("static")
    gone = Consumer({**kafka.client_config(), "group.id": group, "group.instance.id": "one", "client.id": "<b>"})
    gone.subscribe([topic])
    eventually(lambda: gone.poll(0.1) or gone.assignment())
    path = address(group, "remove-members")
    preview = admin.get(path)
    assert "&lt;b&gt;" in preview.content.decode()
    ((member, _),) = preview.context["form"].fields["members"].choices
    plan = admin.post(path, {"members": [member], "action": "preview"}).context["plan"]
    assert [step.before for step in plan.steps] == [f"{topic}-0"]
    assert "These are all members" in plan.warnings[-1]
    assert admin.post(path, {"members": [member], "action": "apply", "plan": plan.digest}).status_code == 302
    assert not described(connection, group).members
    assert AuditEntry.objects.get(action="groups.members").outcome == "done"
    assert admin.get(path).status_code == 409
    gone.close()


def test_members_of_the_consumer_protocol_are_removed_those_of_share_groups_are_not(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, unique: Unique
) -> None:
    topic, group, share = known_topic(kafka, unique("modern")), unique("modern"), unique("share")
    with consumer(kafka, group, [topic], protocol="consumer"):
        group_members.remove(connection, group, described(connection, group).members)
        assert not described(connection, group).members
    with share_consumer(kafka, share, [topic]):
        refused = admin.get(address(share, "remove-members"))
        assert refused.status_code == 409
        assert "does not remove members of share groups" in refused.content.decode()
        # This is why: Kafka does not know them by this request.
        with pytest.raises(NotFound):
            group_members.remove(connection, share, described(connection, share).members)


def described(connection: Connection, group: str) -> kafka.GroupDetail:
    """Return a group as Kafka describes it."""
    (listing,) = (item for item in kafka.list_groups(connection).items if item.name == group)
    return kafka.describe(connection, [listing]).items[0]


def test_the_lists_show_the_new_lag_at_once(cluster: Cluster, admin: Client, reader: tuple[str, str]) -> None:
    group, topic = reader
    eventually(lambda: listed(cluster, group, lag=3), timeout=60)
    admin.post(address(group), shown(admin, group, to="earliest"))
    assert Group.objects.get(name=group).lag == 6
    assert GroupTopic.objects.get(group=group, topic=topic).lag == 6


def test_without_having_seen_a_plan_nothing_is_done(
    connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    group, topic = reader
    assert "Planned changes" in admin.post(address(group), {"to": "earliest", "action": "apply"}).content.decode()
    assert committed(connection, group)[(topic, 0)] == 2
    assert not AuditEntry.objects.exists()


def test_exactly_what_was_shown_is_done_also_where_records_came_in_the_meantime(
    kafka: KafkaCluster, connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    group, topic = reader
    fields = shown(admin, group, to="latest")
    produce(kafka, topic, ["g", "h"])
    assert admin.post(address(group), fields).status_code == 302
    assert committed(connection, group)[(topic, 0)] == 5


def test_a_group_that_moved_since_is_left_alone(
    kafka: KafkaCluster, connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    group, topic = reader
    fields = shown(admin, group, to="latest")
    commit(kafka, group, {(topic, 0): 3})
    response = admin.post(address(group), fields)
    assert response.status_code == 422
    assert "This is not the plan you confirmed" in response.content.decode()
    assert committed(connection, group)[(topic, 0)] == 3
    assert AuditEntry.objects.get(action="groups.reset").outcome == "refused"


def test_production_wants_the_groups_name(
    cluster: Cluster, connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(environment="production")
    group, topic = reader
    fields = shown(admin, group, to="earliest")
    response = admin.post(address(group), {**fields, "confirm": "another"})
    assert response.status_code == 422
    assert "type the group name" in response.content.decode()
    assert committed(connection, group)[(topic, 0)] == 2
    assert admin.post(address(group), {**fields, "confirm": group}).status_code == 302
    assert committed(connection, group)[(topic, 0)] == 0


def test_a_group_with_members_is_told_to_be_stopped(
    kafka: KafkaCluster, connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    group, topic = reader
    fields = shown(admin, group, to="earliest")
    with consumer(kafka, group, [topic]):
        response = admin.post(address(group), fields)
        assert response.status_code == 409
        assert "has 1 member" in response.content.decode()
        assert "Stop its consumers" in response.content.decode()
        refused = admin.post(address(group, "delete"), {"confirm": group})
        assert refused.status_code == 409
        assert committed(connection, group)[(topic, 0)] == 2


def test_a_group_gets_its_first_offsets_of_a_topic(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, reader: tuple[str, str],
    unique: Unique,
) -> None:  # fmt: skip
    group, topic = reader
    other = known_topic(kafka, unique("new"), partitions=3)
    produce(kafka, other, list("abcd"), partition=1)
    eventually(lambda: listed(cluster, group, lag=3, topics=1), timeout=60)
    fields = {"to": "offset", "offset": 1, "topic": other, "partitions": "1"}
    preview = admin.post(address(group), {**fields, "action": "preview"})
    (step,) = preview.context["plan"].steps
    assert (step.subject, step.before, step.after) == (f"{other}-1", None, "1")
    assert "auto.offset.reset will no longer apply" in preview.context["plan"].warnings[0]
    assert admin.post(address(group), shown(admin, group, **fields)).status_code == 302
    assert committed(connection, group) == {(topic, 0): 2, (topic, 1): 1, (other, 1): 1}
    row = Group.objects.get(name=group)
    assert (row.lag, row.topics, GroupTopic.objects.get(group=group, topic=other).lag) == (6, 2, 3)
    entry = AuditEntry.objects.get(action="groups.reset")
    assert entry.steps == [{"subject": f"{other}-1", "before": None, "after": "1"}]
    mirror(cluster)
    row.refresh_from_db()
    assert (row.lag, row.topics) == (6, 2)


def test_only_topics_within_the_grants_can_be_named(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, reader: tuple[str, str], unique: Unique
) -> None:
    group, topic = reader
    other = known_topic(kafka, unique("secret"))
    user = User.objects.create_user("oscar")
    for resources in ("reader*", "orders*"):
        Grant.objects.create(user=user, role="operator", resources=resources)
    client = signed_in(user)
    refused = client.post(address(group), {"to": "latest", "topic": other, "action": "preview"})
    assert refused.status_code == 422
    assert f"There is no topic {other} that you have access to." in refused.content.decode()
    assert client.post(address(group), {"to": "latest", "topic": topic, "action": "preview"}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to": "offset"}, "This field is required."),
        ({"to": "time", "time": "soon"}, "Enter a valid date/time."),
        ({"to": "shift", "shift": "many"}, "Enter a whole number."),
        ({"to": "earliest", "partitions": "0"}, "Select the topic"),
        ({"to": "earliest", "partitions": "9", "topic": True}, "The topic has no partition 9."),
        ({"to": "earliest", "partitions": "one", "topic": True}, "is not a partition"),
        ({"to": "earliest", "topic": "nobody-s"}, "There is no topic nobody-s that you have access to."),
        ({"to": "earliest", "topic": "no such/name"}, "There is no topic no such/name that you have access to."),
        ({"to": "earliest", "pinned": '[["a"]]', "action": "apply"}, "not the offsets of a preview"),
        ({"to": "elsewhere"}, "Select a valid choice"),
        ({"to": "offset", "offset": 2, "partitions": "0", "topic": True}, "No change"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    admin: Client, reader: tuple[str, str], fields: dict[str, object], words: str
) -> None:
    group, topic = reader
    values = {name: topic if value is True else value for name, value in fields.items()}
    response = admin.post(address(group), values)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    for name in ("partitions", "time", "shift"):
        if name in values:
            assert f'value="{values[name]}"' in page


def test_a_second_preview_is_of_what_is_chosen_now(admin: Client, reader: tuple[str, str]) -> None:
    group, topic = reader
    first = shown(admin, group, topic=topic, to="latest")
    again = admin.post(address(group), {**first, "to": "earliest", "action": "preview"})
    assert [step.after for step in again.context["plan"].steps] == ["0", "0"]


def test_a_group_is_deleted_by_its_name(
    cluster: Cluster, connection: Connection, admin: Client, reader: tuple[str, str]
) -> None:
    group, _ = reader
    eventually(lambda: listed(cluster, group), timeout=60)
    assert "offsets of 2 partitions" in admin.get(address(group, "delete")).content.decode()
    assert admin.post(address(group, "delete"), {"confirm": "another"}).status_code == 422
    response = admin.post(address(group, "delete"), {"confirm": group})
    assert (response.status_code, response.headers["Location"]) == (302, "/clusters/local/groups/")
    assert not Group.objects.filter(name=group).exists()
    assert group not in [listing.name for listing in kafka.list_groups(connection).items]
    assert AuditEntry.objects.get(action="groups.delete").outcome == "done"
