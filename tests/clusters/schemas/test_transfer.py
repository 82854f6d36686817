"""Export and import of all subjects: references first, and between registries that give other ids and versions."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from clusters.gateway.registry.client import Reference
from clusters.models import Cluster
from clusters.schemas.transfer.file_lines import LineError, SchemaFile, SchemaLine, SettingsLine, file_of
from clusters.schemas.transfer.ordering import in_order
from clusters.schemas.transfer.settings import settable
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
        (
            '\n{"subject": "a", "settings": {"mode": "FAST"}}',
            "Line 2 is not the settings of a subject: mode “FAST” does not exist; there are READWRITE, READONLY,",
        ),
        ('{"subject": "", "settings": {"compatibility": ["FULL"]}}', "there are BACKWARD, BACKWARD_TRANSITIVE,"),
        (
            '{"subject": "a", "settings": {"level": "FULL"}}',
            "no setting “level”; there are compatibility, mode.",
        ),
        ('{"subject": 7, "settings": {}}', "its subject is no name"),
        ('{"subject": "half \\ud800", "version": 1, "schema": "{}"}', "its subject is no name"),
        ('{"settings": {}}', "Line 1 is not the settings of a subject: 'subject' is missing."),
    ],
)
def test_lines_that_are_none_are_refused(text: str, words: str) -> None:
    with pytest.raises(LineError) as error:
        file_of(text, 2)
    assert words in str(error.value)


def test_lines_are_read_as_they_were_written() -> None:
    version, settings = line("größe", 3, ("b", 2)), SettingsLine("größe", "FULL", "READONLY")
    assert file_of(f"\ufeff{version.written()}\n{settings.written()}", 2) == SchemaFile((version,), (settings,))
    assert file_of(SettingsLine(mode="IMPORT").written(), 1).settings[0].values == {"mode": "IMPORT"}


@pytest.mark.parametrize(
    ("has_modes", "allowed", "settings", "words"),
    [
        (True, "ab", ["a FULL READONLY", "b  READWRITE"], ""),
        (True, "b", ["b  READWRITE"], "Levels and modes of a, all other subjects are left out: that needs schemas."),
        (False, "ab", ["a FULL "], "This schema registry has no modes: those of a, b are left out."),
        (True, "*", [" NONE "], "Mode IMPORT is left out"),
    ],
)
def test_settings_that_cannot_be_made_are_left_out(
    has_modes: bool, allowed: str, settings: list[str], words: str
) -> None:
    lines = [SettingsLine("a", "FULL", "READONLY"), SettingsLine("b", mode="READWRITE"),
             SettingsLine(compatibility="NONE", mode="IMPORT")]  # fmt: skip
    if allowed == "ab":
        lines.pop()
    result = settable(lines, has_modes=has_modes, may_configure=lambda name: name in allowed)
    assert [f"{each.subject} {each.compatibility} {each.mode}" for each in result.lines] == settings
    assert words in " ".join(result.left_out)


@pytest.mark.django_db
def test_an_export_is_imported_under_other_ids_and_repeated(
    admin: Client, local: Cluster, registry: SchemaRegistry, register: Register, unique: Unique
) -> None:
    """References are translated: what was version 2 of money is its version 1 in the new registry. Levels come last."""
    money, order = unique("money"), unique("an-order")
    register(money, MONEY.replace("Money", "Coin"))
    register(money, MONEY)
    register(order, ORDER, references=(("shop.Money", money, 2),))
    requests.delete(f"{registry.url}/subjects/{money}/versions/1", timeout=10)
    requests.put(f"{registry.url}/config/{order}", json={"compatibility": "FULL_TRANSITIVE"}, timeout=10)
    file = b"".join(admin.get(f"{SCHEMAS}/export/all/").streaming_content).decode()  # type: ignore[attr-defined]
    lines = [json.loads(each) for each in file.splitlines()]
    own = [each for each in lines if each["subject"] in {money, order}]
    assert [(each["subject"], each.get("version")) for each in own] == [(money, 2), (order, 1), (order, None)]
    assert lines[-1]["subject"] == ""
    for each in own:
        each["subject"] = f"new-{each['subject']}"
        for reference in each.get("references", ()):
            reference["subject"] = f"new-{reference['subject']}"
    text = "\n".join(map(json.dumps, own))

    upload = SimpleUploadedFile("schemas.jsonl", text.encode())
    preview = text_of(admin.post(f"{SCHEMAS}/import/lines/", {"file": upload, "action": "preview"}))
    assert f"new-{order} version 1" in preview
    assert "Ids are not kept" in preview
    assert f"compatibility of new-{order}" in preview
    only = text_of(admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "schemas_only": "on"}))
    assert f"new-{order} version 1" in only
    assert "FULL_TRANSITIVE" not in plan_in(only)
    bob = person("bob", "operator")
    assert "that needs schemas.configure" in text_of(signed_in(bob).post(f"{SCHEMAS}/import/lines/", {"lines": text}))
    assert admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "import"}).status_code == 302
    level = requests.get(f"{registry.url}/config/new-{order}", timeout=10).json()
    assert level == {"compatibilityLevel": "FULL_TRANSITIVE"}
    entries = AuditEntry.objects.order_by("pk").values_list("action", "resource", "outcome")
    assert list(entries) == [
        ("schemas.register", f"new-{money}", "done"),
        ("schemas.configure", f"new-{order}", "done"),
    ]
    latest = requests.get(f"{registry.url}/subjects/new-{order}/versions/latest", timeout=10).json()
    assert latest["references"] == [{"name": "shop.Money", "subject": f"new-{money}", "version": 1}]
    assert "all of it is here already" in text_of(admin.post(f"{SCHEMAS}/import/lines/", {"lines": text}))

    settings = [{"subject": f"new-{order}", "compatibility": "NONE"}]
    body = {"lines": [{**each, "text": each["schema"], "schemaType": "AVRO"} for each in own[:2]], "settings": settings}
    response = program_of(bob)("POST", f"{LOCAL}/schema-import", body)
    assert response.status_code == 200
    assert f"Levels and modes of new-{order} are left out" in response.json()["change"]["warnings"][-1]
    assert response.json()["versions"][0] == {"subject": f"new-{money}", "version": 2, "registered": 1}
    pat = signed_in(person("pat", "operator", resources="other*"))
    other = text.replace("new-", "newer-")
    assert "needs schemas.register" in text_of(pat.post(f"{SCHEMAS}/import/lines/", {"lines": other}))


@pytest.mark.django_db
def test_a_registry_in_mode_import_keeps_ids_and_leaves_that_mode_last(admin: Client) -> None:
    changes: list[tuple[str, str, dict[str, Any]]] = []

    def answer(handler: Handler) -> None:
        if handler.command == "PUT" or handler.path.endswith("/versions"):
            changes.append((handler.command, handler.path, json.loads(handler.body)))
            says('{"id": 121}')(handler)
        elif handler.path == "/mode":
            says('{"mode": "IMPORT"}')(handler)
        elif handler.path == "/config":
            says('{"compatibilityLevel": "BACKWARD"}')(handler)
        else:
            says('{"error_code": 40401, "message": "no subject"}', status=404)(handler)

    file: list[SchemaLine | SettingsLine] = [
        SettingsLine(compatibility="FULL", mode="READWRITE"),
        SettingsLine("orders-value", "NONE", "READONLY"),
        SchemaLine("orders-value", 3, 121, "AVRO", MONEY),
    ]
    with serving(answer) as url:
        local_with_registry(url)
        text = "\n".join(each.written() for each in file)
        preview = text_of(admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "preview"}))
        assert "AVRO, id 121" in preview
        assert "mode (global)" in preview
        assert "READONLY: no schema can be registered" in preview
        admin.post(f"{SCHEMAS}/import/lines/", {"lines": text, "action": "import"})
    assert [(path, body.get("id") or body.get("mode") or body["compatibility"]) for _, path, body in changes] == [
        ("/subjects/orders-value/versions", 121), ("/config/orders-value", "NONE"), ("/mode/orders-value", "READONLY"),
        ("/config", "FULL"), ("/mode", "READWRITE"),
    ]  # fmt: skip
    assert changes[0][2]["version"] == 3


def plan_in(text: str) -> str:
    return text.partition("Planned changes")[2]
