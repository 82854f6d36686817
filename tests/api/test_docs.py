"""The description: for programs and for people, under our own strict policy."""

from collections import Counter

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from ninja import Schema

from tests.api.conftest import V1, Program

pytestmark = pytest.mark.django_db


def test_the_description_is_there_for_whoever_is_signed_in_or_has_a_token(
    client: Client, viewer: Client, vera: Program
) -> None:
    assert client.get(f"{V1}/openapi.json").status_code == 401
    assert client.get(f"{V1}/docs").headers["Location"].startswith("/login/")
    assert viewer.get(f"{V1}/openapi.json").json() == vera.get(f"{V1}/openapi.json")
    assert vera("GET", f"{V1}/docs").status_code == 200
    assert viewer.get(f"{V1}/docs").status_code == 200


def test_the_page_has_every_operation_and_runs_nothing(viewer: Client, vera: Program) -> None:
    response = viewer.get(f"{V1}/docs")
    page = response.content.decode()
    for path in vera.get(f"{V1}/openapi.json")["paths"]:
        assert path in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert " style=" not in page
    assert " onclick=" not in page
    assert finders.find("css/tokens.css")


def test_the_description_says_how_to_sign_in_and_what_may_go_wrong(vera: Program) -> None:
    description = vera.get(f"{V1}/openapi.json")
    (scheme,) = description["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for item in description["paths"].values():
        for method, operation in item.items():
            assert operation["security"]
            assert operation["summary"]
            assert operation["description"]
            assert "application/problem+json" in operation["responses"]["403"]["content"]
            keys = [parameter["name"] for parameter in operation.get("parameters", ())]
            assert ("Idempotency-Key" in keys) == (method != "get")


def test_no_two_schemas_have_one_name() -> None:
    # Of two, the description would have only one, and describe the other's operations by it.
    schemas = [schema for schema in subclasses(Schema) if schema.__module__.startswith("api.")]
    names = Counter(schema.__name__ for schema in schemas)
    assert [name for name, number in names.items() if number > 1] == []
    assert len(names) > 100


def subclasses(schema: type) -> set[type]:
    return {schema}.union(*map(subclasses, schema.__subclasses__()))
