"""Of several registries, records are read and written by the one that their topic's format names, else the default."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.template.loader import render_to_string

from clusters.formats.catalogue import format_called
from clusters.formats.rules import read_rules
from clusters.gateway.log.records import Record
from clusters.messages.decoding import decoding_of
from clusters.messages.own_types import OwnTypes
from clusters.messages.produce.form import ProduceForm, chosen_formats
from clusters.messages.produce.schema import usual_formats
from clusters.messages.produce.suggestions import suggestions_for
from clusters.messages.registries import TopicRegistries
from clusters.models import Cluster, SchemaUse
from tests.metrics.servers import Answer, Handler, says, serving
from tests.registries import local_with_registry, set_registry

pytestmark = pytest.mark.django_db
FRAMED = b"\0\0\0\0\x07" + b"\x0e"  # id 7, then 7 as Avro has it


def with_field(name: str, number: int = 7) -> Answer:
    """Return a registry whose schema with an id, of the subject orders-value, has one field."""
    schema = json.dumps({"type": "record", "name": "Order", "fields": [{"name": name, "type": "long"}]})

    def answer(handler: Handler) -> None:
        says(json.dumps({"subject": "orders-value", "schema": schema, "id": number, "version": 1}))(handler)

    return answer


@pytest.fixture
def two() -> Iterator[Cluster]:
    """A cluster whose registries ``default`` and ``new`` have different schemas under one id and subject."""
    with serving(with_field("old")) as default, serving(with_field("young", 9)) as new:
        cluster = local_with_registry(default)
        set_registry(cluster, new, "new")
        yield cluster


def read(cluster: Cluster, topic: str = "orders", **chosen: str) -> tuple[str, str]:
    """Return what is read of a value, and what is wrong with it."""
    record = Record(0, 1, 0, False, None, FRAMED, (), 0, len(FRAMED))
    decoded = decoding_of(cluster, topic, **chosen).decoded(record, "value")
    assert decoded
    return str(decoded.content.text), decoded.problem


def test_a_format_names_a_registry() -> None:
    assert format_called("schema:new-1.eu")
    assert not format_called("schema:")
    assert not format_called("schema:a/b")
    (rule,) = read_rules("orders* key=schema value=schema:new")
    assert (rule.key, rule.value) == ("schema", "schema:new")
    with pytest.raises(ValueError, match="schema:registry"):
        read_rules("orders* value=schema:<x>")


def test_records_are_read_by_the_registry_that_their_topics_format_names(two: Cluster) -> None:
    two.formats = "orders value=schema:new\nlost value=schema:gone"
    two.save()
    assert read(two) == ('{"young": 7}', "")
    assert read(two, value_format="schema") == ('{"young": 7}', "")
    assert read(two, value_format="schema:default") == ('{"old": 7}', "")
    assert read(two, "others") == ('{"old": 7}', "")
    assert read(two, "others", value_format="schema:new") == ('{"young": 7}', "")
    assert "The cluster has no schema registry gone." in read(two, "lost")[1]
    uses = SchemaUse.objects.values_list("topic", "registry__name").order_by("topic", "registry__name")
    assert list(uses) == [("orders", "default"), ("orders", "new"), ("others", "default"), ("others", "new")]


def written(cluster: Cluster, kind: str, field: str) -> tuple[bytes | None, dict[str, str], Any]:
    """Return the bytes of a new record's value, what names its schema, and what is wrong."""
    form = ProduceForm(
        {"value": json.dumps({field: 7}), "value_format": kind, "value_subject": "orders-value"},
        partitions=1, registries=TopicRegistries(cluster, "orders"), types=OwnTypes(cluster),
    )  # fmt: skip
    valid = form.is_valid()
    return form.cleaned_data.get("value_bytes") if valid else None, form.schema_notes, form.errors


def test_records_are_written_by_the_registry_that_is_chosen_else_by_their_topics(two: Cluster) -> None:
    raw, notes, errors = written(two, "schema", "old")
    assert (raw, errors) == (FRAMED, {})
    assert notes == {"value": "Avro, orders-value version 1"}
    raw, notes, errors = written(two, "schema:new", "young")
    assert raw == b"\0\0\0\0\x09\x0e"
    assert notes == {"value": "Avro, orders-value version 1, registry new"}
    two.formats = "orders value=schema:new"
    two.save()
    assert written(two, "schema", "young")[0] == b"\0\0\0\0\x09\x0e"
    assert written(two, "schema:default", "old")[0] == FRAMED
    assert usual_formats(two, "orders")["value_format"] == "schema:new"


def test_subjects_are_suggested_of_the_registry_for_keys_and_of_that_for_values() -> None:
    with serving(says('["orders-key", "b"]')) as default, serving(says('["a", "orders-value"]')) as new:
        cluster = local_with_registry(default)
        set_registry(cluster, new, "new")
        cluster.formats = "orders value=schema:new"
        cluster.save()
        registries = TopicRegistries(cluster, "orders")
        form = ProduceForm(initial={}, partitions=1, registries=registries, types=OwnTypes(cluster))
        page = render_to_string("topics/suggested_subjects.html", suggestions_for(registries, chosen_formats(form)))
        keys, values = page.split("</datalist>")[:2]
        assert re.findall('"([^"]+)"', keys) == ["key-subjects", "orders-key", "b"]
        assert re.findall('"([^"]+)"', values) == ["value-subjects", "orders-value", "a"]
        assert 'list="key-subjects"' in str(form["key_subject"])
        chosen = suggestions_for(registries, {"key": "schema:new", "value": "schema:gone"})
        assert re.findall('"([^"]+)"', render_to_string("topics/suggested_subjects.html", chosen))[:2] == [
            "key-subjects", "orders-value"
        ]  # fmt: skip
        assert "no schema registry gone" in str(chosen["registry_failures"])


def test_a_registry_that_is_not_there_is_named(two: Cluster) -> None:
    _, _, errors = written(two, "schema:gone", "old")
    assert "value_format" in errors
    two.formats = "orders value=schema:gone"
    two.save()
    _, _, errors = written(two, "schema", "old")
    assert "The cluster has no schema registry gone." in str(errors["value_subject"])


def test_with_one_registry_there_is_nothing_to_choose(two: Cluster) -> None:
    assert ("schema:new", "Schema registry: new") in OwnTypes(two).choices()
    two.registries.exclude(name="default").delete()
    assert OwnTypes(two).choices() == []
