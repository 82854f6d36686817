"""The rules on imports refuse what they are there to refuse: forbidden ones, planted in a copy, are each named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("accounts", "api", "clusters", "core", "kafkaadmin", "lag", "metrics")
# Where it is planted, and what is imported.
PLANTED = [
    ("accounts/permissions.py", "kafkaadmin.areas"),
    ("clusters/access.py", "kafkaadmin.urls"),
    ("clusters/views.py", "api.root"),
    ("core/memory.py", "accounts.models"),
    ("core/data_dir.py", "core.web.page"),
    ("lag/forms.py", "api.root"),
    ("metrics/views.py", "lag.models"),
    ("lag/views.py", "metrics.models"),
    ("clusters/groups/plan.py", "clusters.topics.views"),
    ("clusters/gateway/brokers.py", "clusters.models"),
    ("lag/records/commits.py", "lag.verdicts.rules"),
    ("lag/windows/window.py", "lag.collecting.collector"),
    ("metrics/catalogue/samples.py", "metrics.charts.drawing"),
    ("kafkaadmin/settings.py", "kafkaadmin.cli"),
    ("lag/records/wire.py", "django.db"),
    ("clusters/importers/jaas.py", "celery"),
    ("metrics/catalogue/plots.py", "django.conf"),
]


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the check says of a copy that has all of them."""
    folder: Path = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    shutil.copy(ROOT / ".importlinter", folder)
    for file, module in PLANTED:
        with (folder / file).open("a") as source:
            source.write(f"\nimport {module}\n")
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 1, checked.stdout + checked.stderr
    return checked.stdout


@pytest.mark.parametrize(("file", "module"), PLANTED, ids=lambda value: value)
def test_a_forbidden_import_is_refused(refusals: str, file: str, module: str) -> None:
    importer = file.removesuffix(".py").replace("/", ".")
    imported = module.partition(".")[0] if module.startswith(("django", "celery")) else module
    assert f"{importer} -> {imported} (l." in refusals


def test_no_import_is_excused() -> None:
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text()
