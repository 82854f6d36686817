"""Objects that Kubernetes itself does not know, held against what their own documents name and we use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.helm.test_chart import CASES, HELM, objects

FOLDER = Path(__file__).parent / "schemas"
KINDS = sorted(path.stem for path in FOLDER.iterdir())

pytestmark = pytest.mark.skipif(not HELM.exists(), reason="there is no helm: scripts/install-validators.sh says why")


def errors(kind: str, manifest: dict[str, Any]) -> list[str]:
    validator = jsonschema_rs.validator_for(json.loads((FOLDER / f"{kind}.json").read_text()))
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(manifest)]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_object_is_valid(kind: str, case: str) -> None:
    for manifest in objects(case, kind):
        assert errors(kind, manifest) == []


def test_every_kind_is_there_and_no_other_is() -> None:
    own = {"v1", "apps/v1", "autoscaling/v2", "networking.k8s.io/v1", "policy/v1"}
    assert {manifest["kind"] for manifest in objects("everything") if manifest["apiVersion"] not in own} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "slip"),
    [
        ("ServiceMonitor", lambda spec: spec["endpoints"][0].update(interval="30 seconds")),
        ("ServiceMonitor", lambda spec: spec.update(endpoint=spec.pop("endpoints"))),
        ("PrometheusRule", lambda spec: spec["groups"][0]["rules"][0].pop("expr")),
        ("PrometheusRule", lambda spec: spec["groups"][0].update(intervall="1m")),
        ("HTTPRoute", lambda spec: spec["rules"][0]["backendRefs"][0].update(port="http")),
        ("HTTPRoute", lambda spec: spec["rules"][0]["matches"][0]["path"].update(type="Prefix")),
        ("HTTPRoute", lambda spec: spec.update(hostnames=["https://kafka.example.org"])),
    ],
)
def test_a_slip_would_be_noticed(kind: str, slip: Callable[[dict[str, Any]], Any]) -> None:
    (manifest,) = objects("everything", kind)
    slip(manifest["spec"])
    assert errors(kind, manifest) != []
