"""The audit log through the API finds what the page finds."""

import pytest
from django.contrib.auth.models import User

from accounts.models import AuditEntry
from tests.api.conftest import V1, Program
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_search_finds_entries_by_the_values_of_their_steps_as_on_the_page(ada: Program) -> None:
    for name, after in (("orders", "86400000"), ("payments", "7")):
        steps = [{"subject": "retention.ms", "before": "1", "after": after}]
        AuditEntry.objects.create(username="ada", action="topics.configure", resource=name, outcome="done", steps=steps)
    assert [entry["resource"] for entry in ada.get(f"{V1}/audit?q=86400000")["items"]] == ["orders"]
    browser = signed_in(User.objects.get(username="ada"))
    assert "1 entry" in browser.get("/audit/?q=86400000").content.decode()
