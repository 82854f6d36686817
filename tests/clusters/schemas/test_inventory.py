"""The inventory of subjects: from a real registry, and from servers that misbehave."""

import json
import time
from collections.abc import Callable

import pytest
import requests
from django.test import Client
from django.utils import timezone

from clusters.gateway.registry.client import Registry
from clusters.models import Cluster, Subject, Topic
from clusters.schemas import mirror as passes
from clusters.schemas.mirror import RegistryPass
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, ORDER, Register, mirror_schemas
from tests.conftest import signed_in
from tests.metrics.servers import Answer, Handler, drips, hangs, says, serving
from tests.registries import local_with_registry, set_registry
from tests.schema_registry import SchemaRegistry

pytestmark = pytest.mark.django_db
SCHEMAS = "/clusters/local/schemas/"
Unique = Callable[[str], str]


def test_subjects_are_listed_with_what_is_known_of_them(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    topic, money, gone = unique("orders"), unique("money"), unique("gone")
    Topic.objects.create(cluster=local, name=topic, partitions=1, replication=1)
    register(money, MONEY)
    number = register(f"{topic}-value", ORDER, references=(("shop.Money", money, 1),))
    register(f"{topic}-shop.Money", MONEY)
    register(gone, MONEY)
    requests.put(f"{registry.url}/config/{topic}-value", json={"compatibility": "FULL"}, timeout=10)
    requests.delete(f"{registry.url}/subjects/{gone}", timeout=10)
    mirror_schemas(local)
    page = admin.get(f"{SCHEMAS}?q={topic}").content.decode()
    assert f"{topic}-value" in page
    assert "FULL" in page
    assert page.count(f'href="/clusters/local/topics/{topic}/"') == 2
    assert gone not in admin.get(f"{SCHEMAS}?q={gone}").content.decode().partition("<tbody>")[2]
    assert "deleted</span>" in admin.get(f"{SCHEMAS}?q={gone}&deleted=1").content.decode()
    row = program_of(person("bob")).get(f"{LOCAL}/schemas?q={topic}-value")["items"][0]
    assert row == {
        "name": f"{topic}-value", "type": "AVRO", "version": 1, "versions": 1, "schema_id": number,
        "record": "shop.Order", "topic": topic, "compatibility": "FULL", "context": "",
        "deleted": False,
    }  # fmt: skip
    requests.delete(f"{registry.url}/subjects/{topic}-value", timeout=10)
    requests.delete(f"{registry.url}/subjects/{topic}-value?permanent=true", timeout=10)
    local.registries.update(due_at=None)
    mirror_schemas(local)
    assert not Subject.objects.filter(name=f"{topic}-value").exists()


def test_a_pass_reads_a_bounded_number_and_the_longest_unread_first(
    local: Cluster, register: Register, unique: Unique, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(unique("some") for _ in range(3))
    for name in names:
        register(name, MONEY)
    monkeypatch.setattr(passes, "PER_PASS", 2)
    row = local.registries.get()
    own = Subject.objects.filter(name__in=names)
    read_in_passes = []
    for _ in range(100):
        registry = Registry(row.connection(), seconds=10)
        RegistryPass(row, registry, timezone.now()).run()
        assert registry.requests <= 4 + 3 * 2
        read_in_passes.append(own.exclude(read_at=None).count())
        if read_in_passes[-1] == len(names):
            break
    assert read_in_passes[-1] == len(names)


def test_a_registry_that_is_slow_is_read_bit_by_bit(local: Cluster, register: Register) -> None:
    """What was not read in time is no failure: the next pass goes on with it."""
    register("slow-value", MONEY)
    row = local.registries.get()
    registry = Registry(row.connection(), seconds=passes.RESERVE)
    RegistryPass(row, registry, timezone.now()).run()
    assert row.current_as_of
    assert Subject.objects.filter(name="slow-value", read_at=None).exists()
    assert registry.requests == 4


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says("no", status=401), "denies access (401)"),
        (says("<html>", "text/html"), "is not a schema registry&#x27;s API"),
        (says("", status=302, Location="http://elsewhere"), "redirects to http://elsewhere"),
        (says('{"error_code": 50001, "message": "store down"}', status=500), "failed (500). store down"),
        (hangs, "did not respond within"),
        (drips, "did not finish its response within"),
    ],
)
def test_what_is_wrong_with_a_registry_is_said_above_its_last_known_subjects(
    admin: Client, answer: Answer, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusters.schemas.tasks.SECONDS", 1.0)
    with serving(answer) as url:
        local = local_with_registry(url, mirrored_url=url, current_as_of=timezone.now())
        row = local.registries.get()
        Subject.objects.create(cluster=local, registry=row, name="known-before", read_at=timezone.now())
        started = time.monotonic()
        mirror_schemas(local)
        assert time.monotonic() - started < 5
    page = admin.get(SCHEMAS).content.decode()
    assert words in page
    assert "known-before" in page


def test_the_subjects_of_another_registry_are_forgotten(admin: Client, local: Cluster, register: Register) -> None:
    register("first-value", MONEY)
    mirror_schemas(local)
    assert Subject.objects.filter(name="first-value").exists()
    set_registry(local, "http://127.0.0.1:1")
    mirror_schemas(local)
    page = admin.get(SCHEMAS).content.decode()
    assert "first-value" not in page
    assert "Nothing is listening there" in page


def test_without_a_registry_the_page_says_how_to_add_one(admin: Client, viewer: Client, local: Cluster) -> None:
    local.registries.all().delete()
    assert "/schemas/registries/new/" in admin.get(SCHEMAS).content.decode().partition("<h1>")[2]
    page = viewer.get(SCHEMAS).content.decode()
    assert "This cluster has no schema registry" in page
    assert "/schemas/registries/new/" not in page


def test_only_subjects_within_the_grants_are_listed(local: Cluster) -> None:
    for name in ("a-value", "b-value", "<b>evil</b>-value"):
        Subject.objects.create(cluster=local, registry=local.registries.get(), name=name, read_at=timezone.now())
    page = signed_in(person("pat", resources="a-*")).get(SCHEMAS).content.decode()
    assert "a-value" in page
    assert "b-value" not in page
    assert "<b>evil" not in signed_in(person("pia")).get(SCHEMAS).content.decode()


def test_subjects_in_contexts_are_filtered_by_them(admin: Client) -> None:
    def answer(handler: Handler) -> None:
        content = {"schema": MONEY, "id": 1, "version": 1, "compatibilityLevel": "FULL", "mode": "READWRITE"}
        lists = {"/subjects": [":.eu:orders-value", "orders-value"], "/versions": [1]}
        path, _, query = handler.path.partition("?")
        if path.endswith("/schemas/ids/1/versions"):
            assert query == "subject=%3A.eu%3A"
            says('[{"subject": ":.eu:orders-value", "version": 1}]')(handler)
            return
        says(json.dumps(next((names for end, names in lists.items() if path.endswith(end)), content)))(handler)

    with serving(answer) as url:
        local = local_with_registry(url)
        Topic.objects.create(cluster=local, name="orders", partitions=1, replication=1)
        mirror_schemas(local)
        page = admin.get(f"{SCHEMAS}?context=.eu").content.decode()
        assert "<option selected>.eu</option>" in page
        rows = page.partition("<tbody>")[2]
        assert ">:.eu:orders-value</a>" in rows
        assert ">orders-value</a>" not in rows
        assert 'href="/clusters/local/topics/orders/"' in rows
        assert "id/1/?context=.eu" in admin.get(f"{SCHEMAS}:.eu:orders-value/").content.decode()
        assert ":.eu:orders-value" in admin.get(f"{SCHEMAS}id/1/?context=.eu").content.decode()
