"""An installation without Kafka: rows of each kind, and a cluster whose gateway answers a little, and else refuses."""

import socket
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group as Team
from django.contrib.auth.models import User
from django.utils import timezone

import clusters.views
from accounts.models import Grant
from api.models import Token
from clusters.gateway import configs, offsets, quotas, topics
from clusters.gateway.access import acls, delegation_tokens, users
from clusters.gateway.access.delegation_tokens import DelegationToken
from clusters.gateway.access.users import ScramCredential
from clusters.gateway.clients import pool
from clusters.gateway.configs import ConfigEntry
from clusters.gateway.errors import NotFound, Unreachable
from clusters.gateway.groups import describing as groups
from clusters.gateway.groups.describing import GroupDetail, GroupOffsets
from clusters.gateway.offsets import Watermarks
from clusters.gateway.result import Partial
from clusters.gateway.topics import Partition, TopicDescription
from clusters.gateway.writing import produce
from clusters.models import AclEntry, Broker, ClientQuota, Cluster, Group, GroupTopic, Job, Mirror, ScramUser, Topic
from core.encryption import SecretValues
from lag.models import Shard, WatchedGroup
from lag.types import Status
from lag.windows.checkpoint import dump_group
from metrics.models import AlertRule, Channel, FindingRow
from tests.lag.factories import offset_commit, store

TOPIC = TopicDescription("t", False, (Partition(0, 1, (1,), (1,)), Partition(1, 1, (1,), (1,))))
TOKEN = DelegationToken("k", "User:u", "", ("User:admin",), None, None, None)
SETTING = ConfigEntry("retention.ms", "1", "2", "DYNAMIC_TOPIC_CONFIG", read_only=False, sensitive=False)


def refuse(*_: object, **__: object) -> Any:
    raise Unreachable("127.0.0.1:1 refuses connections.", "Start it.")


def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no Kafka and no network: the gateway answers what pages begin with, and all else is refused at once."""

    def described(connection: object, name: str, **_: object) -> TopicDescription:
        if name != TOPIC.name:
            raise NotFound(f"There is no topic {name}.", "Check the list.")
        return TOPIC

    def marks(connection: object, partitions: Iterable[Any], **_: object) -> tuple[dict[Any, Watermarks], tuple[()]]:
        return {key: Watermarks(0, 100) for key in partitions}, ()

    def numbers(connection: object, partitions: Iterable[Any], *_: object, **__: object) -> tuple[Any, tuple[()]]:
        return dict.fromkeys(partitions, 50), ()

    def details(connection: object, listings: Iterable[Any], **_: object) -> Partial[GroupDetail]:
        return Partial(tuple(GroupDetail(each.name, "Empty", "classic", "range", 1, ()) for each in listings))

    def committed(connection: object, names: Collection[str], **_: object) -> Partial[GroupOffsets]:
        return Partial(tuple(GroupOffsets(name, {("t", 0): 5}) for name in names))

    def standing(connection: object, each: Any, **_: object) -> tuple[Partial[GroupDetail], Partial[GroupOffsets]]:
        return details(connection, [each]), committed(connection, [each.name])

    replacements: list[tuple[Any, str, Callable[..., Any]]] = [
        (pool, "admin", refuse),
        (pool, "kafka_python", refuse),
        (pool, "brokers", refuse),
        (produce, "producer_of", refuse),
        (clusters.views, "probe_both", refuse),
        (topics, "describe", described),
        (topics, "describe_present", lambda *_, **__: {TOPIC.name: TOPIC}),
        (offsets, "watermarks", marks),
        (offsets, "end_offsets", numbers),
        (offsets, "offsets_at", numbers),
        (groups, "describe", details),
        (groups, "committed", committed),
        (groups, "standing", standing),
        (groups, "list_groups", lambda *_, **__: Partial(())),
        (configs, "describe_topic", lambda *_, **__: (SETTING,)),
        (configs, "describe_broker", lambda *_, **__: (SETTING,)),
        (users, "describe", lambda _, user, **__: (ScramCredential(user, "SCRAM-SHA-512", 4096),)),
        (delegation_tokens, "describe", lambda *_, **__: (TOKEN,)),
        (quotas, "describe", lambda *_, **__: {"producer_byte_rate": 1024.0}),
        (acls, "list_acls", lambda *_, **__: ()),
        (socket, "getaddrinfo", no_network),
    ]
    for place, name, replacement in replacements:
        monkeypatch.setattr(place, name, replacement)


def no_network(*_: object, **__: object) -> Any:
    raise socket.gaierror("no network")


def install() -> User:
    """Have a row of each kind that addresses name, by the names of ``tests.clusters.test_routes``; return its admin."""
    now, admin = timezone.now(), User.objects.create_superuser("ada")
    cluster = Cluster.objects.create(slug="walked", name="walked", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=now, current_as_of=now, controller_id=1)
    Broker.objects.create(cluster=cluster, broker_id=1)
    Topic.objects.create(cluster=cluster, name="t", partitions=2, replication=1, messages=200, cleanup_policy="delete")
    Group.objects.create(cluster=cluster, name="g", state="Empty", type="classic", lag=95)
    GroupTopic.objects.create(cluster=cluster, group="g", topic="t", lag=95)
    AclEntry.objects.create(
        cluster=cluster, principal="User:x", host="*", operation="READ", permission="ALLOW",
        resource_type="TOPIC", resource_name="t", pattern_type="LITERAL",
    )  # fmt: skip
    ScramUser.objects.create(cluster=cluster, name="u", sha_512=4096)
    ClientQuota.objects.create(cluster=cluster, user="u", client_id="", resource="u", producer_byte_rate=1024)
    watch(cluster)
    FindingRow.objects.create(
        pk=1, cluster=cluster, rule="no-leader", severity="critical", since=now, opened_at=now, seen_at=now
    )
    address: dict[str, Any] = {"secrets": SecretValues(url="json://127.0.0.1:1")}
    Channel.objects.create(pk=1, name="ops", **address)
    AlertRule.objects.create(pk=1, name="late", threshold=1)
    parameters = {"topic": "t", "file": "f", "bytes": 1, "counts": [1], "digest": "d", "notes": {}, "writer": "w",
                  "compacted": False, "keyless": 0, "tombstones": 0}  # fmt: skip
    Job.objects.create(
        pk=1, cluster=cluster, kind="produce-file", action="messages.produce", resource="t", title="Produce f to t",
        user=admin, username="ada", state=Job.RUNNING, parameters=parameters,
    )  # fmt: skip
    team = Team.objects.create(pk=1, name="team")
    Grant.objects.create(pk=1, group=team, role="viewer")
    Token.objects.create(pk=1, user=admin, name="token", digest="-", hint="-")
    return admin


def watch(cluster: Cluster) -> None:
    """Have a group with a window of one commit."""
    now, group_store = timezone.now(), store()
    now_ms = int(now.timestamp() * 1000)
    group_store.commit(offset_commit(timestamp_ms=now_ms), now_ms)
    Shard.objects.create(cluster=cluster, ticked_at=now)
    WatchedGroup.objects.create(
        cluster=cluster, name="g", source=0, status=Status.ERR, since=now, complete=1, total_lag=95, max_lag=95,
        partitions=1, bad=1, last_commit_ms=now_ms, judged_at=now, verdict={"t": [[2, 95, 5, 1.0, None]]},
        windows=dump_group("g", dict(group_store.groups())["g"]),
    )  # fmt: skip
