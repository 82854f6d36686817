"""The form of configs: only what was edited is a change, and an error is where its config is."""

from typing import Any

import pytest
from django.http import QueryDict

from clusters.configs.forms import ConfigsForm
from clusters.gateway.errors import InvalidRequest
from tests.clusters.configs.factories import TOPIC_SOURCE, config

ENTRIES = (
    config("retention.ms", "1000", "604800000"),
    config("segment.bytes", "1073741824"),
    config("log.dirs", "/data", read_only=True),
    config("ssl.key.password", None, sensitive=True),
)


def form_of(data: Any) -> ConfigsForm:
    return ConfigsForm(data, entries=ENTRIES, own=TOPIC_SOURCE)


def changes(data: Any) -> dict[str, str]:
    form = form_of(data)
    assert form.is_valid(), form.errors
    values: dict[str, str] = form.cleaned_data["configs"]
    return values


@pytest.mark.parametrize(
    ("data", "values"),
    [
        ({"value.retention.ms": "2000"}, {"retention.ms": "2000"}),
        ({"value.retention.ms": "7 d"}, {"retention.ms": "604800000"}),
        ({"value.retention.ms": "1000"}, {}),
        ({"value.segment.bytes": ""}, {"segment.bytes": ""}),
        ({"configs": "segment.bytes=1 GiB\nother=1"}, {"segment.bytes": "1073741824", "other": "1"}),
        ({"configs": "segment.bytes=1", "value.retention.ms": "2"}, {"segment.bytes": "1", "retention.ms": "2"}),
        ({"value.ssl.key.password": ""}, {}),
        ({"value.ssl.key.password": "s3cret"}, {"ssl.key.password": "s3cret"}),
        ({"value.log.dirs": "/other"}, {}),
        ({"reset": "retention.ms"}, {}),
    ],
)
def test_what_was_edited_is_changed_and_nothing_else(data: dict[str, str], values: dict[str, str]) -> None:
    assert changes(data) == values
    assert changes(QueryDict("&".join(f"{name}={value}" for name, value in data.items()))) == values


def test_a_row_that_somebody_else_changed_meanwhile_is_not_changed_back() -> None:
    assert changes({"initial-value.retention.ms": "500", "value.retention.ms": "500"}) == {}
    assert changes({"initial-value.retention.ms": "500", "value.retention.ms": "2"}) == {"retention.ms": "2"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"value.retention.ms": "2", "configs": "retention.ms=3"}, "value.retention.ms"),
        ({"value.retention.ms": "2", "reset": ["retention.ms"]}, "value.retention.ms"),
        ({"configs": "retention.ms=3", "reset": ["retention.ms"]}, "configs"),
        ({"configs": "a=1\na=2"}, "configs"),
        ({"reset": ["segment.bytes"]}, "reset"),
    ],
)
def test_a_config_is_changed_once(data: dict[str, Any], field: str) -> None:
    assert list(form_of(data).errors) == [field]


def test_kafkas_refusal_is_at_the_config_that_it_names() -> None:
    for data, place in (({"value.retention.ms": "soon"}, "value.retention.ms"), ({"configs": "x=1"}, "configs")):
        form = form_of(data)
        assert form.is_valid()
        form.show_refusal(InvalidRequest("Invalid value soon.", field="config:retention.ms"))
        assert list(form.errors) == [place]


def test_a_sensitive_value_is_not_in_the_form() -> None:
    entries = [config("ssl.key.password", "s3cret", sensitive=True)]
    assert "s3cret" not in str(ConfigsForm(entries=entries, own=TOPIC_SOURCE))
    assert "s3cret" not in str(ConfigsForm({"value.ssl.key.password": "s3cret"}, entries=entries, own=TOPIC_SOURCE))
