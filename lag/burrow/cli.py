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
    """Evaluate windows and groups, decode records and replay histories, from JSON lines on standard input."""


@lag.command()
def judge() -> None:
    """Evaluate windows: one partition's commits, log end offsets and lag per line."""
    _each_line(replay.judge)


@lag.command(name="judge-group")
def judge_group() -> None:
    """Evaluate groups: topics with their partitions, one group per line."""
    _each_line(replay.judge_group)


@lag.command()
def decode() -> None:
    """Decode records of __consumer_offsets: key and value in hexadecimal, one record per line."""
    _each_line(replay.decode_record)


@lag.command(name="replay")
def replay_histories() -> None:
    """Replay histories: settings and a list of operations, each with its clock, one history per line."""
    _each_line(replay.replay)


def _each_line(evaluate: Callable[[Case], Any]) -> None:
    """Evaluate every line; stop at the first that is invalid, naming it and the reason."""
    write = sys.stdout.write
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            try:
                result = evaluate(json.loads(line))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                raise click.ClickException(f"Line {number} is invalid: {error!r}") from error
            write(json.dumps(result, separators=(",", ":")) + "\n")
