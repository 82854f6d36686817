"""The chart, rendered: what an operator would notice before and after installing it."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from helm.values_schema import readme, schema

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/kafkaadmin"
TOOLS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kafkaadmin/tools"
HELM, VALIDATE = TOOLS / "bin/helm", TOOLS / "validate/bin/kubernetes-validate"
CASES = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").glob("*.yaml"))
Object = dict[str, Any]

pytestmark = pytest.mark.skipif(not HELM.exists(), reason="there is no helm: scripts/install-validators.sh says why")


def helm(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(HELM), *arguments], capture_output=True, text=True, timeout=60)


@cache
def rendered(case: str, *more: str) -> str:
    ended = helm("template", "my-kafka-ui", str(CHART), "-f", str(CHART / f"ci/{case}-values.yaml"), *more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def objects(case: str, kind: str = "", *more: str) -> list[Object]:
    manifests = [manifest for manifest in yaml.safe_load_all(rendered(case, *more)) if manifest]
    return [manifest for manifest in manifests if not kind or manifest["kind"] == kind]


def pods(case: str, *more: str) -> dict[str, Object]:
    """Return the pod templates of our own workloads by name."""
    return {
        deployment["metadata"]["name"]: deployment["spec"]["template"]
        for deployment in objects(case, "Deployment", *more)
    }


def notes(folder: Path, case: str, *more: str) -> str:
    """Return what is said after installing: a copy of the chart shows its notes as if they were an object."""
    shutil.copytree(CHART, folder / "chart")
    asking = 'notes: |{{ include (print .Template.BasePath "/NOTES.txt") . | nindent 2 }}'
    (folder / "chart/templates/shown.yaml").write_text(asking)
    values = ("-f", str(CHART / f"ci/{case}-values.yaml"))
    ended = helm("template", "x", str(folder / "chart"), *values, *more, "--show-only", "templates/shown.yaml")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def environment(pod: Object) -> dict[str, Any]:
    return {variable["name"]: variable.get("value") for variable in pod["spec"]["containers"][0]["env"]}


def test_lint_finds_nothing() -> None:
    ended = helm("lint", "--strict", str(CHART))
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("case", CASES)
def test_every_object_is_valid_by_kubernetes_own_schemas(case: str, tmp_path: Path) -> None:
    if not VALIDATE.exists():
        pytest.skip("there is no kubernetes-validate: scripts/install-validators.sh installs it")
    file = tmp_path / "objects.yaml"
    validated = [manifest for manifest in objects(case) if "monitoring.coreos" not in manifest["apiVersion"]
             and "gateway.networking" not in manifest["apiVersion"]]  # fmt: skip
    file.write_text(yaml.safe_dump_all(validated))
    ended = subprocess.run([str(VALIDATE), "--strict", "-k", "1.33", str(file)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("case", CASES)
def test_nothing_secret_is_in_a_config_map(case: str) -> None:
    for config_map in objects(case, "ConfigMap"):
        assert "hidden" not in json.dumps(config_map)
        assert "password" not in json.dumps(config_map.get("data", {})).lower()


def test_a_kafka_ui_user_keeps_names_service_and_configuration() -> None:
    (service,) = objects("kafka-ui", "Service")
    assert service["metadata"]["name"] == "my-kafka-ui"
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"][0]["nodePort"] == 30080
    config = next(secret for secret in objects("kafka-ui", "Secret") if secret["metadata"]["name"].endswith("-config"))
    document = yaml.safe_load(config["stringData"]["config.yml"])
    assert document["kafka"]["clusters"][0]["bootstrapServers"] == "my-kafka-headless:9092"
    assert "auth" not in document
    (ingress,) = objects("kafka-ui", "Ingress")
    assert ingress["spec"]["rules"][0]["host"] == "kafka-ui.example.org"
    (pod,) = pods("kafka-ui").values()
    assert "kafka-ui.example.org" in environment(pod)["KAFKAADMIN_ALLOWED_HOSTS"]


@pytest.mark.parametrize("case", CASES)
def test_every_container_of_ours_is_confined(case: str) -> None:
    for name, pod in pods(case).items():
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        for container in [*spec["containers"], *spec.get("initContainers", [])]:
            context = container["securityContext"]
            assert context["runAsNonRoot"], name
            assert context["readOnlyRootFilesystem"], name
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_scraped_twice(case: str) -> None:
    annotated = [service for service in objects(case, "Service")
                 if "prometheus.io/scrape" in service["metadata"].get("annotations", {})]  # fmt: skip
    monitors = objects(case, "ServiceMonitor")
    assert len(annotated) + len(monitors) == 1
    assert all("prometheus.io/scrape" not in pod["metadata"]["annotations"] for pod in pods(case).values())


def test_one_sqlite_has_one_pod() -> None:
    (deployment,) = objects("all-in-one", "Deployment", "--set", "replicaCount=5")
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}


def test_distributed_has_its_parts_and_takes_credentials_from_existing_secrets() -> None:
    deployments = {
        deployment["metadata"]["name"].removeprefix("my-kafka-ui-kafkaadmin"): deployment
        for deployment in objects("distributed", "Deployment")
    }
    assert {name: deployment["spec"]["replicas"] for name, deployment in deployments.items()} == {
        "": 3,
        "-worker": 3,
        "-beat": 1,
    }
    pod = deployments[""]["spec"]["template"]["spec"]
    assert pod["initContainers"][0]["args"] == ["migrate", "--allow-refused"]
    mounted = {volume["name"]: volume["projected"]["sources"] for volume in pod["volumes"] if "projected" in volume}
    items = [source["secret"] for sources in mounted.values() for source in sources]
    assert {"name": "my-kafka-jaas", "items": [{"key": "inter-broker-password", "path": "password"}]} in items
    assert {"name": "my-user", "items": [{"key": "sasl.jaas.config", "path": "jaas"}]} in items
    places = {mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    assert {"/etc/kafkaadmin/credentials/my-kafka", "/etc/kafkaadmin/credentials/my-strimzi"} <= places
    assert objects("distributed", "PodDisruptionBudget")


def test_a_worker_or_beat_that_hangs_is_started_again() -> None:
    pod_by_component = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod for pod in pods("distributed").values()
    }
    for name in ("worker", "beat"):
        spec = pod_by_component[name]["spec"]
        assert spec["containers"][0]["livenessProbe"]["exec"]["command"] == ["kafkaadmin", "alive", name]
        assert "livenessProbe" not in spec["initContainers"][0]


def test_everything_is_under_the_base_path() -> None:
    pod = pods("everything")["my-kafka-ui-kafkaadmin"]
    values = environment(pod)
    assert values["KAFKAADMIN_BASE_PATH"] == "/kafka"
    assert values["KAFKAADMIN_TRUSTED_PROXY"] == "true"
    container = pod["spec"]["containers"][0]
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        assert container[probe]["httpGet"]["path"] in {"/healthz", "/readyz"}
    (monitor,) = objects("everything", "ServiceMonitor")
    assert monitor["spec"]["endpoints"][0]["path"] == "/metrics"
    (route,) = objects("everything", "HTTPRoute")
    (rule,) = route["spec"]["rules"]
    assert rule["matches"][0]["path"]["value"] == "/kafka"
    assert rule["filters"][0]["urlRewrite"]["path"]["replacePrefixMatch"] == "/"


def test_burrows_users_find_port_8000() -> None:
    ports = {
        service["metadata"]["name"]: service["spec"]["ports"][0]["port"] for service in objects("everything", "Service")
    }
    assert ports["my-kafka-ui-burrow"] == 8000


def test_rules_and_dashboards_are_those_of_the_repository() -> None:
    for source, copy in (("deploy/prometheus/rules", "rules"), ("deploy/grafana/dashboards", "dashboards")):
        packaged = {path.name: path.read_text() for path in (ROOT / source).iterdir()}
        assert packaged == {path.name: path.read_text() for path in (CHART / copy).iterdir()}
    (rule,) = objects("everything", "PrometheusRule")
    assert {group["name"] for group in rule["spec"]["groups"]} >= {"kafkaadmin-brokers", "kafkaadmin-lag"}
    boards = [
        config_map for config_map in objects("everything", "ConfigMap") if "dashboard" in config_map["metadata"]["name"]
    ]
    assert len(boards) == 4
    assert all(board["metadata"]["labels"]["grafana_dashboard"] == "1" for board in boards)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("mode=distributed", "needs externalDatabase.existingSecret"),
        ("replicacount=3", "not allowed"),
        ("mode=other", "mode"),
        ("clusterCredentials.a.username=b", "existingSecret"),
    ],
)
def test_a_slip_is_refused_with_a_reason(setting: str, reason: str) -> None:
    ended = helm("template", "x", str(CHART), "--set", setting)
    assert ended.returncode != 0
    assert reason in ended.stderr


def test_the_notes_say_that_sign_in_stays(tmp_path: Path) -> None:
    assert "auth.type: disabled of kafka-ui is not taken over" in notes(tmp_path, "kafka-ui")


def test_schema_and_readme_are_built_from_the_values() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert json.loads((CHART / "values.schema.json").read_text()) == schema(values)
    assert (CHART / "README.md").read_text() == readme()


def test_the_charts_version_is_the_programs() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert f"## {chart['appVersion']}" in (ROOT / "CHANGELOG.md").read_text()
