"""Share groups and streams groups on a real Kafka: what their pages show, and that changes do what Kafka's tools do."""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from clusters.gateway.clients.connection import Connection
from clusters.gateway.groups import configs
from clusters.gateway.groups import describing as kafka_groups
from clusters.models import Cluster, Group, GroupTopic, Mirror
from tests.api.conftest import LOCAL, Program
from tests.api.conftest import ada as ada  # a fixture
from tests.conftest import known_topic, mirror
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import commit, produce, share_consumer
from tests.kafka.streams import streams_application
from tests.kafka.tools import SHARE_GROUPS, STREAMS_GROUPS, tool
from tests.kafka.waiting import eventually

pytestmark = pytest.mark.django_db
Unique = Callable[[str], str]


def committed(connection: Connection, group: str) -> Mapping[tuple[str, int], int | None]:
    return eventually(lambda: kafka_groups.committed(connection, [group]).items)[0].offsets


def starts_by_tool(kafka: KafkaCluster, group: str) -> dict[tuple[str, int], str]:
    """Return what Kafka's tool prints as the start offset of each partition of a share group."""
    lines = tool(kafka, SHARE_GROUPS, "--describe", "--group", group, "--offsets").splitlines()
    rows = [line.split() for line in lines if line.startswith(group)]
    return {(row[1], int(row[2])): row[3] for row in rows}


def applied(admin: Client, address: str, fields: dict[str, Any]) -> Any:
    """Apply what the page shows as the plan, and return that plan."""
    page = admin.post(address, {**fields, "action": "preview"})
    assert page.context and page.context["plan"], page.content.decode()
    hidden = dict(re.findall(r'name="(plan|pinned)" value="([^"]*)"', page.content.decode()))
    pinned = hidden.get("pinned", "").replace("&quot;", '"')
    done = admin.post(address, {**fields, "action": "apply", "plan": hidden["plan"], "pinned": pinned})
    assert done.status_code == 302, done.content.decode()
    return page.context["plan"]


def test_a_share_group_is_seen_and_its_start_offsets_are_changed(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, unique: Unique
) -> None:
    topic, group = known_topic(kafka, unique("shared"), partitions=2), unique("sharers")
    configs.alter(connection, group, set={"share.auto.offset.reset": "earliest"})
    produce(kafka, topic, list("abcdef"))
    produce(kafka, topic, ["g"], partition=1)
    place = f"/clusters/local/groups/{group}"
    with share_consumer(kafka, group, [topic], client_id="sharer one") as member:

        def dealt_with() -> list[dict[str, Any]] | None:
            member.poll(0.2)
            rows: list[dict[str, Any]] = ada.get(f"{LOCAL}/groups/{group}")["offsets"]
            return rows if [row["lag"] for row in rows] == [0, 0] else None

        rows = eventually(dealt_with)
        assert rows
        starts = {(topic, row["partition"]): str(row["committed"]) for row in rows}
        assert starts_by_tool(kafka, group) == starts
        page = admin.get(f"{place}/").content.decode()
        assert "Start offset" in page
        assert "sharer one" in page
        assert "Assignment epoch" in page
        busy = admin.get(f"{place}/reset/")
        assert (busy.status_code, "has 1 member" in busy.content.decode()) == (409, True)
        shown = ada.get(f"{LOCAL}/groups/{group}")
        assert shown["offsets"][0]["members"] == [shown["members"][0]["id"]]
    mirror(cluster)
    row = Group.objects.get(name=group)
    assert (row.type, row.lag, row.topics) == ("share", 0, 1)
    assert GroupTopic.objects.get(group=group).topic == topic

    plan = applied(admin, f"{place}/reset/", {"to": "offset", "offset": 4, "topic": topic, "partitions": "0"})
    assert any("every record from there on is delivered" in warning for warning in plan.warnings)
    assert starts_by_tool(kafka, group)[topic, 0] == "4"
    command = admin.post(f"{place}/reset/", {"to": "earliest", "topic": topic}).context["plan"].commands[0]
    assert command.startswith("kafka-share-groups.sh")
    tool(kafka, SHARE_GROUPS, *shlex.split(command)[5:])
    reset = ada.get(f"{LOCAL}/groups/{group}")
    assert [row["committed"] for row in reset["offsets"]] == [0, 0]
    assert reset["lag"] == 7

    refused = ada("DELETE", f"{LOCAL}/groups/{group}/offsets?topic={topic}&partitions=0")
    assert "by whole topics" in refused.content.decode()
    place_of_configs, fields = f"{place}/configs/", {"value.share.isolation.level": "read_committed"}
    wrong = admin.post(place_of_configs, {"value.share.isolation.level": "none", "action": "preview"})
    assert (wrong.status_code, "share.isolation.level" in wrong.content.decode()) == (422, True)
    (command,) = applied(admin, place_of_configs, fields).commands
    assert command.endswith(f"--entity-name {group} --alter --add-config share.isolation.level=read_committed")
    restored = ada("PATCH", f"{LOCAL}/groups/{group}/configs", {"reset": ["share.isolation.level"]}).json()
    (step,) = restored["steps"]
    assert (step["before"], step["after"]) == ("read_committed", "read_uncommitted (default)")
    own = [row["name"] for row in ada.get(f"{LOCAL}/groups/{group}/configs") if row["source"] == "GROUP_CONFIG"]
    assert own == ["share.auto.offset.reset"]
    deletion = applied(admin, f"{place}/delete-offsets/", {"topic": topic, "partitions": ""})
    assert deletion.commands == (
        'kafka-share-groups.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config client.properties '
        f"--delete-offsets --group {group} --topic {topic}",
    )
    assert starts_by_tool(kafka, group) == {}
    assert admin.post(f"{place}/delete/", {"confirm": group}).status_code == 302
    assert group not in tool(kafka, SHARE_GROUPS, "--list")


