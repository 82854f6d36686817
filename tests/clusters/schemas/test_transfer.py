"""Export and import of all subjects: references first, and between registries that give other ids and versions."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusters.gateway.registry.client import Reference
from clusters.models import Cluster
from clusters.schemas.transfer.file_lines import LineError, SchemaLine, in_order, lines_of
from tests.api.conftest import LOCAL, person, program_of
from tests.clusters.schemas.conftest import MONEY, ORDER, Register
from tests.clusters.schemas.test_changes import text_of
from tests.conftest import signed_in
from tests.metrics.servers import Handler, says, serving
from tests.registries import local_with_registry
from tests.schema_registry import SchemaRegistry

SCHEMAS = "/clusters/local/schemas"
Unique = Callable[[str], str]


def line(subject: str, version: int, *references: tuple[str, int]) -> SchemaLine:
    return SchemaLine(
        subject, version, 1, "AVRO", "{}", tuple(Reference(name, name, number) for name, number in references)
    )


STORE = {
    each.key: each
    for each in (line("a", 1, ("b", 2)), line("a", 2), line("b", 1), line("b", 2, ("c", 1)), line("b", 3), line("c", 1))
}


@pytest.mark.parametrize(
    ("subjects", "order"),
    [
        ("a", ["b 1", "c 1", "b 2", "a 1", "a 2"]),
        ("abc", ["b 1", "c 1", "b 2", "a 1", "a 2", "b 3"]),
        ("c", ["c 1"]),
    ],
)
def test_what_is_referred_to_comes_first_and_nothing_twice(subjects: str, order: list[str]) -> None:
    lines = in_order(
        list(subjects),
        lambda subject: [number for name, number in STORE if name == subject],
        lambda subject, number: STORE[subject, number],
    )
    assert [f"{each.subject} {each.version}" for each in lines] == order


def test_schemas_that_refer_to_each_other_end() -> None:
    both = {("a", 1): line("a", 1, ("b", 1)), ("b", 1): line("b", 1, ("a", 1))}
    assert len(list(in_order(["a", "b"], lambda _: [1], lambda subject, number: both[subject, number]))) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "Line 1 is not a version of a subject: 'subject' is missing."),
        ("\n[]", "Line 2 is not a version of a subject: not JSON, or of another form."),
        ('{"subject": "a", "version": 0, "schema": ""}', "version and id are positive numbers"),
        ('{"subject": "a", "version": true, "schema": ""}', "version and id are positive numbers"),
        ('{"subject": "a", "version": 1, "schema": {}}', "schema and schemaType are texts"),
        ('{"incomplete": "It hangs."}', "the export was incomplete, It hangs."),
        ('{"subject": "a", "version": 1, "schema": "{}"}\n' * 3, "More than 2 lines"),
    ],
)
def test_lines_that_are_none_are_refused(text: str, words: str) -> None:
    with pytest.raises(LineError) as error:
        lines_of(text, 2)
    assert words in str(error.value)


def test_lines_are_read_as_they_were_written() -> None:
    written = line("größe", 3, ("b", 2))
    assert lines_of(written.written(), 1) == [written]


@pytest.mark.django_db
def test_an_export_is_imported_under_other_ids_and_repeated(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    """References are translated: what was version 2 of money is its version 1 in the new registry."""
    money, order = unique("money"), unique("an-order")
    register(money, MONEY.replace("Money", "Coin"))
    register(money, MONEY)
    register(order, ORDER, references=(("shop.Money", money, 2),))
    requests.delete(f"{registry.url}/subjects/{money}/versions/1", timeout=10)
    file = b"".join(admin.get(f"{SCHEMAS}/export/all/").streaming_content).decode()  # type: ignore[attr-defined]
    lines = [json.loads(each) for each in file.splitlines()]
    own = [each for each in lines if each["subject"] in {money, order}]
    assert [(each["subject"], each["version"]) for each in own] == [(money, 2), (order, 1)]
    for each in own:
        each["subject"] = f"new-{each['subject']}"
        for reference in each["references"]:
            reference["subject"] = f"new-{reference['subject']}"
    text = "\n".join(map(json.dumps, own))

    upload = SimpleUploadedFile("schemas.jsonl", text.encode())
    preview = text_of(admin.post(f"{SCHEMAS}/import/lines/", {"file": upload, "action": "preview"}))
    assert f"new-{order} version 1" in preview
    assert "Ids are not kept" in preview
    assert admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "import"}).status_code == 302
    latest = requests.get(f"{registry.url}/subjects/new-{order}/versions/latest", timeout=10).json()
    assert latest["references"] == [{"name": "shop.Money", "subject": f"new-{money}", "version": 1}]
    assert "all of it is registered already" in text_of(admin.post(f"{SCHEMAS}/import/lines/", {"lines": text}))

    body = {"lines": [{**each, "text": each["schema"], "schemaType": "AVRO"} for each in own]}
    response = program_of(person("bob", "operator"))("POST", f"{LOCAL}/schema-import", body)
    assert response.status_code == 200
    assert response.json()["versions"][0] == {"subject": f"new-{money}", "version": 2, "registered": 1}
    pat = signed_in(person("pat", "operator", resources="other*"))
    other = text.replace("new-", "newer-")
    assert "needs schemas.register" in text_of(pat.post(f"{SCHEMAS}/import/lines/", {"lines": other}))


@pytest.mark.django_db
def test_ids_are_kept_by_a_registry_in_mode_import(admin: Client) -> None:
    registered: list[dict[str, Any]] = []

    def answer(handler: Handler) -> None:
        if handler.path.startswith("/mode"):
            says('{"mode": "IMPORT"}')(handler)
        elif handler.path.endswith("/versions"):
            registered.append(json.loads(handler.body))
            says('{"id": 121}')(handler)
        else:
            says('{"error_code": 40401, "message": "no subject"}', status=404)(handler)

    with serving(answer) as url:
        local_with_registry(url)
        text = SchemaLine("orders-value", 3, 121, "AVRO", MONEY).written()
        preview = text_of(admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "preview"}))
        assert "AVRO, id 121" in preview
        admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "import"})
    assert [(each["id"], each["version"]) for each in registered] == [(121, 3)]
