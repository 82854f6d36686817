"""``kafkaadmin lag``: the engine on its own. Each command reads JSON lines and writes one JSON line for each."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from lag.burrow import replay

Case = dict[str, Any]


@click.group()
def lag() -> None:
    """Judge windows and groups, decode records and replay histories, from JSON lines on standard input."""


@lag.command()
def judge() -> None:
    """Judge windows: one partition's commits, end offsets and lag a line."""
    _each_line(replay.judge)


@lag.command(name="judge-group")
def judge_group() -> None:
    """Judge groups: topics with their partitions a line."""
    _each_line(replay.judge_group)


@lag.command()
def decode() -> None:
    """Decode records of the offsets topic: key and value in hexadecimal a line."""
    _each_line(replay.decode_record)


@lag.command(name="replay")
def replay_histories() -> None:
    """Replay histories: settings and a list of operations, each with its clock, a line."""
    _each_line(replay.replay)


def _each_line(evaluate: Callable[[Case], Any]) -> None:
    """Evaluate every line; stop at the first that cannot be used, naming it and the reason."""
    write = sys.stdout.write
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            try:
                result = evaluate(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                raise click.ClickException(f"Line {number} is invalid: {error!r}") from error
            write(json.dumps(result, separators=(",", ":")) + "\n")
