"""The names of formats as options of commands."""

from typing import Any

import click

OWN_TYPE = "protobuf:"


class FormatChoice(click.Choice[str]):
    """A format by its name, or one of the cluster's own Protobuf types: ``protobuf:shop.Order``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        is_own_type = isinstance(value, str) and value.startswith(OWN_TYPE)
        return value if is_own_type else super().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self.choices)}|{OWN_TYPE}MESSAGE]"
