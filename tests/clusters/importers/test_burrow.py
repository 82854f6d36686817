import tomllib
from pathlib import Path

import pytest
import yaml

from clusters.declaration.declared import imported, read_file, store
from clusters.importers import burrow
from clusters.importers.types import DeclaredCluster, ImportRefused
from clusters.models import Cluster
from lag.models import LagSettings

FORK = """
general: {pidfile: burrow.pid}
logging: {level: info}
client-profile:
  Profile: {client-id: burrow-test, kafka-version: 0.11.0, sasl: scram}
sasl:
  scram: {mechanism: SCRAM-SHA-512, username: devops, password: hidden, handshake-first: true, extra: 1}
httpserver:
  default: {address: ":8000"}
cluster:
  Local:
    class-name: kafka
    servers: ["b1:9092", "b2:9092"]
    client-profile: profile
    topic-refresh: 60
    offset-refresh: 30
    groups-reaper-refresh: 30
consumer:
  local:
    class-name: kafka
    cluster: Local
    servers: ["b1:9092"]
    client-profile: profile
    group-denylist: ^(console-consumer-|python-kafka-consumer-).*$
    group-allowlist: ""
"""


def test_the_forks_own_file_becomes_a_cluster_with_its_lag_settings() -> None:
    imports = imported(yaml.safe_load(FORK))
    (cluster,) = imports.clusters
    assert cluster.name == "local"
    assert cluster.fields["bootstrap_servers"] == "b1:9092,b2:9092"
    assert (cluster.fields["security_protocol"], cluster.fields["sasl_mechanism"]) == (
        "SASL_PLAINTEXT",
        "SCRAM-SHA-512",
    )
    assert (cluster.fields["username"], cluster.secrets["password"]) == ("devops", "hidden")
    assert cluster.lag == {
        "topic_refresh": 60, "offset_refresh": 30, "groups_reaper_refresh": 30, "commit_allowlist": "",
        "commit_denylist": "^(console-consumer-|python-kafka-consumer-).*$",
    }  # fmt: skip
    assert {remark.split(":")[0] for remark in imports.remarks} == {
        "general",
        "logging",
        "httpserver",
        "sasl.scram.extra",
    }
    assert "hidden" not in repr(imports)


def test_toml_and_one_storage_and_evaluator_for_all_clusters() -> None:
    document = tomllib.loads(
        """
        [cluster.a]
        class-name = "kafka"
        servers = ["a:9092"]
        [cluster.b]
        class-name = "kafka"
        servers = ["b:9092"]
        [storage.default]
        class-name = "inmemory"
        intervals = 15
        min-distance = 1
        [evaluator.default]
        class-name = "caching"
        allowed-lag = 3
        """
    )
    imports = burrow.read(document)
    assert [cluster.lag for cluster in imports.clusters] == [{"intervals": 15, "min_distance": 1, "allowed_lag": 3}] * 2
    assert imports.remarks == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cluster: {}", "no section cluster"),
        ("cluster: {a: {class-name: kafka}}", "cluster.a has no servers"),
        ("cluster: {a: {servers: [x:1], client-profile: gone}}", "client-profile.gone is referenced, but missing"),
        ("cluster: {a: {servers: [x:1]}}\nstorage: {a: {}, b: {}}", "Only one storage"),
        (
            "cluster: {a: {servers: [x:1]}}\nconsumer: {c: {cluster: a, Group-Blacklist: x}}",
            "consumer.c.group-blacklist is called group-denylist",
        ),
        (
            "cluster: {a: {servers: [x:1]}}\nstorage: {s: {group-whitelist: ''}}",
            "storage.s.group-whitelist is called group-allowlist",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ImportRefused, match=reason):
        burrow.read(yaml.safe_load(text))


PLACEHOLDERS = """
[cluster.prod]
class-name = "kafka"
servers = ["${HOST}:${PORT:9092}", "b:1"]
client-profile = "p"
[client-profile.p]
sasl = "s"
[sasl.s]
username = "${GONE}"
password = "${PASSWORD}"
[zookeeper]
servers = ["${ZOOKEEPER}"]
"""


@pytest.mark.parametrize("layout", ["toml", "yaml"])
def test_placeholders_are_replaced_and_those_without_a_value_are_named(
    layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PLACEHOLDERS if layout == "toml" else yaml.safe_dump(tomllib.loads(PLACEHOLDERS))
    (tmp_path / f"burrow.{layout}").write_text(text)
    monkeypatch.setenv("HOST", "a")
    monkeypatch.setenv("PASSWORD", "hidden")
    document = read_file(tmp_path / f"burrow.{layout}")
    imports = imported(document, files=True)
    (cluster,) = imports.clusters
    assert (cluster.fields["bootstrap_servers"], cluster.secrets["password"]) == ("a:9092,b:1", "hidden")
    gone = "sasl.s.username: ${GONE} has no value and no default"
    assert [remark for remark in imports.remarks if "${" in remark] == [gone]
    uploaded = imported(document)
    assert uploaded.clusters[0].secrets["password"] == "${PASSWORD}"
    assert "sasl.s.password: ${PASSWORD} has no value and no default" in uploaded.remarks


def test_certificates_are_read_from_files_only_where_that_is_allowed(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    pem.write_text("CERT")
    document = {
        "cluster": {"a": {"servers": ["x:1"], "client-profile": "p"}},
        "client-profile": {"p": {"tls": "t"}},
        "tls": {"t": {"cafile": str(pem)}},
    }
    (cluster,) = burrow.read(document, lambda path: Path(path).read_text()).clusters
    assert (cluster.fields["security_protocol"], cluster.fields["ca_pem"]) == ("SSL", "CERT")
    uploaded = burrow.read(document)
    assert "ca_pem" not in uploaded.clusters[0].fields
    assert uploaded.remarks == ("tls.t.cafile: paste the PEM text into the cluster's form",)


@pytest.mark.django_db
def test_storing_it_again_changes_nothing_and_keeps_what_it_does_not_say() -> None:
    (declared,) = imported(yaml.safe_load(FORK)).clusters
    for _ in range(2):
        store(declared)
        LagSettings.objects.update(intervals=7)
    settings = LagSettings.objects.get()
    assert Cluster.objects.get().lag_settings == settings
    assert (settings.offset_refresh, settings.intervals) == (30, 7)


@pytest.mark.django_db
@pytest.mark.parametrize("lag", [{"intervals": 0}, {"intervals": "many"}, {"commit_denylist": "("}])
def test_lag_settings_that_burrow_would_refuse_are_refused(lag: dict[str, object]) -> None:
    with pytest.raises(ImportRefused, match="lag settings for x"):
        store(DeclaredCluster("x", {"bootstrap_servers": "x:1"}, {}, lag))
