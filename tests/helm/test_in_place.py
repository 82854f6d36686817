"""A kafka-ui release, upgraded to this chart with its own values: what keeps its name, is taken, is refused."""

from pathlib import Path

import pytest
import yaml

from tests.helm.test_chart import CHART, HELM, environment, helm, notes, objects, pods

ALL_KEYS = "kafka-ui-all-keys"
VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]

pytestmark = pytest.mark.skipif(not HELM.exists(), reason="there is no helm: scripts/install-validators.sh says why")


@pytest.mark.parametrize("kind", ["Ingress", "Service"])
def test_what_kafka_ui_is_reached_by_stays_the_same_object(kind: str) -> None:
    (manifest,) = objects("kafka-ui", kind)
    assert manifest["metadata"]["name"] == "my-kafka-ui"


def test_probes_labels_and_history_of_kafka_ui_are_taken() -> None:
    (pod,) = pods(ALL_KEYS).values()
    probe = pod["spec"]["containers"][0]["livenessProbe"]
    assert probe["periodSeconds"] == 30
    assert probe["failureThreshold"] == 6  # ours, where kafka-ui's says nothing
    assert pod["spec"]["containers"][0]["readinessProbe"]["timeoutSeconds"] == 10
    (service,) = objects(ALL_KEYS, "Service")
    assert service["metadata"]["labels"]["team"] == "data"
    (deployment,) = objects(ALL_KEYS, "Deployment")
    assert deployment["spec"]["revisionHistoryLimit"] == 3


@pytest.mark.parametrize(
    ("settings", "image"),
    [
        ("image.tag=v0.7.2", f"kafkaadmin:{VERSION}"),
        ("image.tag=latest", f"kafkaadmin:{VERSION}"),
        ("image.registry=ghcr.io,image.tag=main", f"kafkaadmin:{VERSION}"),
        ("image.tag=0.1.0-fixed", "kafkaadmin:0.1.0-fixed"),
        ("image.registry=mirror.example.org,image.tag=v1.3.0", f"mirror.example.org/kafkaadmin:{VERSION}"),
        ("image.repository=kafkaadmin,image.tag=latest", "kafkaadmin:latest"),
        ("image.registry=ghcr.io,image.repository=us/kafkaadmin,image.tag=main", "ghcr.io/us/kafkaadmin:main"),
        ("image.tag=null", f"kafkaadmin:{VERSION}"),
    ],
)
def test_registry_and_tag_of_kafka_ui_do_not_make_an_image_of_ours(settings: str, image: str) -> None:
    (pod,) = pods("kafka-ui", "--set", settings).values()
    assert pod["spec"]["containers"][0]["image"] == image


def test_the_notes_name_what_of_an_image_is_not_used(tmp_path: Path) -> None:
    said = notes(tmp_path, "kafka-ui", "--set", "image.registry=docker.io,image.tag=v0.7.2")
    assert "image.registry docker.io is taken for kafka-ui's" in said
    assert "image.tag v0.7.2 is taken for kafka-ui's" in said


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("ingress.hosts={a.example.org}", "set ingress.host, one name"),
        ("externalDatabase.existingSecretKey=url", "set externalDatabase.existingSecretUrlKey"),
        ("persistence.storageClassName=fast", "set persistence.storageClass"),
        ("worker.replicas=2", "/worker"),
        ("ingress.tls.hosts={a}", "/ingress/tls"),
        ("metrics.serviceMonitor.enable=true", "/metrics/serviceMonitor"),
        ("yamlApplicationConfigSecret.key=config.yml", "/yamlApplicationConfigSecret"),
    ],
)
def test_a_slip_below_the_top_is_refused_where_it_is(setting: str, reason: str) -> None:
    ended = helm("template", "x", str(CHART), "--set", setting)
    assert ended.returncode != 0
    assert reason in ended.stderr


OPEN = """
resources: {claims: [{name: gpu}]}
affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}
podLabels: {team: data}
podAnnotations: {example.org/a: b}
nodeSelector: {disk: fast}
livenessProbe: {terminationGracePeriodSeconds: 9}
metrics: {dashboards: {enabled: true, labels: {folder: kafka}}}
ingress: {annotations: {example.org/a: b}, labels: {a: b}}
envs: {config: {ANY_NAME: a}, secretMappings: {OTHER: {name: a, keyName: b}}}
yamlApplicationConfig: {kafka: {clusters: []}, spring: {anything: [{at: all}]}}
securityContext: {procMount: Default}
"""


def test_what_is_free_in_kubernetes_and_in_kafka_ui_stays_free(tmp_path: Path) -> None:
    assert yaml.safe_load(OPEN)
    (tmp_path / "open.yaml").write_text(OPEN)
    ended = helm("template", "x", str(CHART), "-f", str(tmp_path / "open.yaml"))
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("auth_type", "role", "given", "said"),
    [
        ("disabled", "viewer", "viewer", "EVERYBODY WHO REACHES THE PAGES IS VIEWER"),
        ("DISABLED", "admin", "admin", "EVERYBODY WHO REACHES THE PAGES IS ADMIN"),
        ("disabled", "", None, "auth.type: disabled of kafka-ui is not taken over by itself"),
        ("LOGIN_FORM", "viewer", None, "auth.anonymousRole: viewer has no effect"),
        ("", "operator", None, "auth.anonymousRole: operator has no effect"),
    ],
)
def test_sign_in_is_off_only_where_two_keys_say_so(
    auth_type: str, role: str, given: str | None, said: str, tmp_path: Path
) -> None:
    more = ("--set", f"yamlApplicationConfig.auth.type={auth_type},auth.anonymousRole={role}")
    (pod,) = pods("all-in-one", *more).values()
    assert environment(pod).get("KAFKAADMIN_ANONYMOUS_ROLE") == given
    assert said in notes(tmp_path, "all-in-one", *more)


def test_kafka_uis_environment_comes_before_its_file() -> None:
    more = ("--set", "yamlApplicationConfig.auth.type=disabled,envs.config.AUTH_TYPE=LDAP,auth.anonymousRole=admin")
    (pod,) = pods("all-in-one", *more).values()
    assert "KAFKAADMIN_ANONYMOUS_ROLE" not in environment(pod)


def test_a_role_that_is_not_there_is_refused() -> None:
    ended = helm("template", "x", str(CHART), "--set", "auth.anonymousRole=root")
    assert ended.returncode != 0
    assert "/auth/anonymousRole" in ended.stderr
