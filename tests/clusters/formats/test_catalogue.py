from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from clusters.formats import catalogue
from clusters.formats.catalogue import Format, formats
from clusters.formats.content import Content, Data
from clusters.formats.detection import decode


def shout(data: Data) -> Content:
    return Content(data.raw[1:].decode().upper(), note="loud")


LOUD = Format("loud", "Loud", shout, lambda data: "It begins with !." if data.raw.startswith(b"!") else "")
REPLACING = Format("json", "Mine", shout)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a package installed that adds formats, one of which cannot be imported, and one has the name of our own."""
    names = {"loud": "LOUD", "gone": "GONE", "json": "REPLACING"}
    entries = [EntryPoint(name, f"{__name__}:{value}", catalogue.GROUP) for name, value in names.items()]
    monkeypatch.setattr(catalogue, "entry_points", lambda group: entries)
    formats.cache_clear()
    yield
    formats.cache_clear()


def test_an_installed_package_adds_a_format(installed: None) -> None:
    decoded = decode(Data(b"!hello", 6))
    assert (decoded.format, decoded.content.text, decoded.why) == ("loud", "HELLO", "It begins with !.")
    assert "gone" not in formats()
    assert formats()["json"].label == "JSON"


def test_its_error_is_told_and_hurts_nobody(installed: None) -> None:
    assert decode(Data(b"!\xff", 2)).format == ""
    chosen = decode(Data(b"!\xff", 2), "loud")
    assert chosen.problem.startswith("Not decoded as Loud: The format Loud failed: UnicodeDecodeError")
