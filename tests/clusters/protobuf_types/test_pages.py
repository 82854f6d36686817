"""Uploading Protobuf types, and reading a topic's records by them: page, API and command."""

import base64
import html
import json
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
from tests.api.conftest import LOCAL, Program, person, program_of
from tests.api.conftest import ada as ada  # a fixture
from tests.clusters.messages.test_pages import kept_topic, read, write
from tests.clusters.messages.test_produce import filled, read_back
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


def test_the_command_takes_a_folder_and_writes_by_it(
    run: Run, tmp_path: Path, kafka: KafkaCluster, unique: Callable[[str], str]
) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/money.proto").write_bytes(FILES["money.proto"])
    (tmp_path / "order.proto").write_bytes(FILES["order.proto"])
    done(run("protobuf-types", "set", str(tmp_path)))
    assert done(run("protobuf-types", "show")).splitlines()[-3:] == list(MESSAGES)
    topic, order = kept_topic(kafka, unique("orders")), "protobuf:shop.Order"
    sample = done(run("topics", "sample", topic, "--format", order))
    done(run("topics", "produce", topic, "--value-format", order, "--value", sample))
    assert '"sku": "text"' in done(run("records", "read", topic, "--value-format", order))
    done(run("protobuf-types", "clear"))
    assert not ProtobufTypes.objects.exists()


def test_types_are_chosen_as_formats_and_records_are_written_by_them(
    admin: Client, ada: Program, kafka: KafkaCluster, cluster: Cluster, unique: Callable[[str], str]
) -> None:
    topic, order = kept_topic(kafka, unique("orders")), "protobuf:shop.Order"
    path, api = f"/clusters/local/topics/{topic}", f"{LOCAL}/topics/{topic}/messages"
    upload(admin, FILES)
    page = admin.get(f"{path}/produce/").content.decode()
    assert '<option value="protobuf:shop.Order">Protobuf: shop.Order</option>' in page
    sampled = admin.post(f"{path}/produce/", {"value_format": order, "action": "sample-value"}).content.decode()
    assert "&quot;sku&quot;: &quot;text&quot;" in sampled
    wrong = {"key": "k", "value": '{"total": {"cents": "x"}}', "value_format": order, "action": "apply"}
    refused = admin.post(f"{path}/produce/", wrong)
    assert refused.status_code == 422
    assert "$.total.cents" in refused.content.decode()
    written = {"key": '{"cents": "7"}', "key_format": "protobuf:shop.Money"}
    written["value"] = '{"id": 7, "lines": [{"sku": "A1"}]}'
    record = admin.post(f"{path}/produce/", {**written, "value_format": order, "action": "apply"}, follow=True)
    assert "Protobuf, shop.Order" in AuditEntry.objects.get(action="messages.produce").steps[0]["after"]
    assert "A1" in record.content.decode()
    chosen = "key_format=protobuf%3Ashop.Money&value_format=protobuf%3Ashop.Order"
    assert f"{path}/produce/?again=0-0&{chosen}" in html.unescape(record.content.decode())
    assert f"&limit=1&{chosen}'" in html.unescape(record.content.decode())  # of the curl command
    again = filled(admin, f"{path}/produce/?again=0-0&{chosen}")
    assert (json.loads(again["key"]), again["key_format"]) == ({"cents": "7"}, "protobuf:shop.Money")
    edited = again | {"value": again["value"].replace("A1", "B2"), "action": "apply"}
    assert admin.post(f"{path}/produce/", edited).status_code == 302
    assert read_back(kafka, topic, 0, 1).key() == read_back(kafka, topic, 0, 0).key()
    assert b"B2" in (read_back(kafka, topic, 0, 1).value() or b"")
    rows = read(admin, topic, key_format="protobuf:shop.Money", value_format=order)
    assert f"{path}/messages/0/0/?key_format=protobuf%3Ashop.Money&value_format=protobuf%3Ashop.Order" in rows
    body = {"value": '{"id": 8}', "value_format": order}
    assert ada("POST", api, body).status_code == 201
    assert ada("POST", api, {**body, "value_format": "protobuf:shop.Bill"}).status_code == 422
    assert ada.get(f"{api}/sample?format={order}")["text"].startswith("{")
    records = ada.get(f"{api}?value_format={order}&json_path=%24.id%20%3D%20%228%22")["items"]
    assert [row["value"]["decoded"] for row in records] == [{"id": "8"}]
    assert ada("GET", f"{api}?value_format=protobuf:shop.Bill").status_code == 422
    lines = {"content": '{"value": {"id": 9}}\n{"value": {"id": 10}}', "value_format": order}
    assert "Protobuf, shop.Order" in str(ada("POST", f"{api}/file?dry_run=true", lines).json())
    wrong_lines = ada("POST", f"{api}/file", {**lines, "content": '{"value": {"ident": 9}}'}).json()
    assert "ident" in str(wrong_lines)
