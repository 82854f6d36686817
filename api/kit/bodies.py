"""Reading a request's body: what it names, for the page's form."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.forms import ModelForm, model_to_dict
from ninja import Schema
from pydantic import SecretStr

from api.kit.problems import invalid

F = TypeVar("F", bound="ModelForm[Any]")


def values_in(body: Schema) -> dict[str, Any]:
    """Return what a body has, without what is omitted or null; secrets are text, as forms take it."""
    given = body.model_dump(exclude_unset=True)
    return {name: plain(value) for name, value in given.items() if value is not None}


def plain(value: Any) -> Any:
    return value.get_secret_value().replace("\0", "") if isinstance(value, SecretStr) else value


def filled(form_class: type[F], row: Model, given: Mapping[str, Any]) -> F:
    """Return the page's form of a row, filled with its present values and with what is given in their place.

    Raises:
        Refused: the form does not accept them.
    """
    form = form_class({**model_to_dict(row, fields=form_class._meta.fields), **given}, instance=row)
    if not form.is_valid():
        raise invalid(form)
    return form
