import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.messages.rendering.json_layout import DEEPEST, LARGEST, in_lines, plain_text
from clusters.messages.rendering.records import render

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(st.lists(values) | st.dictionaries(st.text(), values), st.sampled_from([None, 1]))
def test_only_blanks_and_escapes_change(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    lines = in_lines(text)
    assert lines is not None
    assert json.loads(lines) == value
    written_out = json.dumps(value, indent=indent, ensure_ascii=False)
    assert "".join(plain_text(lines).split()) == "".join(plain_text(written_out).split())


def test_it_looks_as_one_expects() -> None:
    text = ' {"id":1.10,"id":12345678901234567890123, "of":{"a":[ ],"b":[1,{"c":"x,: {\\"y\\"]"}]},"none":{ }}'
    assert in_lines(text) == (
        '{\n  "id": 1.10,\n  "id": 12345678901234567890123,\n  "of": {\n    "a": [],\n    "b": [\n      1,\n'
        '      {\n        "c": "x,: {\\"y\\"]"\n      }\n    ]\n  },\n  "none": {}\n}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "plain", '"text"', "17", '{"a":', "[1,]", '{"a": 1} tail', "[" * 90_000 + "]" * 9,
        "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), '["' + "x" * LARGEST + '"]', '["line\nbreak"]',
    ],
)  # fmt: skip
def test_what_is_no_json_or_cannot_be_read_in_lines_stays_as_it_is(text: str) -> None:
    assert in_lines(text) is None
    assert render(text.encode()).block == text


def test_a_value_is_laid_out_alone_and_stays_one_line_in_the_list() -> None:
    rendered = render(b'{"a":1}')
    assert (rendered.text, rendered.block) == ('{"a":1}', '{\n  "a": 1\n}')
    assert render(b"\x00{}").block == "00 7b 7d"


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        (r'["\u53f0\u5317 \ud83d\ude00"]', '[\n  "台北 😀"\n]'),
        (r'{"a\/b":"\u00fc"}', '{\n  "a/b": "ü"\n}'),
        (r'["\n\t\"\\ \u0022\u005c"]', '[\n  "' + r"\n\t\"\\ \u0022\u005c" + '"\n]'),
        (r'["\u202e\u0000\ud83d\u200b"]', '[\n  "' + r"\u202e\u0000\ud83d\u200b" + '"\n]'),
    ],
)
def test_escapes_are_shown_as_what_they_stand_for_if_that_can_be_seen(text: str, laid_out: str) -> None:
    assert in_lines(text) == laid_out
