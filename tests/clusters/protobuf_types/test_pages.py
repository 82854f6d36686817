"""Uploading Protobuf types, and reading a topic's records by them: page, API and command."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from clusters.models import Cluster, ProtobufTypes
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import LOCAL, person, program_of
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_pages import kept_topic, read, write
from tests.clusters.protobuf_types.test_types import BYTES, FILES, MESSAGES
from tests.conftest import signed_in
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db
PAGE = "/clusters/local/protobuf-types/"
TYPES = f"{LOCAL}/protobuf-types"


def upload(client: Client, files: dict[str, bytes]) -> str:
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post(PAGE, {"file": uploads}, follow=True).content.decode()


@pytest.fixture
def local(db: None) -> Cluster:
    return Cluster.objects.create(slug="local", name="local", bootstrap_servers="127.0.0.1:1")


def test_records_of_a_topic_are_read_by_uploaded_types(
    admin: Client, kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str]
) -> None:
    topic = kept_topic(kafka, unique("orders"))
    write(kafka, topic, [{"value": BYTES}])
    assert all(message in upload(admin, FILES) for message in MESSAGES)
    cluster.formats = f"{topic} value=protobuf:shop.Order"
    cluster.save()
    assert "A1" in read(admin, topic)
    (record,) = program_of(User.objects.create_superuser("bob")).get(f"{LOCAL}/topics/{topic}/messages")["items"]
    assert record["value"]["decoded"] == {"id": "7", "total": {"cents": "1250"}, "lines": [{"sku": "A1"}]}


def test_what_is_wrong_stands_at_the_field_and_what_was_there_stays(admin: Client, local: Cluster) -> None:
    upload(admin, FILES)
    page = upload(admin, {"order.proto": FILES["order.proto"]})
    assert "common/money.proto: File not found" in page
    assert ProtobufTypes.objects.get().messages == list(MESSAGES)
    assert AuditEntry.objects.filter(action="clusters.edit").count() == 1


def test_types_that_formats_name_are_missed_aloud(admin: Client, local: Cluster) -> None:
    local.formats = "orders-* value=protobuf:shop.Order"
    local.save()
    assert "name messages that are not there: shop.Order" in upload(admin, {"money.proto": FILES["money.proto"]})
    assert "will be shown as bytes: shop.Order" in admin.get(f"{PAGE}remove/").content.decode()
    admin.post(f"{PAGE}remove/")
    assert not ProtobufTypes.objects.exists()


def test_who_may_not_edit_the_cluster_may_not_change_how_it_is_read(admin: Client, local: Cluster) -> None:
    viewer = signed_in(person("pat"))
    assert viewer.get(PAGE).status_code == 403
    assert viewer.post(PAGE, {"file": SimpleUploadedFile("a.proto", FILES["money.proto"])}).status_code == 403
    assert not ProtobufTypes.objects.exists()


def test_declared_types_are_changed_where_they_are_declared(admin: Client, local: Cluster) -> None:
    upload(admin, FILES)
    ProtobufTypes.objects.update(declared=True)
    assert "come from the configuration" in upload(admin, {"money.proto": FILES["money.proto"]})
    assert ProtobufTypes.objects.get().messages == list(MESSAGES)


def test_the_api_takes_files_by_their_import_paths(local: Cluster) -> None:
    program = program_of(User.objects.create_superuser("bob"))
    files = {"order.proto": FILES["order.proto"], "common/money.proto": FILES["money.proto"]}
    body = {"files": {name: base64.b64encode(content).decode() for name, content in files.items()}}
    assert program("PUT", f"{TYPES}?dry_run=true", body).json()["done"] is False
    assert not ProtobufTypes.objects.exists()
    assert program("PUT", TYPES, body).status_code == 200
    assert program.get(TYPES)["messages"] == list(MESSAGES)


def test_the_command_takes_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/money.proto").write_bytes(FILES["money.proto"])
    (tmp_path / "order.proto").write_bytes(FILES["order.proto"])
    done(run("protobuf-types", "set", str(tmp_path)))
    assert done(run("protobuf-types", "show")).splitlines()[-3:] == list(MESSAGES)
    done(run("protobuf-types", "clear"))
    assert not ProtobufTypes.objects.exists()
