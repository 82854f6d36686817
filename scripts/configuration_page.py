"""Builds ``docs/configuration.md`` from the program's variables: ``python -m scripts.configuration_page``."""

from pathlib import Path

from core.variables import CHAPTERS, Chapter, Variable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "configuration.md"
INTRODUCTION = """# Configuration

Everything is set by variables of the environment, and all of them are optional. `NAME_FILE` reads the value of `NAME`
from a file, e.g. a mounted secret: `DATABASE_URL_FILE=/run/secrets/database-url` (but `KAFKAADMIN_URL` and
`KAFKAADMIN_CLUSTER` are read as they are). A wrong value stops the program with a sentence that names the variable;
`kafkaadmin check` tries settings, database, queue and every cluster. All processes of one kafkaadmin get the same
settings.

This page is built by `python -m scripts.configuration_page` from `core/variables.py`.
"""


def code(text: str) -> str:
    """Return a text as code, or a dash where there is none."""
    return f"`{text}`" if text else "–"


def row(variable: Variable) -> str:
    """Return a variable's line of the table."""
    default = variable.otherwise or code(variable.default)
    return f"| `{variable.name}` | {variable.meaning} | {default} | {code(variable.example)} |"


def chapter(section: Chapter) -> str:
    """Return a chapter with its table."""
    introduction = f"{section.introduction}\n\n" if section.introduction else ""
    head = "| variable | meaning | default | example |\n|---|---|---|---|\n"
    return f"\n## {section.title}\n\n{introduction}{head}" + "\n".join(map(row, section.variables)) + "\n"


def page() -> str:
    return INTRODUCTION + "".join(map(chapter, CHAPTERS))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
