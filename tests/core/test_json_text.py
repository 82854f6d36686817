"""JSON that others write: what it says, or a sentence."""

import pytest

from core.json_text import NotJson, read_json


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": }', "Line 1, column 7: not JSON"), ("[" * 500_000, "nested too deeply"), ("", "Line 1, column 1"),
        ("7" * 5_000, "cannot be read"), (b"\xff", "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    with pytest.raises(NotJson, match=words):
        read_json(text)


def test_what_can_be_read_is() -> None:
    assert read_json('{"a": [1, null]}') == {"a": [1, None]}
