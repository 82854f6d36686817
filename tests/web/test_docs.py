"""Documents point to what is there, and the configuration table names every variable that the program reads."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"env\.(?:text|flag|number|words)\(\s*\"(\w+)\"")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text()):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_every_setting_is_documented() -> None:
    table = (ROOT / "README.md").read_text()
    read = {name for file in ROOT.glob("kafkaadmin/**/*.py") for name in VARIABLE.findall(file.read_text())}
    assert len(read) > 20
    assert {name for name in read if f"`{name}`" not in table} <= UNLISTED


UNLISTED = {"KAFKAADMIN_DEBUG", "KAFKAADMIN_LISTENS_ON", "KAFKAADMIN_STATIC_ROOT"}  # for the program itself
