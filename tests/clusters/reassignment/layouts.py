"""Layouts for tests: written down, or drawn at random."""

from collections.abc import Sequence

from hypothesis import strategies as st

from clusters.reassignment.planning.layout import Layout, PlacedPartition

RACKS = ("a", "b", "c")


def layout(*replicas: Sequence[int], sizes: Sequence[int | None] = (), brokers: int = 3, racks: int = 0) -> Layout:
    """Return a topic's partitions on brokers 1 to so many, which take turns in the racks."""
    sizes = sizes or [100] * len(replicas)
    partitions = tuple(
        PlacedPartition("t", number, tuple(ids), size)
        for number, (ids, size) in enumerate(zip(replicas, sizes, strict=True))
    )
    return Layout(
        {broker: RACKS[(broker - 1) % racks] if racks else None for broker in range(1, brokers + 1)}, partitions
    )


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Draw a cluster: up to nine brokers in up to three racks, or in none, and partitions of any size."""
    brokers, racks = draw(st.integers(3, 9)), draw(st.integers(0, 3))
    replicas = st.lists(st.integers(1, brokers), min_size=1, max_size=3, unique=True)
    size = st.one_of(st.none(), st.integers(0, 1000), st.just(0))
    rows = draw(st.lists(st.tuples(replicas, size), max_size=40))
    return layout(*(ids for ids, _ in rows), sizes=[size for _, size in rows], brokers=brokers, racks=racks)
