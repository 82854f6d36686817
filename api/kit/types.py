"""Types that the descriptions of several operations share."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


def no_nul(value: str) -> str:
    """Refuse NUL characters: neither the database nor names in Kafka may have them."""
    if "\0" in value:
        raise ValueError("must not contain a NUL character")
    return value


def one_line(value: str) -> str:
    """Refuse values that a form would not keep as one line."""
    if value.strip() != value or len(value.splitlines()) > 1 or any(char < " " for char in value):
        raise ValueError("must be one line, without leading or trailing blanks")
    return value


def config_name(value: str) -> str:
    if not re.fullmatch(KEY, value):
        raise ValueError("is not a config name")
    return value


def documented(pattern: str) -> Any:
    """Return a field that documents the pattern that a validator enforces."""
    return Field(json_schema_extra={"pattern": pattern})


KEY = "[A-Za-z0-9._-]{1,249}"
Text = Annotated[str, AfterValidator(no_nul), documented(r"^[^\x00]*$")]
OwnType = Annotated[str, Field(pattern=r"^protobuf:[A-Za-z_][A-Za-z0-9_.]*$", max_length=1_000)]
InRegistry = Annotated[str, Field(pattern=r"^schema:[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=107)]
Line = Annotated[str, AfterValidator(one_line), documented(r"^(\S(.*\S)?)?$")]
Key = Annotated[str, AfterValidator(config_name), documented(f"^{KEY}$")]
Configs = dict[Key, Line]


class Body(Schema):
    """What a request sends. A field that there is not is refused: ignored, a misspelt ``partitions`` would mean all."""

    model_config = ConfigDict(extra="forbid")


class OneOf:
    """Annotates a text that is one of some choices."""

    def __init__(self, choices: Iterable[str]) -> None:
        self.choices = list(choices)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(self.choices)


class SortBy(OneOf):
    """Annotates a sort parameter: one of some columns, with a minus in front for descending order."""

    def __init__(self, columns: Iterable[str]) -> None:
        super().__init__(sign + column for column in columns for sign in ("", "-"))


class Pages(Schema):
    """Which page of a list to return."""

    limit: int = Field(100, ge=1, le=1000, description="Maximum number of items.")
    cursor: Text = Field("", description="The `next` of the previous page.")


class Listing(Pages):
    """Search and page of a list."""

    q: Text = Field("", description="Search text.")


class Page(Schema, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(None, description="The cursor of the next page; null on the last one.")


class Part(Schema):
    """A part of the answer that is missing."""

    subject: str
    sentence: str


def lines(values: dict[str, str]) -> str:
    """Return configs as the forms expect them: ``key=value`` lines."""
    return "\n".join(f"{key}={value}" for key, value in values.items())
