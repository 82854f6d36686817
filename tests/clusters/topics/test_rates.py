"""Records per second, the last record and the consumer groups of topics, on pages, in files and through the API."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from clusters.models import Cluster, Group, GroupTopic, Mirror, Topic
from tests.api.conftest import V1, Program, person, program_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def prod(db: None) -> Cluster:
    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    Mirror.objects.create(cluster=cluster, looked_at=NOW, current_as_of=NOW)
    rows: tuple[tuple[str, float | None, int | None, bool], ...] = (
        ("busy", 1234.5678, 3, False), ("idle", 0.0, 7200, False), ("new", None, None, False), ("paid", 2.0, 5, True),
    )  # fmt: skip
    for name, rate, ago, transactional in rows:
        last = None if ago is None else NOW - timedelta(seconds=ago)
        Topic.objects.create(
            cluster=cluster, name=name, partitions=1, replication=3, rate=rate, last_record_at=last,
            transactional=transactional,
        )  # fmt: skip
    for group, topic, status in (("a", "idle", 1), ("b", "idle", 3), ("ux-c", "busy", 2)):
        Group.objects.create(cluster=cluster, name=group, state="Stable", type="classic", lag_status=status)
        GroupTopic.objects.create(cluster=cluster, group=group, topic=topic)
    return cluster


def api_of_admin() -> Program:
    return program_of(User.objects.get(username="ada"))


def row_of(html: str, name: str) -> str:
    return next(row for row in html.split("<tr") if f'title="{name}"' in row)


def test_the_list_shows_rates_and_unknown_is_a_dash(prod: Cluster, admin: Client) -> None:
    html = admin.get("/clusters/prod/topics/").content.decode()
    assert "1,234.6/s" in row_of(html, "busy")
    assert "1,234.568 records/s" in row_of(html, "busy")
    assert "0/s" in row_of(html, "idle")
    assert "/s<" not in row_of(html, "new")
    assert "≤ 2/s" in row_of(html, "paid")
    assert "2 h" in row_of(html, "idle")
    assert "None has arrived" in row_of(html, "new")


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-rate", ["busy", "paid", "idle", "new"]),
        ("rate", ["idle", "paid", "busy", "new"]),
        ("-last_record_at", ["busy", "paid", "idle", "new"]),
        ("-groups", ["idle", "busy", "paid", "new"]),
    ],
)
def test_the_list_is_sorted_by_them_unknown_last(prod: Cluster, admin: Client, sort: str, names: list[str]) -> None:
    response: Any = admin.get(f"/clusters/prod/topics/?sort={sort}&format=csv")
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))
    assert [row["name"] for row in rows] == names
    if sort != "-groups":
        assert [row["name"] for row in api_of_admin().get(f"{V1}/clusters/prod/topics?sort={sort}")["items"]] == names


def test_files_and_the_api_have_them_too(prod: Cluster, admin: Client) -> None:
    response: Any = admin.get("/clusters/prod/topics/?format=csv")
    rows = {row["name"]: row for row in csv.DictReader(b"".join(response.streaming_content).decode().splitlines())}
    assert (rows["busy"]["rate"], rows["new"]["rate"], rows["idle"]["groups"]) == ("1234.5678", "", "2")
    items = {row["name"]: row for row in api_of_admin().get(f"{V1}/clusters/prod/topics")["items"]}
    assert (items["busy"]["rate"], items["new"]["rate"], items["new"]["last_record_at"]) == (1234.5678, None, None)
    assert [(items[name]["groups"], items[name]["worst_status"]) for name in ("idle", "busy", "new")] == [
        (2, "ERR"), (1, "WARN"), (0, None),
    ]  # fmt: skip


def test_only_groups_that_one_may_see_are_counted(prod: Cluster) -> None:
    vera = person("vera", role="custom", actions=["clusters.view", "topics.view"], clusters="prod")
    client = Client()
    client.force_login(vera)
    blind: Any = client.get("/clusters/prod/topics/?format=json")
    assert '"groups": null' in b"".join(blind.streaming_content).decode()
    (idle,) = program_of(vera).get(f"{V1}/clusters/prod/topics?q=idle")["items"]
    assert (idle["groups"], idle["worst_status"]) == (None, None)
    pat = person("pat", clusters="prod", resources="*y")
    pat.grant_set.create(role="custom", actions=["groups.view"], clusters="prod", resources="ux-*")
    (busy,) = program_of(pat).get(f"{V1}/clusters/prod/topics")["items"]
    assert (busy["name"], busy["groups"], busy["worst_status"]) == ("busy", 1, "WARN")
