"""Files of offsets as kafka-consumer-groups reads and writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.gateway.offsets import LARGEST
from clusters.groups import offset_files
from clusters.groups.offset_files import NotOffsets

NAMES = st.text(alphabet="abcXYZ0123456789._-", min_size=1, max_size=20)
KEYS = st.tuples(NAMES, st.integers(0, 2**31 - 1))


@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        ("", {}),
        ("orders,0,5", {("orders", 0): 5}),
        ('topic,partition,offset\n"orders",0,5\r\n\norders, 1 ,6\n', {("orders", 0): 5, ("orders", 1): 6}),
    ],
)
def test_lines_are_read(text: str, offsets: dict[tuple[str, int], int]) -> None:
    assert offset_files.read(text) == offsets


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("orders,0", 1), ("orders,0,5,6", 1), ("orders,0,-1", 1), ("a,0,1\norders,x,1", 2), ("orders,0,²", 1),
        ("a,0,1\na,0,2", 2), (f"a,0,{LARGEST + 1}", 1), ("a,0,1\ntopic,partition,offset", 2), ("a,0," + "1" * 5000, 1),
    ],
)  # fmt: skip
def test_what_is_no_offset_is_named_by_its_line(text: str, line: int) -> None:
    with pytest.raises(NotOffsets, match=f"Line {line}"):
        offset_files.read(text)
    assert offset_files.partitions_of(text) == set()


@given(st.dictionaries(KEYS, st.integers(0, LARGEST)))
def test_what_is_written_is_read_again(offsets: dict[tuple[str, int], int]) -> None:
    assert offset_files.read(offset_files.write(offsets)) == offsets
