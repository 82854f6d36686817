"""The alert that a schema registry is away: it begins, ends when the registry is back, and when there is none."""

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Cluster
from clusters.schemas.findings import UNREACHABLE, look
from metrics.findings.store import look_for_findings
from metrics.models import FindingRow
from tests.clusters.schemas.conftest import mirror_schemas
from tests.kafka.ports import free_ports
from tests.metrics.servers import Handler, says, serving
from tests.registries import local_with_registry, set_registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(db: None) -> Cluster:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    return local_with_registry(url)


def empty_registry(handler: Handler) -> None:
    settings = '{"compatibilityLevel": "FULL", "mode": "READWRITE"}'
    says("[]" if handler.path.startswith("/subjects") else settings)(handler)


def test_a_registry_that_is_away_is_an_alert_until_it_is_back(away: Cluster, admin: Client) -> None:
    assert look(away, frozenset()).rules == frozenset()  # nobody has looked yet
    mirror_schemas(away)
    look_for_findings(away, timezone.now())
    FindingRow.objects.update(opened_at=timezone.now())
    page = admin.get("/clusters/local/alerts/").content.decode()
    assert "The schema registry is unreachable" in page
    assert 'href="/clusters/local/schemas/"' in page
    with serving(empty_registry) as url:
        set_registry(away, url)
        mirror_schemas(away)
        look_for_findings(away, timezone.now())
    assert not FindingRow.objects.filter(rule=UNREACHABLE, resolved_at=None).exists()


def test_a_cluster_whose_registry_was_removed_has_no_such_alert(away: Cluster) -> None:
    mirror_schemas(away)
    assert [finding.rule for finding in look(away, frozenset()).findings] == [UNREACHABLE]
    away.registries.all().delete()
    assert look(away, frozenset()).rules == {UNREACHABLE}
    assert look(away, frozenset()).findings == ()
