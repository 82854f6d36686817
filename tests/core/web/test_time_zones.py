"""Times in the viewer's zone on pages; UTC on hover, for programs, and without a cookie."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from clusters.form_fields import moment
from clusters.models import Cluster
from core.web.time_zones import zone_called
from kafkaadmin.areas import navigation
from metrics.charts.time_range import range_from_query
from metrics.models import FindingRow
from tests.api.conftest import V1, program_of

WINTER, SUMMER = datetime(2026, 1, 2, 23, 30, tzinfo=UTC), datetime(2026, 7, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Else", "Europe", "../../etc/passwd", "/etc/passwd", "a" * 1000, "Europe/Berlin\0", "ä"]
)
def test_what_is_no_zone_is_utc(name: str) -> None:
    assert zone_called(name) is UTC


@pytest.mark.parametrize(
    ("zone", "at", "local"),
    [
        ("Europe/Berlin", WINTER, "2026-01-03 00:30:00 CET"),
        ("Europe/Berlin", SUMMER, "2026-07-03 01:30:00 CEST"),
        ("Asia/Kolkata", WINTER, "2026-01-03 05:00:00 IST"),
        ("America/Argentina/Ushuaia", WINTER, "2026-01-02 20:30:00 -03"),
        ("UTC", WINTER, "2026-01-02 23:30:00 UTC"),
        ("Asia/Tokyo", datetime.max.replace(tzinfo=UTC), "9999-12-31 23:59:59 UTC"),  # no calendar goes on there
    ],
)
def test_a_moment_is_local_with_utc_on_hover(zone: str, at: datetime, local: str) -> None:
    with timezone.override(zone_called(zone)):
        written = Template("{{ at|exact }} {{ at|ago }} {% zone %}").render(Context({"at": at}))
        assert moment().label == f"Time ({zone})"
    utc = f"{at:%Y-%m-%d %H:%M:%S} UTC"
    assert f'<time datetime="{at.isoformat()}" title="{utc}">{local}</time>' in written
    assert f'title="{local if local == utc else f"{local} = {utc}"}"' in written
    assert written.endswith(zone)


@pytest.mark.django_db
def test_pages_follow_the_cookie_and_the_api_does_not(admin: Client) -> None:
    cluster = Cluster.objects.create(slug="c", name="c", bootstrap_servers="127.0.0.1:1")
    finding = FindingRow.objects.create(
        cluster=cluster, rule="no-leader", severity="critical", since=WINTER, opened_at=WINTER, seen_at=WINTER,
        silenced_by="ada", silenced_until=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    path = f"/clusters/c/alerts/{finding.pk}/"
    assert "2099-01-01 00:00:00 UTC" in admin.get(path).content.decode()
    admin.cookies["kafkaadmin_timezone"] = "Asia/Tokyo"
    page = admin.get(path).content.decode()
    assert "2099-01-01 09:00:00 JST" in page
    assert 'title="2099-01-01 00:00:00 UTC"' in page
    assert 'title="2026-01-03 08:30:00 JST = 2026-01-02 23:30:00 UTC"' in page
    with_token = program_of(User.objects.get(username="ada"))
    with_token.client.cookies["kafkaadmin_timezone"] = "Asia/Tokyo"
    assert with_token.get(f"{V1}/clusters/c/findings/{finding.pk}")["since"] == "2026-01-02T23:30:00Z"
    assert timezone.get_current_timezone_name() == "UTC", "the zone ends with the request"


def test_a_range_without_a_zone_is_in_the_viewers() -> None:
    query = {"from": "2026-01-03T00:30", "to": "2026-01-03T01:30"}
    chosen = range_from_query(query, 2_000_000_000, zone_called("Europe/Berlin"))
    assert (chosen.start, chosen.seconds) == (int(WINTER.timestamp()), 3600)


def test_a_path_has_a_cookie_of_its_own() -> None:
    assert navigation(RequestFactory().get("/"))["time_zone_cookie"] == "kafkaadmin_timezone"
