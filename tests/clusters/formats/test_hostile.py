"""What is made to hurt whoever decodes it stays within bounds, of memory and of processor time."""

import json
import resource
import subprocess
import sys
from typing import Any

import pytest

from clusters.formats.content import Data
from clusters.formats.detection import decode

MEMORY = 700_000_000  # bytes of address space, of which the interpreter with its libraries takes a third
SECONDS = 60

PRELUDE = """
import bz2, io, json, lzma, sys, zlib
import cbor2, cramjam, fastavro, msgpack, zstandard
from clusters.formats.catalogue import formats
from clusters.formats.content import Data
from clusters.formats.detection import decode

def varint(number):
    number = (number << 1) ^ (number >> 63)
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80]); number >>= 7
    return out + bytes([number])

def file(schema, body, count=1, codec=b"null"):
    text = (schema if isinstance(schema, str) else json.dumps(schema)).encode()
    meta = varint(2) + b"".join(varint(len(p)) + p for p in (b"avro.schema", text, b"avro.codec", codec)) + b"\\0"
    return b"Obj\\x01" + meta + bytes(16) + varint(count) + varint(len(body)) + body + bytes(16)

def laughs():
    record = {"type": "record", "name": "L0", "fields": []}
    for level in range(1, 40):
        fields = [{"name": "a", "type": record}, {"name": "b", "type": f"L{level - 1}"}]
        record = {"type": "record", "name": f"L{level}", "fields": fields}
    return record

LIST = {"type": "record", "name": "L", "fields": [{"name": "n", "type": ["null", "L"]}]}
ZEROS = bytes(50_000_000)

def deflated(raw):
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(raw) + packer.flush()

def snappy(raw):
    return bytes(cramjam.snappy.compress_raw(raw)) + bytes(4)
"""
CASES = {
    "JSON of 10 MB in one line": 'b\'{"a": "\' + b"x" * 10_000_000 + b\'"}\'',
    "JSON of many empty lists": "b'[' + b'[],' * 300_000 + b'[]]'",
    "deep JSON": "b'[' * 10_000 + b']' * 10_000",
    "deeper JSON": "b'[' * 500_000",
    "JSON with a number of many digits": "b'[' + b'9' * 500_000 + b']'",
    "deep XML": "b'<a>' * 10_000 + b'</a>' * 10_000",
    "XML with entities": "b'<!DOCTYPE a [<!ENTITY b \"' + b'x' * 99 + b'\"><!ENTITY c \"' + b'&b;' * 99 + b'\">]><a/>'",
    "MessagePack lists within lists": "b'\\xdd\\x00\\x07\\xa1\\x20' * 110_000",
    "deep MessagePack": "b'\\x91' * 200_000",
    "CBOR lists within lists": "b'\\xd9\\xd9\\xf7' + b'\\x9a\\x00\\x07\\xa1\\x20' * 110_000",
    "deep CBOR": "b'\\xd9\\xd9\\xf7' + b'\\x81' * 200_000",
    "CBOR that says it is huge": "b'\\xd9\\xd9\\xf7\\x5b\\x10' + bytes(7)",
    "CBOR that refers to itself": "bytes.fromhex('d9d9f7d81c82d81d0001')",
    "CBOR with a great number": "b'\\xd9\\xd9\\xf7\\xc2\\x5a\\x00\\x07\\xa1\\x20' + b'\\xff' * 500_000",
    "CBOR with a great exponent": "b'\\xd9\\xd9\\xf7' + bytes.fromhex('c5821b0fffffffffffffff03')",
    "CBOR decimal with a great exponent": "b'\\xd9\\xd9\\xf7' + bytes.fromhex('c4821a3b9aca0003')",
    "CBOR with a regular expression": "b'\\xd9\\xd9\\xf7' + cbor2.dumps(cbor2.CBORTag(35, '(' * 5000 + ')' * 5000))",
    "deep Avro": "file(LIST, b'\\x02' * 400_000 + b'\\0')",
    "Avro with endless nulls": "file({'type': 'array', 'items': 'null'}, varint(1 << 40) + b'\\0')",
    "Avro files with endless nulls": "file('\"null\"', b'', count=1 << 40)",
    "Avro with records of records": "file(laughs(), b'')",
    "an Avro schema that is deep": "file('{\"type\": \"array\", \"items\": ' * 9_000 + '\"int\"' + '}' * 9_000, b'')",
    "Avro deflated": "file('\"bytes\"', deflated(ZEROS), codec=b'deflate')",
    "Avro in bzip2": "file('\"bytes\"', bz2.compress(ZEROS), codec=b'bzip2')",
    "Avro in xz": "file('\"bytes\"', lzma.compress(ZEROS, preset=1), codec=b'xz')",
    "Avro in zstandard": "file('\"bytes\"', zstandard.compress(ZEROS), codec=b'zstandard')",
    "Avro in snappy": "file('\"bytes\"', snappy(ZEROS[:15_000_000]), codec=b'snappy')",
    "NUL and invalid UTF-8": "b'\\x00\\xff\\xc3' * 100_000",
}
RUN = """
for name, text in json.load(sys.stdin).items():
    print(name, flush=True)
    raw = eval(text)
    for chosen in ("", *formats()):
        topic = {"kafka": "__consumer_offsets", "mirrormaker": "heartbeats"}.get(chosen, "t")
        decoded = decode(Data(raw, len(raw), "value", topic, b"\\0\\1\\0\\1g\\0\\1t\\0\\0\\0\\0"), chosen)
        assert isinstance(decoded.content.text, str)
"""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def test_what_is_hostile_is_inert() -> None:
    command, cases = [sys.executable, "-c", PRELUDE + RUN], json.dumps(CASES)
    ran = subprocess.run(command, input=cases, capture_output=True, text=True, preexec_fn=limited)
    assert ran.stdout.splitlines() == list(CASES), ran.stderr[-2000:]
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "\x1b[31m", "\u202e"])
def test_decoded_text_keeps_its_characters_as_they_are(value: str) -> None:
    raw: Any = json.dumps({"a": value}).encode()
    assert decode(Data(raw, len(raw))).content.value == {"a": value}
