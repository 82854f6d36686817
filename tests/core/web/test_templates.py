"""How templates are written."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template

LONGEST = 120
TEMPLATES = sorted(
    path for folder in ("templates", "api/templates") for path in (settings.FILES / folder).rglob("*.html")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_line_is_longer_than_a_line_of_code(path: Path) -> None:
    outside = path.read_text().partition("<pre")[0]  # a snippet to be copied keeps its lines
    assert [line for line in outside.splitlines() if len(line) > LONGEST] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_all_tags_and_filters_are_there(path: Path) -> None:
    Template(path.read_text())  # a part that is rarely included would fail where it is shown
