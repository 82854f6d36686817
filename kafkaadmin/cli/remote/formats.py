"""The names of formats as options of commands."""

from typing import Any

import click

OWN_TYPE, IN_REGISTRY = "protobuf:", "schema:"


class FormatChoice(click.Choice[str]):
    """A format by its name, or one that names something of the cluster.

    That is one of its own Protobuf types, ``protobuf:shop.Order``, or one of its schema registries, ``schema:new``.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        is_of_cluster = isinstance(value, str) and value.startswith((OWN_TYPE, IN_REGISTRY))
        return value if is_of_cluster else super().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self.choices)}|{IN_REGISTRY}REGISTRY|{OWN_TYPE}MESSAGE]"
