"""Alert rules through the API: with a dry run, in the units of their kind, and only for who may define them."""

import pytest

from clusters.models import Cluster, Group
from metrics.models import AlertRule
from tests.api.conftest import V1, Program

pytestmark = pytest.mark.django_db
RULES = f"{V1}/alert-rules"


def test_a_rule_is_added_shown_changed_and_deleted(ada: Program, vera: Program) -> None:
    cluster = Cluster.objects.create(slug="prod", name="prod", bootstrap_servers="127.0.0.1:1")
    for name in ("billing", "search"):
        Group.objects.create(cluster=cluster, name=name, state="Stable", type="classic", time_lag=700)
    body = {"name": "late", "kind": "time-lag", "threshold": 600.5, "for_seconds": 60, "resource_glob": "b*"}
    trial = ada("POST", f"{RULES}?dry_run=true", body).json()
    assert {"kind": "add", "subject": "condition", "before": None,
            "after": "Time lag above 10 min for at least 1 min"} in trial["steps"]  # fmt: skip
    assert not AlertRule.objects.exists()
    assert ada("POST", f"{RULES}?plan={trial['plan']}", body).status_code == 201
    assert ada("POST", RULES, body).status_code == 422
    shown = ada.get(f"{RULES}/late")
    assert (shown["threshold"], shown["resources"], shown["met"], shown["enabled"]) == (600.5, 1, 1, True)
    assert ada("PATCH", f"{RULES}/late", {"enabled": False, "name": "a/b"}).status_code == 200
    assert [row["enabled"] for row in ada.get(RULES)] == [False]
    assert ada("DELETE", f"{RULES}/a%2Fb").json()["done"]
    assert ada("DELETE", f"{RULES}/a%2Fb").status_code == 404
    assert ada("POST", RULES, {"name": "late", "kind": "lag"}).json()["errors"].keys() == {"threshold"}
    assert vera("POST", RULES, body).status_code == 403
