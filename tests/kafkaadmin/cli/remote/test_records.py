"""Reading on and on from the command line ends where nothing more comes."""

from typing import Any

import click
import pytest

from kafkaadmin.cli.remote.records import every

SILENT = {"subject": "partition 1", "sentence": "Broker 2 did not answer."}


class Pages:
    """An API with a page of records, and a partition that nobody answers for."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, method: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        items = [{"offset": 0}] if self.asked == 1 else []
        return {"items": items, "looked_at": len(items), "missing": [SILENT], "next": "on"}


def test_a_partition_that_stays_away_ends_it_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    pages: Any = Pages()
    records = every(pages, "orders", {})
    assert next(records) == {"offset": 0}
    with pytest.raises(click.ClickException, match="cannot be read now"):
        next(records)
    assert pages.asked == 2
    assert "partition 1" in capsys.readouterr().err
