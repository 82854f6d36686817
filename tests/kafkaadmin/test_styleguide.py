"""The page of parts for developers: whole, and not there for anybody else."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kafkaadmin.styleguide import styleguide

PARTS = Path("templates/parts")
pytestmark = pytest.mark.django_db


def test_it_has_every_part_and_escapes_what_is_in_it() -> None:
    request = RequestFactory().get("/styleguide/")
    SessionMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type]
    request.user = User.objects.create_superuser("ada")
    request._messages = []  # type: ignore[attr-defined]
    request.htmx = False  # type: ignore[attr-defined]
    response = styleguide(request)
    assert isinstance(response, HttpResponse)
    page = response.content.decode()
    assert response.status_code == 200
    assert "&lt;b&gt;shipping&lt;/b&gt;" in page
    for words in ("Another Kafka answers", "Nobody answers at broker:9092.", "This field is required."):
        assert words in page
    template = Path("templates/styleguide.html").read_text()
    shown = set(re.findall(r"(?:parts/|, )(\w+)(?:\.html)?", template))
    assert {part.stem for part in PARTS.glob("*.html")} <= shown


def test_it_is_for_developers(admin: Client) -> None:
    assert admin.get("/styleguide/").status_code == 404
