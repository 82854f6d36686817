"""What the records of the offsets topic say, whatever bytes they hold."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lag.records.commits import (
    GroupDeleted,
    Ignored,
    Malformed,
    OffsetCommit,
    OffsetTombstone,
    decode,
    names_in_key,
)
from lag.records.group_metadata import OwnersCleared, OwnerSet
from lag.records.wire import MalformedError, Reader
from tests.lag.factories import (
    NOW_MS,
    assignment,
    commit_key,
    commit_value,
    group_key,
    group_value,
    member,
    shard,
    string,
    value_4,
)
from tests.lag.properties import holds

keys = st.one_of(
    st.binary(max_size=40),
    st.builds(
        commit_key,
        group=st.binary(max_size=6),
        topic=st.binary(max_size=6),
        partition=st.integers(-(2**31), 2**31 - 1),
        version=st.sampled_from([0, 1, 3]),
    ),
    st.text(max_size=5).map(group_key),
)
values = st.one_of(
    st.none(),
    st.binary(max_size=80),
    st.builds(commit_value, offset=st.integers(-5, 2**62), metadata=st.none() | st.text(max_size=4)),
    st.builds(value_4, offset=st.integers(-5, 2**62), metadata=st.none() | st.text(max_size=200)),
    st.just(group_value(member(assignment([("t", [0, 1])])))),
)


@holds
@given(keys, values, st.integers(0, 80))
def test_any_bytes_give_an_answer(key: bytes, value: bytes | None, length: int) -> None:
    for cut in (value, value and value[:length]):
        assert decode(key, cut, 7)
        assert decode(key[:length], cut, 7)
    names_in_key(key)


@holds
@given(keys, values, st.integers(0, 80))
def test_commits_read_in_one_step_say_what_they_say_field_by_field(
    key: bytes, value: bytes | None, length: int
) -> None:
    for cut in (value or b"", (value or b"")[:length]):
        (*_, event) = decode(key, cut, 7)
        if key[:2] in (b"\0\0", b"\0\1") and cut:
            assert (event if isinstance(event, OffsetCommit) else None) == field_by_field(key, cut, 7)


def field_by_field(key: bytes, value: bytes, order: int) -> OffsetCommit | None:
    """Decode a commit the slow way; None for a malformed one."""
    name, body = Reader(key), Reader(value)
    try:
        name.int16("version")
        group, topic, partition = name.string("group"), name.string("topic"), name.int32("partition")
        version, offset = body.int16("version"), body.int64("offset")
        if version not in (0, 1, 3, 4):
            return None
        if version >= 3:
            body.int32("leader epoch")
        body.compact_string("metadata") if version == 4 else body.string("metadata")
        return OffsetCommit(group, topic, partition, offset, body.int64("time"), order)
    except MalformedError:
        return None


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 20_000])
def test_metadata_of_any_length_leaves_the_time_alone_in_version_4(length: int) -> None:
    value = value_4(offset=9, metadata="x" * length)
    assert decode(commit_key(), value, 3) == (OffsetCommit("g", "t", 0, 9, NOW_MS, 3),)


def test_null_metadata_reads_as_none_in_versions_3_and_4() -> None:
    for value in (commit_value(metadata=None), value_4(metadata=None)):
        assert decode(commit_key(), value, 3) == (OffsetCommit("g", "t", 0, 5, NOW_MS, 3),)


@pytest.mark.parametrize("length", [1, 500, -2])
def test_metadata_that_is_not_there_is_malformed_though_the_record_is_as_long_as_one_without(length: int) -> None:
    value = commit_value()
    (event,) = decode(commit_key(), value[:14] + struct.pack(">h", length) + value[16:], 0)
    assert isinstance(event, Malformed)


@pytest.mark.parametrize("version", [2, 5])
def test_value_versions_that_kafka_does_not_write_are_refused(version: int) -> None:
    value = struct.pack(">h", version) + commit_value()[2:]
    assert decode(commit_key(), value, 0) == (Malformed(f"offset commit value version {version} is not known"),)


@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_a_value_takes_back_what_it_said(value: bytes | None) -> None:
    assert decode(commit_key(), value, 0) == (OffsetTombstone("g", "t", 0),)
    assert decode(group_key("g"), value, 0) == (GroupDeleted("g"),)


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        (3, "consumer group metadata"),
        (5, "consumer group member"),
        (8, "consumer group current assignment"),
        (11, "share group metadata"),
        (15, "share group state partitions"),
        (16, "consumer group regular expression"),
        (17, "streams group metadata"),
        (23, "streams group topology"),
        (99, "unknown key version 99"),
    ],
)
def test_records_of_newer_groups_are_passed_over_by_name(version: int, kind: str) -> None:
    assert decode(struct.pack(">h", version) + string("g"), b"\0\0", 0) == (Ignored(kind),)


def test_offsets_of_newer_groups_are_commits_like_any_other() -> None:
    applied = shard()
    for order, key in enumerate((struct.pack(">h", 3) + string("g"), commit_key())):
        applied.apply(0, order, key, commit_value(), NOW_MS)
    assert applied.counts == {"ignored": 1, "kept": 1}


def test_malformed_records_are_counted_and_the_next_one_is_read() -> None:
    applied = shard()
    for order, value in enumerate((commit_value()[:9], b"\0\x09", commit_value())):
        applied.apply(0, order, commit_key(), value, NOW_MS)
    assert applied.counts == {"malformed": 2, "kept": 1}
    assert applied.positions == {0: 3}


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_owners_are_the_hosts_of_the_members_that_are_assigned_a_partition(version: int) -> None:
    members = [member(assignment([("t", [1])]), version=version), member(b"", version=version)]
    value = group_value(*members, version=version)
    assert decode(group_key("g"), value, 0) == (OwnerSet("g", "t", 1, "/10.0.0.1", "app"),)


def test_a_group_without_members_has_no_owners() -> None:
    assert decode(group_key("g"), group_value(), 0) == (OwnersCleared("g"),)


def test_groups_of_connect_own_nothing() -> None:
    value = group_value(member(assignment([("t", [1])])), protocol_type="connect")
    assert decode(group_key("g"), value, 0) == (Ignored("group without assignments"),)


def test_members_before_a_broken_one_count() -> None:
    value = group_value(member(assignment([("t", [1])])), count=2)
    first, broken = decode(group_key("g"), value, 0)
    assert first == OwnerSet("g", "t", 1, "/10.0.0.1", "app")
    assert broken == Malformed("member id ends early")


def test_a_group_that_claims_more_partitions_than_its_record_has_room_for_is_malformed() -> None:
    owned = struct.pack(">hi", 1, 1) + string("t") + struct.pack(">i", 2**31 - 1)
    (broken,) = decode(group_key("g"), group_value(member(owned)), 0)
    assert broken == Malformed("a partition count of 2147483647 does not fit its record")


def test_names_that_are_no_utf_8_stay_apart() -> None:
    groups = {decode(commit_key(group=raw), commit_value(), 0)[0] for raw in (b"\xff", b"\xfe", "\ufffd".encode())}
    assert len(groups) == 3
