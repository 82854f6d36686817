"""Lists as files that no spreadsheet takes for a program."""

import pytest

from core.web.export import harmless


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_would_compute_is_a_text(value: str) -> None:
    assert harmless(value) == f"'{value}"


@pytest.mark.parametrize("value", ["a=1", "", " -1", 7, -7, None])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert harmless(value) == value
