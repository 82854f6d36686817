"""Who reaches the pods, by which name and path, and what a whole values file of kafka-ui becomes."""

from pathlib import Path
from typing import Any

import pytest
from django.http.request import validate_host

from tests.helm.test_chart import CASES, CHART, HELM, environment, helm, notes, objects, pods

ALL_KEYS = "kafka-ui-all-keys"

pytestmark = pytest.mark.skipif(not HELM.exists(), reason="there is no helm: scripts/install-validators.sh says why")


def allowed(case: str, host: str, *more: str, pod: str = "10.1.2.3") -> bool:
    """Return whether Django will answer to a host, once the kubelet has filled in the pod's address."""
    (values,) = (
        environment(template) for name, template in pods(case, *more).items() if not name.endswith(("-worker", "-beat"))
    )
    return validate_host(host, values["KAFKAADMIN_ALLOWED_HOSTS"].replace("$(POD_IP)", pod).split(","))


@pytest.mark.parametrize("case", CASES)
def test_prometheus_may_scrape_a_pod_by_its_address(case: str) -> None:
    assert allowed(case, "10.1.2.3")
    assert allowed(case, "[fd00::7]", pod="fd00::7")
    for pod in pods(case).values():
        names = [variable["name"] for variable in pod["spec"]["containers"][0]["env"]]
        assert names.index("POD_IP") < names.index("KAFKAADMIN_ALLOWED_HOSTS")  # else it is not filled in


def test_a_foreign_host_is_refused_unless_no_name_could_be_known() -> None:
    assert not allowed("all-in-one", "evil.example.org")
    assert not allowed("everything", "evil.example.org")
    assert allowed(ALL_KEYS, "10.11.12.13")  # a load balancer's address, and an ingress without a host
    assert not allowed(ALL_KEYS, "evil.example.org", "--set", "allowedHosts={10.11.12.13}")
    assert allowed("all-in-one", "192.168.1.4", "--set", "service.type=NodePort")


@pytest.mark.parametrize(
    ("settings", "base", "ingress"),
    [
        (["ingress.path=/kafka"], "/kafka", "/kafka"),
        (["ingress.path=/kafka/"], "/kafka", "/kafka"),
        (["ingress.path=/kafka(/|$)(.*)"], "/kafka", "/kafka(/|$)(.*)"),
        (["ingress.path=/", "basePath=/tools/kafka"], "/tools/kafka", "/tools/kafka"),
        (["ingress.path=/", "envs.config.SERVER_SERVLET_CONTEXT_PATH=/kui"], "/kui", "/kui"),
        (["ingress.path=/"], "/", "/"),
    ],
)
def test_one_setting_gives_program_and_ingress_their_path(settings: list[str], base: str, ingress: str) -> None:
    more = [
        part
        for setting in ["ingress.enabled=true", "ingress.host=x.example.org", *settings]
        for part in ("--set", setting)
    ]
    (pod,) = pods("all-in-one", *more).values()
    assert environment(pod)["KAFKAADMIN_BASE_PATH"] == base
    probe = pod["spec"]["containers"][0]["readinessProbe"]["httpGet"]["path"]
    assert probe == "/readyz"  # the pod itself answers without the base path
    (manifest,) = objects("all-in-one", "Ingress", *more)
    assert manifest["spec"]["rules"][0]["http"]["paths"][0]["path"] == ingress


def test_a_whole_values_file_of_kafka_ui_works() -> None:
    (pod,) = pods(ALL_KEYS).values()
    ours, proxy = pod["spec"]["containers"]
    assert proxy["image"].startswith("oauth2-proxy:0")
    assert environment(pod)["KAFKAADMIN_BASE_PATH"] == "/kui"
    assert "scheme" not in ours["readinessProbe"]["httpGet"]
    # The file says nothing of clusters, so those of the environment must not be refused for it.
    assert "KAFKAADMIN_CONFIG" not in environment(pod)
    secrets = {
        secret["metadata"]["name"]: secret["stringData"]
        for secret in objects(ALL_KEYS, "Secret")
        if "stringData" in secret
    }
    assert secrets["my-kafka-ui-kafkaadmin-env"]["KAFKA_CLUSTERS_0_NAME"] == "local"
    (policy,) = objects(ALL_KEYS, "NetworkPolicy")
    assert {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]} in policy["spec"]["egress"]
    assert {"from": [{"namespaceSelector": {"matchLabels": {"team": "data"}}}]} in policy["spec"]["ingress"]
    (ingress,) = objects(ALL_KEYS, "Ingress")
    first = ingress["spec"]["rules"][0]["http"]["paths"][0]
    assert first["backend"]["service"] == {"name": "other", "port": {"name": "web"}}


def test_the_notes_name_what_is_not_used(tmp_path: Path) -> None:
    shown = notes(tmp_path, ALL_KEYS)
    for said in (
        "replicaCount and autoscaling are not used",
        "useHttpsScheme is not used",
        "every host name",
        "/metrics",
    ):
        assert said in shown


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("externalDatabase.existingSecret=a", "mode=distributed"),
        ("clusterCredentials.a.existingSecret=b", "which key of b"),
        ("clusterCredentials.a/b.existingSecret=b", "cannot have /"),
    ],
)
def test_what_would_be_left_unused_is_refused(settings: str, reason: str) -> None:
    ended = helm("template", "x", str(CHART), "--set", settings)
    assert ended.returncode != 0
    assert reason in ended.stderr


def sources(entry: str) -> list[dict[str, Any]]:
    """Return what is mounted for a cluster named a."""
    (pod,) = pods("all-in-one", "--set-json", f'clusterCredentials={{"a": {entry}}}').values()
    (volume,) = (pod_volume for pod_volume in pod["spec"]["volumes"] if "projected" in pod_volume)
    return [source["secret"] for source in volume["projected"]["sources"]]


def test_a_certificate_of_strimzi_comes_with_its_clusters_ca() -> None:
    source_names = sources(
        '{"existingSecret": "me", "existingSecretCertificateKey": "user.crt",'
        ' "existingSecretPrivateKeyKey": "user.key", "existingCaSecret": "its-ca"}'
    )
    assert source_names == [
        {"name": "me", "items": [{"key": "user.crt", "path": "user.crt"}, {"key": "user.key", "path": "user.key"}]},
        {"name": "its-ca", "items": [{"key": "ca.crt", "path": "ca.crt"}]},
    ]


def test_the_policy_selects_neither_the_test_nor_what_is_built_in() -> None:
    (policy,) = objects("everything", "NetworkPolicy")
    labels = policy["spec"]["podSelector"]["matchLabels"].items()
    (test,) = objects("everything", "Pod")
    assert not labels <= test["metadata"]["labels"].items()
    for stateful_set in objects("everything", "StatefulSet"):
        assert not labels <= stateful_set["spec"]["template"]["metadata"]["labels"].items()


def test_an_image_of_kafka_uis_is_not_run() -> None:
    more = ("--set", "image.registry=docker.io,image.repository=provectuslabs/kafka-ui,image.tag=v0.7.2")
    (pod,) = pods("kafka-ui", *more).values()
    assert pod["spec"]["containers"][0]["image"].startswith("kafkaadmin:")