def test_a_streams_group_shows_its_topology_and_tasks_and_its_offsets_are_reset(
    kafka: KafkaCluster, cluster: Cluster, connection: Connection, admin: Client, ada: Program, unique: Unique
) -> None:
    source, sink, group = known_topic(kafka, unique("words"), partitions=2), unique("counts"), unique("counter")
    known_topic(kafka, sink)
    produce(kafka, source, ["a", "b", "a"])
    place = f"/clusters/local/groups/{group}"
    with streams_application(kafka, group, source, sink):

        def settled() -> dict[str, Any] | None:
            shown: dict[str, Any] = ada("GET", f"{LOCAL}/groups/{group}").json()
            offsets = {(row["topic"], row["partition"]): row["committed"] for row in shown.get("offsets", ())}
            return shown if offsets.get((source, 0)) == 3 else None

        shown = eventually(settled, timeout=60)
        assert shown
        assert (shown["type"], shown["state"]) == ("streams", "Stable")
        assert shown["topology"]["subtopologies"] == [
            {
                "id": "0", "source_topics": [source], "repartition_source_topics": [],
                "repartition_sink_topics": [f"{group}-counts-repartition"], "changelog_topics": [],
            },
            {
                "id": "1", "source_topics": [], "repartition_source_topics": [f"{group}-counts-repartition"],
                "repartition_sink_topics": [], "changelog_topics": [f"{group}-counts-changelog"],
            },
        ]  # fmt: skip
        (member,) = shown["members"]
        assert member["tasks"] == {"active": {"0": [0, 1], "1": [0, 1]}, "standby": {}, "warm_up": {}}
        assert member["assignment"][source] == [0, 1]
        page = admin.get(f"{place}/").content.decode()
        assert f'href="/clusters/local/topics/{group}-counts-changelog/"' in page
        assert "Standby tasks" in page
    mirror(cluster)
    assert Group.objects.get(name=group).type == "streams"

    plan = applied(admin, f"{place}/reset/", {"to": "offset", "offset": 1, "topic": source, "partitions": "0"})
    assert any(f"{group}-counts-changelog" in warning for warning in plan.warnings)
    assert committed(connection, group)[source, 0] == 1
    command = admin.post(f"{place}/reset/", {"to": "latest", "topic": source}).context["plan"].commands[0]
    assert command.startswith("kafka-streams-groups.sh")
    tool(kafka, STREAMS_GROUPS, *shlex.split(command)[5:])
    assert committed(connection, group)[source, 0] == 3
    assert ada.get(f"{LOCAL}/topics/{group}-counts-changelog")["name"]
    assert admin.post(f"{place}/delete/", {"confirm": group}).status_code == 302
    assert group not in tool(kafka, STREAMS_GROUPS, "--list")


def test_what_a_cluster_or_a_group_does_not_have_is_said(
    kafka: KafkaCluster, cluster: Cluster, admin: Client, unique: Unique
) -> None:
    group = unique("classic")
    commit(kafka, group, {(known_topic(kafka, unique("old")), 0): 0})
    assert f"{group} is a classic group" in admin.get(f"/clusters/local/groups/{group}/configs/").content.decode()
    Mirror.objects.update_or_create(cluster=cluster, defaults={"version": "3.4"})
    page = admin.get("/clusters/local/groups/", {"type": "share", "q": "none"}).content.decode()
    assert "Kafka has share groups as of version 4.2; this cluster has 3.4." in page
