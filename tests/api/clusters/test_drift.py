"""The manifest that is kept for a cluster, by the API and the command line."""

from collections.abc import Callable

import pytest

from clusters.models import Cluster, ClusterManifest
from tests.api.commands import Run, done
from tests.api.commands import run as run  # a fixture
from tests.api.conftest import LOCAL, Program
from tests.conftest import mirror
from tests.kafka.cluster import KafkaCluster

pytestmark = pytest.mark.django_db(transaction=True)
Unique = Callable[[str], str]


def test_programs_keep_show_and_clear_it(
    kafka: KafkaCluster, cluster: Cluster, run: Run, ada: Program, unique: Unique
) -> None:
    mirror(cluster)
    name = unique("missing")
    text = f"topics: {{{name}: {{partitions: 2, replication_factor: 1}}}}"
    assert run("drift", "show").exit_code == 1
    body = {"text": text, "remove": False}
    assert ada("PUT", f"{LOCAL}/drift/manifest?dry_run=true", body).json()["steps"][0]["kind"] == "add"
    assert not ClusterManifest.objects.exists()
    assert ada("PUT", f"{LOCAL}/drift/manifest", body).json()["done"]
    shown = run("drift", "show", "--now")
    assert shown.exit_code == 3, shown.output
    assert "2 partitions, replication factor 1" in shown.output
    assert ada.get(f"{LOCAL}/drift")["differences"] == 1
    assert done(run("drift", "manifest")) == text
    assert "removed" in done(run("drift", "clear"))
    assert not ClusterManifest.objects.exists()
