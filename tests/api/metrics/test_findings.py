"""Findings through the API: no more than the grants cover, worst first, and silence on the record."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from api.metrics.silence import SilenceIn
from clusters.models import Cluster
from core.encryption import SecretValues
from metrics.findings.forms import SILENCES
from metrics.models import Channel, FindingRow, Notice
from tests.api.conftest import V1, Program, person, program_of

pytestmark = pytest.mark.django_db
PROD = f"{V1}/clusters/prod/findings"


def finding(cluster: Cluster, **fields: Any) -> FindingRow:
    now = timezone.now()
    values = {"rule": "broker-down", "severity": "critical", "since": now, "opened_at": now, "seen_at": now} | fields
    return FindingRow.objects.create(cluster=cluster, **values)


@pytest.fixture
def prod(db: None) -> Cluster:
    return Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")


def subjects(program: Program, path: str) -> list[str]:
    return [row["subject"] for row in program.get(path)["items"]]


def test_what_is_wrong_is_listed_worst_first_in_pages(prod: Cluster, vera: Program) -> None:
    for number, severity in enumerate(("info", "critical", "warning", "critical")):
        finding(prod, subject=f"broker {number}", severity=severity)
    finding(prod, subject="untold", opened_at=None)
    finding(prod, subject="over", resolved_at=timezone.now())
    first = vera.get(f"{PROD}?limit=3")
    assert [row["severity"] for row in first["items"]] == ["critical", "critical", "warning"]
    (last,) = vera.get(f"{PROD}?limit=3&cursor={first['next']}")["items"]
    assert (last["severity"], last["cluster"], last["title"]) == ("info", "prod", "A broker is down")
    assert subjects(vera, f"{PROD}?state=resolved") == ["over"]
    assert len(subjects(vera, f"{PROD}?state=all")) == 5
    assert subjects(vera, f"{PROD}?severity=warning") == ["broker 2"]
    assert subjects(vera, f"{PROD}?q=BROKER+3&rule=broker-down") == ["broker 3"]


def test_all_clusters_at_once_are_those_that_one_may_see(prod: Cluster, vera: Program) -> None:
    other = Cluster.objects.create(slug="other", name="other", bootstrap_servers="127.0.0.1:1")
    finding(prod, subject="broker 1")
    finding(other, subject="broker 2", severity="warning")
    assert subjects(vera, f"{V1}/findings") == ["broker 1", "broker 2"]
    pat = program_of(person("pat", clusters="other"))
    assert subjects(pat, f"{V1}/findings") == ["broker 2"]
    narrow = program_of(person("narrow", role="custom", actions=["clusters.view"]))
    assert subjects(narrow, f"{V1}/findings") == []
    token = program_of(person("two"), clusters="prod")
    assert subjects(token, f"{V1}/findings") == ["broker 1"]


def test_what_no_grant_covers_is_not_told(prod: Cluster) -> None:
    pat = program_of(person("pat", clusters="prod", resources="mine*"))
    theirs = finding(prod, rule="group-error", subject="theirs")
    covered = finding(prod, rule="group-error", subject="mine")
    lost = finding(prod, rule="no-leader", names=["theirs-1: no leader", "mine-2: no leader"])
    for path in (PROD, f"{V1}/findings"):
        assert subjects(pat, path) == ["", "mine"]
        assert "theirs" not in str(pat.get(path))
    assert pat("GET", f"{PROD}/{theirs.pk}").status_code == 404
    assert pat.get(f"{PROD}/{covered.pk}")["subject"] == "mine"
    details = pat.get(f"{PROD}/{lost.pk}")
    assert (details["names"], details["hidden"]) == (["mine-2: no leader"], True)


def test_one_tells_what_it_means_who_was_told_and_what_was_before(prod: Cluster, vera: Program) -> None:
    before = finding(prod, subject="broker 1", resolved_at=timezone.now(), opened_at=timezone.now() - timedelta(days=1))
    finding(prod, subject="broker 2")
    current = finding(prod, subject="broker 1")
    address: dict[str, Any] = {"secrets": SecretValues(url="json://very-secret")}
    channel = Channel.objects.create(name="ops", **address)
    Notice.objects.create(channel=channel, finding=current, event="opened", error="It could not be sent.")
    response = vera("GET", f"{PROD}/{current.pk}")
    change = response.json()
    assert all(change[name] for name in ("meaning", "causes", "action", "link"))
    (notice,) = change["notices"]
    assert (notice["channel"], notice["sent_at"], notice["error"]) == ("ops", None, "It could not be sent.")
    assert "very-secret" not in response.content.decode()
    assert [row["id"] for row in vera.get(f"{PROD}/{current.pk}/history")["items"]] == [before.pk]
    assert vera("GET", f"{PROD}/{10**30}").status_code == 404


def test_silence_is_planned_kept_recorded_and_ended(prod: Cluster, ada: Program) -> None:
    current = finding(prod, subject="broker 1")
    path = f"{PROD}/{current.pk}/silence"
    body = {"hours": 8, "reason": "a disk is changed"}
    trial = ada("POST", f"{path}?dry_run=true", body).json()
    assert (trial["done"], trial["steps"][0]["after"]) == (False, "8 h: a disk is changed")
    assert not AuditEntry.objects.exists()
    assert ada("POST", f"{path}?plan={trial['plan']}", body, Idempotency_Key="once").status_code == 200
    again = ada("POST", f"{path}?plan={trial['plan']}", body, Idempotency_Key="once")
    assert again.headers["Idempotent-Replayed"] == "true"
    details = ada.get(f"{PROD}/{current.pk}")
    assert (details["silenced_by"], details["silenced_reason"]) == ("ada", "a disk is changed")
    assert subjects(ada, f"{PROD}?silenced=true") == ["broker 1"]
    assert subjects(ada, f"{PROD}?silenced=false") == []
    assert ada("POST", f"{path}?plan={trial['plan']}", body).status_code == 409
    assert ada("DELETE", path).json()["done"]
    assert ada.get(f"{PROD}/{current.pk}")["silenced_until"] is None
    assert ada("DELETE", path).json()["steps"] == []
    entries = AuditEntry.objects.order_by("pk").values_list("action", "resource", "outcome")
    assert list(entries) == [("findings.silence", "broker-down broker 1", "done")] * 2


def test_what_is_over_cannot_be_silenced_and_a_reason_is_needed(prod: Cluster, ada: Program) -> None:
    over, current = finding(prod, resolved_at=timezone.now()), finding(prod)
    response = ada("POST", f"{PROD}/{over.pk}/silence", {"hours": 8, "reason": "x"})
    assert (response.status_code, "resolved already" in response.json()["detail"]) == (409, True)
    for wrong in ({"hours": 8}, {"hours": 8, "reason": " "}, {"hours": 9, "reason": "x"}):
        assert ada("POST", f"{PROD}/{current.pk}/silence", wrong).status_code == 422
    assert not FindingRow.objects.exclude(silenced_until=None).exists()


def test_a_viewer_silences_nothing(prod: Cluster, vera: Program) -> None:
    current = finding(prod)
    assert vera("POST", f"{PROD}/{current.pk}/silence", {"hours": 8, "reason": "x"}).status_code == 403
    assert vera("DELETE", f"{PROD}/{current.pk}/silence").status_code == 403
    assert AuditEntry.objects.filter(action="findings.silence", outcome="refused").count() == 2


def test_the_hours_are_those_of_the_page() -> None:
    hours = get_args(SilenceIn.model_fields["hours"].annotation)
    assert [str(hour) for hour in hours] == [choice for choice, _ in SILENCES]
