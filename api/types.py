"""Types that the descriptions of several operations share."""

from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]  # no database, and no name in Kafka, has a NUL


def one_line(value: str) -> str:
    """Refuse what would be more than one line of a form."""
    if value.strip() != value or len(value.splitlines()) > 1:
        raise ValueError("must be one line, without blanks around it")
    return value


Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$"), AfterValidator(one_line)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=249)]
Configs = dict[Key, Line]


class SortBy:
    """Annotates a text that is one of some columns, each also with a minus before it for the other direction."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.choices = [sign + column for column in columns for sign in ("", "-")]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return pydantic's rule."""
        return core_schema.literal_schema(self.choices)


class Listing(Schema):
    """How a list is asked for."""

    q: Text = Field("", description="Only what contains this.")
    limit: int = Field(100, ge=1, le=1000, description="At most so many items.")
    cursor: Text = Field("", description="Go on from here: the `next` of the page before.")


class Page(Schema, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(None, description="The cursor of the next page; null on the last one.")


class Part(Schema):
    """A part of an answer that did not come."""

    subject: str
    sentence: str


def lines(values: dict[str, str]) -> str:
    """Return configs as the forms take them: ``key=value`` lines."""
    return "\n".join(f"{key}={value}" for key, value in values.items())
