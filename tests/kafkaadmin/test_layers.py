"""What import-linter does not see: template tags, included templates, and related names of layers above."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from clusters.models import Cluster

BELOW = {
    "core": {"core"},
    "accounts": {"accounts", "core"},
    "clusters": {"clusters", "accounts", "core"},
    "lag": {"lag", "clusters", "accounts", "core"},
    "metrics": {"metrics", "clusters", "accounts", "core"},
    "api": {"api", "lag", "metrics", "clusters", "accounts", "core"},
}
OWNERS = {
    "acls": "clusters", "approvals": "clusters", "bulk": "clusters",
    "brokers": "clusters", "clusters": "clusters", "configs": "clusters",
    "connect": "clusters", "elections": "clusters", "groups": "clusters", "jobs": "clusters", "manifests": "clusters",
    "protobuf_types": "clusters", "quorum": "clusters", "quotas": "clusters", "reassignment": "clusters",
    "schemas": "clusters",
    "topics": "clusters", "transactions": "clusters", "users": "clusters",
    "lag": "lag", "metrics": "metrics", "accounts": "accounts", "audit": "accounts", "people": "accounts",
    "api": "api", "parts": "core", "shell": "core", "django": "core",
}  # fmt: skip


def templates() -> Iterator[tuple[str, Path]]:
    """Yield each template with the app that it belongs to."""
    for folder in (settings.FILES / "templates", settings.FILES / "api" / "templates"):
        for path in sorted(folder.rglob("*.html")):
            area, *name = path.relative_to(folder).parts
            yield OWNERS[area] if name else "core", path


@pytest.mark.parametrize(("app", "path"), list(templates()), ids=lambda value: getattr(value, "name", value))
def test_a_template_takes_nothing_from_the_layers_above_it(app: str, path: Path) -> None:
    text, libraries = path.read_text(), engines["django"].engine.libraries  # type: ignore[attr-defined]
    names = [name for load in re.findall(r"{% load ([^%]+) %}", text) for name in load.split()]
    packages = {libraries[name].split(".")[0] for name in names}
    assert packages.isdisjoint(BELOW.keys() - BELOW[app])
    named = re.findall(r"""{% (?:include|extends) ["']([^"'/]+)/""", text)
    assert {OWNERS[area] for area in named} <= BELOW[app]


@pytest.mark.parametrize("app", ["accounts", "clusters", "lag", "metrics"])
def test_no_related_name_of_a_cluster_reaches_the_rows_of_a_layer_above_or_beside(app: str) -> None:
    names = {
        str(relation.get_accessor_name())
        for relation in Cluster._meta.related_objects
        if relation.related_model._meta.app_label not in BELOW[app]
    }
    pattern = re.compile(rf"\bcluster\.({'|'.join(sorted(names))})\b")
    sources = [*(settings.FILES / app).rglob("*.py"), *(path for owner, path in templates() if owner == app)]
    assert [path.name for path in sources if pattern.search(path.read_text())] == []
