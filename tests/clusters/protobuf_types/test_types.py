"""Protobuf types of a cluster, from files as people have them: read whole, or refused with what is wrong in them."""

import subprocess
import sys
from pathlib import Path

import pytest

from clusters.formats.content import Data, UndecodableError
from clusters.formats.detection import decode
from clusters.formats.rules import read_rules
from clusters.gateway.registry.protobuf_files import read_types

MONEY = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }'
ORDER = """syntax = "proto3"; package shop;
import "common/money.proto"; import "google/protobuf/timestamp.proto";
message Order { int64 id = 1; Money total = 2; google.protobuf.Timestamp at = 3; map<string, int32> n = 4;
  message Line { string sku = 1; } repeated Line lines = 5; }
"""
FILES = {"order.proto": ORDER.encode(), "money.proto": MONEY.encode()}
MESSAGES = ("shop.Money", "shop.Order", "shop.Order.Line")
BYTES = b"\x08\x07\x12\x03\x08\xe2\x09\x2a\x04\x0a\x02\x41\x31"


def descriptor_set(folder: Path, *options: str) -> bytes:
    """Return what protoc writes of the order."""
    (folder / "common").mkdir()
    (folder / "common/money.proto").write_text(MONEY)
    (folder / "order.proto").write_text(ORDER)
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"--descriptor_set_out={folder}/set"]
    subprocess.run([*command, *options, "order.proto"], check=True)
    return (folder / "set").read_bytes()


def test_files_are_compiled_together_also_without_the_folders_that_imports_name() -> None:
    types = read_types(FILES)
    assert types.messages == MESSAGES
    assert types.files == ("money.proto", "order.proto")
    decoded = decode(Data(BYTES, len(BYTES), descriptors=types.descriptors), "protobuf:shop.Order")
    assert decoded.content.value == {"id": "7", "total": {"cents": "1250"}, "lines": [{"sku": "A1"}]}
    assert (decoded.label, decoded.content.note, decoded.problem) == ("Protobuf", "shop.Order", "")


def test_a_descriptor_set_of_protoc_is_taken(tmp_path: Path) -> None:
    assert read_types({"shop.desc": descriptor_set(tmp_path, "--include_imports")}).messages == MESSAGES


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"order.proto": ORDER.encode()}, "common/money.proto: File not found"),
        ({"order.proto": b"message Order {"}, "order.proto:1:"),
        ({"order.proto": b"\xff\xfe"}, "order.proto is not text in UTF-8."),
        ({"../order.proto": MONEY.encode()}, "impossible name"),
        ({"shop.desc": b"\xff\xff\xff"}, "shop.desc is neither a .proto file nor a descriptor set."),
        ({"empty.desc": b""}, "empty.desc is neither a .proto file nor a descriptor set."),
        ({"empty.proto": b'syntax = "proto3";'}, "These files have no message."),
    ],
)
def test_what_cannot_be_used_says_why(files: dict[str, bytes], reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason.replace(".", r"\.")):
        read_types(files)


def test_a_descriptor_set_without_what_it_imports_says_so(tmp_path: Path) -> None:
    with pytest.raises(UndecodableError, match=r"common/money\.proto"):
        read_types({"shop.desc": descriptor_set(tmp_path)})


def test_what_does_not_fit_is_shown_as_bytes_with_the_reason() -> None:
    descriptors = read_types(FILES).descriptors
    assert "The cluster has no Protobuf types." in decode(Data(BYTES, len(BYTES)), "protobuf:shop.Order").problem
    unknown = decode(Data(BYTES, len(BYTES), descriptors=descriptors), "protobuf:shop.Invoice")
    assert "The cluster's Protobuf types have no message shop.Invoice." in unknown.problem
    garbage = decode(Data(b"\x0a\xff", 2, descriptors=descriptors), "protobuf:shop.Order")
    assert "It does not fit its Protobuf schema" in garbage.problem
    assert garbage.content.text == "0a ff"


@pytest.mark.parametrize("name", ["protobuf:", "protobuf:shop.", "protobuf:1x", "protobuf:a b", "protobuf:a/b"])
def test_a_rule_names_a_message(name: str) -> None:
    assert read_rules("orders-* value=protobuf:shop.Order")[0].value == "protobuf:shop.Order"
    with pytest.raises(ValueError, match="orders"):
        read_rules(f"orders-* value={name}")
