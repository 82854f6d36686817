"""Documents point to what is there, and the page of the configuration is what the program reads."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from accounts.declared_teams.document import read_teams
from accounts.single_sign_on.ldap.directories import directory_of
from accounts.single_sign_on.providers import provider_of
from accounts.single_sign_on.sign_in_file import each_of
from core import environment as env
from core.variables import CHAPTERS, VARIABLES
from scripts import configuration_page

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PROGRAM = [
    file
    for folder in ("kafkaadmin", "accounts", "api", "clusters", "lag", "metrics")
    for file in ROOT.glob(f"{folder}/**/*.py")
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
READ = re.compile(r"env(?:ironment)?\.(text|flag|number|words|choice)\(\s*\"(\w+)\"|envvar=(\")(KAFKA\w+)")
NAME = re.compile(r"\b(?:KAFKAADMIN_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text()):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def reads() -> set[tuple[str, str]]:
    """Return how and what the program reads: (flag, KAFKAADMIN_DEBUG)."""
    variables_read = {groups for file in PROGRAM for groups in READ.findall(file.read_text())}
    return {(how or "text", name or given) for how, name, _, given in variables_read}


def test_the_configuration_page_is_what_its_script_makes() -> None:
    built = configuration_page.page()
    assert configuration_page.PAGE.read_text() == built, "run python -m scripts.configuration_page"


def test_what_is_listed_is_what_is_read() -> None:
    assert {name for _, name in reads()} == set(VARIABLES)
    assert sum(len(chapter.variables) for chapter in CHAPTERS) == len(VARIABLES), "listed twice"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_document_names_a_variable_that_is_not_there(path: Path) -> None:
    named = {name.removesuffix("_FILE") for name in NAME.findall(path.read_text())}
    assert named <= set(VARIABLES) | {"KAFKAADMIN_"} | {"_KAFKAADMIN_COMPLETE"}


@pytest.mark.parametrize(("how", "name"), sorted(reads()))
def test_every_example_is_accepted_and_no_default_is_refused(
    how: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    read = "text" if how == "choice" else how
    default = getattr(env, read)(name)
    if VARIABLES[name].example:
        monkeypatch.setenv(name, VARIABLES[name].example)
        assert getattr(env, read)(name) != default, "an example that changes nothing shows nothing"


def test_the_readme_gives_the_same_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| `([^`|]+)` \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(rows) > 2
    for name, default in rows:
        assert default.removeprefix("./") == VARIABLES[name].default


def test_a_value_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "days").write_text("30\n")
    monkeypatch.setenv("KAFKAADMIN_AUDIT_DAYS_FILE", str(tmp_path / "days"))
    assert env.number("KAFKAADMIN_AUDIT_DAYS") == 30
    monkeypatch.setenv("KAFKAADMIN_AUDIT_DAYS_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="KAFKAADMIN_AUDIT_DAYS_FILE points to"):
        env.number("KAFKAADMIN_AUDIT_DAYS")


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/sign-in/*.md")), ids=lambda path: path.name)
def test_every_sign_in_file_of_the_pages_is_accepted(path: Path, tmp_path: Path) -> None:
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text(), re.DOTALL)):
        file = tmp_path / f"{number}.yaml"
        file.write_text(re.sub(r"/run/secrets/\w+", str(file), text))
        assert [*each_of(str(file), "providers", provider_of), *each_of(str(file), "ldap", directory_of)]
        declared = read_teams(str(file), yaml.safe_load(text).get("teams", []))
        assert not declared.failures
