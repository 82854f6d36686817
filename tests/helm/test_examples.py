"""docs/examples/kubernetes: the values of all releases, which name each other's Services and Secrets."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusters.importers import kafka_ui
from tests.helm.test_chart import CHART, HELM, ROOT, helm

FOLDER = ROOT / "docs/examples/kubernetes"
PAGE = (ROOT / "docs/kubernetes.md").read_text()
COMMANDS = re.findall(r"^helm upgrade --install (\S+) (\S+) .*--values (docs/\S+)$", PAGE, re.MULTILINE)


def values(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return content


@pytest.fixture
def ours() -> list[dict[str, Any]]:
    """The objects of the command that the page gives."""
    if not HELM.exists():
        pytest.skip("there is no helm: scripts/install-validators.sh says why")
    ((release, chart, file),) = [command for command in COMMANDS if command[1] == "helm/kafkaadmin"]
    ended = helm("template", release, str(ROOT / chart), "--values", str(ROOT / file))
    assert ended.returncode == 0, ended.stderr
    return [manifest for manifest in yaml.safe_load_all(ended.stdout) if manifest]


def test_the_page_installs_every_file_that_is_there() -> None:
    assert {ROOT / file for _, _, file in COMMANDS} == set(FOLDER.iterdir())
    for path in FOLDER.iterdir():
        assert isinstance(values(path.stem), dict)


def test_in_place_of_kafka_ui_and_burrow(ours: list[dict[str, Any]]) -> None:
    services = {manifest["metadata"]["name"] for manifest in ours if manifest["kind"] == "Service"}
    assert services == {"my-kafka-ui", "my-kafka-ui-burrow"}
    config = next(manifest for manifest in ours if manifest["metadata"]["name"].endswith("-config"))
    imported = kafka_ui.read(yaml.safe_load(config["stringData"]["config.yml"]), {})
    assert imported.remarks == ()
    assert imported.clusters[0].metrics["source"] == "prometheus"


def test_kafkas_passwords_come_from_the_secret_that_the_page_makes(ours: list[dict[str, Any]]) -> None:
    made = re.search(r"kubectl create secret generic (\S+) \\\n(.*client-passwords.*)", PAGE)
    assert made
    keys = set(re.findall(r"--from-literal=([\w-]+)", made[2]))
    jaas = values("kafka")["auth"]["sasl"]["jaas"]
    assert jaas["existingSecret"] == made[1]
    (credentials,) = values("kafkaadmin")["clusterCredentials"].values()
    assert credentials["existingSecret"] == made[1]
    assert credentials["existingSecretPasswordKey"] in keys
    assert [credentials["username"]] == jaas["clientUsers"]  # one user, so that the list of passwords is a password
    assert f"User:{credentials['username']}" in values("kafka")["superUsers"]


def test_metrics_go_the_whole_way(ours: list[dict[str, Any]]) -> None:
    releases = {chart: release for release, chart, _ in COMMANDS}
    prometheus = f"http://{releases['prometheus-community/prometheus']}-server"
    assert values("kafka")["metrics"]["jmx"]["enabled"]
    (source,) = values("grafana")["datasources"]["datasources.yaml"]["datasources"]
    (cluster,) = values("kafkaadmin")["yamlApplicationConfig"]["kafka"]["clusters"]
    assert source["url"] == cluster["metrics"]["store"]["prometheus"]["url"] == prometheus
    assert cluster["metrics"]["matchers"] == f'app_kubernetes_io_instance="{releases["bitnami/kafka"]}"'
    label = values("grafana")["sidecar"]["dashboards"]
    boards = [
        manifest for manifest in ours if manifest["metadata"]["labels"].get(label["label"]) == label["labelValue"]
    ]
    assert len(boards) == len(list((CHART / "dashboards").iterdir()))


def test_prometheus_mounts_the_rules_that_the_page_loads() -> None:
    (mount,) = values("prometheus")["server"]["extraConfigmapMounts"]
    made = re.search(r"kubectl create configmap (\S+) --from-file=(\S+)", PAGE)
    assert made
    assert made[1] == mount["configMap"]
    (pattern,) = [
        rule_file
        for rule_file in values("prometheus")["serverFiles"]["prometheus.yml"]["rule_files"]
        if "*" in rule_file
    ]
    assert Path(pattern).parent == Path(mount["mountPath"])
    assert list((ROOT / made[2]).glob(Path(pattern).name))


def test_the_exporters_rules_are_those_that_kafkaadmin_offers() -> None:
    offered = yaml.safe_load((ROOT / "deploy/compose/jmx.yml").read_text())["rules"]
    for rule in yaml.safe_load(values("kafka")["metrics"]["jmx"]["extraRules"]):
        assert rule in offered
