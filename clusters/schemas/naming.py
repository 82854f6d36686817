"""What the names of subjects say: the topic, by Confluent's strategies, the context and the record. Pure."""

import json
import re

from clusters.formats.schemas import AVRO, JSON, PROTOBUF

SUFFIXES = ("-key", "-value")  # TopicNameStrategy
CONTEXT = re.compile(r":(\.[^:]*):(.*)", re.DOTALL)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
PACKAGE = re.compile(r"\bpackage\s+([\w.]+)\s*;")
MESSAGE = re.compile(r"\bmessage\s+(\w+)\s*\{")
LONGEST = 500


def context_of(subject: str) -> str:
    """Return the context of ``:.context:name``; empty for the default one."""
    match = CONTEXT.fullmatch(subject)
    return match[1] if match and match[1] != "." else ""


def name_within(subject: str) -> str:
    """Return a subject's name without its context."""
    match = CONTEXT.fullmatch(subject)
    return match[2] if match else subject


def topic_of(subject: str, record: str = "") -> str:
    """Return the topic that a subject is of: ``<topic>-key``, ``<topic>-value`` or ``<topic>-<record>``; else nothing.

    Whether there is such a topic is for others to find out.
    """
    name = name_within(subject)
    for suffix in (*SUFFIXES, *([f"-{record}"] if record else [])):
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix)
    return ""


def record_name(kind: str, text: str) -> str:
    """Return the full name of what a schema describes, by which serializers name subjects; empty if it has none."""
    try:
        name = {AVRO: avro_name, JSON: json_title, PROTOBUF: first_message}[kind](text)
    except (KeyError, ValueError, RecursionError):
        return ""
    return name if len(name) <= LONGEST and "\0" not in name else ""


def avro_name(text: str) -> str:
    schema = json.loads(text)
    name, namespace = (schema.get("name"), schema.get("namespace")) if isinstance(schema, dict) else (None, None)
    if not isinstance(name, str):
        return ""
    return f"{namespace}.{name}" if isinstance(namespace, str) and namespace and "." not in name else name


def json_title(text: str) -> str:
    schema = json.loads(text)
    title = schema.get("title") if isinstance(schema, dict) else ""
    return title if isinstance(title, str) else ""


def first_message(text: str) -> str:
    text = COMMENT.sub(" ", text)
    message, package = MESSAGE.search(text), PACKAGE.search(text)
    if not message:
        return ""
    return f"{package[1]}.{message[1]}" if package else message[1]
