"""Plain webhooks: a POST of JSON to the address itself, with the page's address; reasons never tell the address."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clusters.models import Cluster
from metrics.alerts.delivery import deliver, plan_notices
from metrics.alerts.forms import objection_to
from metrics.models import Channel, FindingRow, Notice
from tests.metrics.servers import Handler, says, serving
from tests.secret_values import secret_values


@pytest.mark.django_db
def test_alerts_are_posted_as_json_with_their_links(settings: Any) -> None:
    settings.PUBLIC_URL = "https://kafka.example.com"
    posted: list[tuple[str, str, dict[str, Any]]] = []
    now = timezone.now()

    def remember(handler: Handler) -> None:
        posted.append((handler.path, handler.headers["Content-Type"], json.loads(handler.body)))
        says("ok", status=204)(handler)

    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    row = FindingRow.objects.create(
        cluster=cluster, rule="lag:Late “orders”", subject="billing", severity="critical", value="lag 12,345",
        threshold="above 10,000", since=now, opened_at=now, seen_at=now, page="group", target="billing",
    )  # fmt: skip
    with serving(remember) as url:
        Channel.objects.create(name="hook", secrets=secret_values(url=f"{url}/hooks/key?a=1"))
        plan_notices(cluster, now)
        deliver(now)
        FindingRow.objects.update(resolved_at=now)
        plan_notices(cluster, now)
        deliver(now + timedelta(minutes=5))
    (path, kind, opened), (_, _, resolved) = posted
    assert (path, kind) == ("/hooks/key?a=1", "application/json")
    assert (opened["title"], opened["status"], resolved["status"]) == ("[prod] Late “orders”", "open", "resolved")
    link = f"https://kafka.example.com/clusters/prod/alerts/{row.pk}/"
    assert link in str(opened["text"])
    assert "billing: lag 12,345 (above 10,000)" in str(opened["text"])
    (alert,) = opened["alerts"]
    assert (alert["subject"], alert["severity"], alert["link"], alert["ended"]) == ("billing", "critical", link, None)
    assert not Notice.objects.filter(sent_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "error"), [(500, "returned status 500"), (302, "returned status 302")])
def test_a_refusal_is_said_without_the_address(status: int, error: str) -> None:
    now = timezone.now()
    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    FindingRow.objects.create(
        cluster=cluster, rule="no-leader", severity="critical", since=now, opened_at=now, seen_at=now
    )
    with serving(says("no", status=status, Location="http://127.0.0.1:1/elsewhere")) as url:
        Channel.objects.create(name="hook", secrets=secret_values(url=f"{url}/very-secret"))
        plan_notices(cluster, now)
        deliver(now)
    Channel.objects.update(secrets=secret_values(url="http://127.0.0.1:1/very-secret"))
    (notice,) = Notice.objects.all()
    assert error in notice.error
    assert "very-secret" not in notice.error


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("https://example.com/hook", True),
        ("http://127.0.0.1:8000/hook?key=1", True),
        ("HTTPS://example.com", True),
        ("https://", False),
        ("https://[::1", False),
        ("https://example.com:port/", False),
        ("file:///etc/passwd", False),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", True),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd", False),
    ],
)
def test_web_addresses_are_taken_where_they_lead_somewhere(address: str, is_taken: bool) -> None:
    assert (objection_to(address) == "") == is_taken
