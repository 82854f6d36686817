"""Controls of forms have the attributes that Django's own templates write, byte for byte."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.safestring import mark_safe

WIDGETS = [
    forms.TextInput, forms.NumberInput, forms.PasswordInput, forms.Textarea, forms.CheckboxInput, forms.FileInput,
    forms.HiddenInput, lambda attrs: forms.Select(attrs, [("", "None"), ("<b>", "Bold & more"), ("x", "X")]),
    lambda attrs: forms.Select(attrs, [("", "–"), ("<G>", [("x", "X"), (True, mark_safe("<i>")), (None, "?")])]),
    lambda attrs: forms.CheckboxSelectMultiple(attrs, [("a", "A"), ("b", "B")]),
]  # fmt: skip
ATTRS = [{}, {"rows": 4, "required": True, "disabled": False}, {"title": "\"<b>&'", "data-x": None, "list": "ü"}]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("attrs", ATTRS)
def test_a_control_is_written_as_by_django(widget: Any, attrs: dict[str, Any]) -> None:
    control, value = widget(attrs), ["a"] if widget is WIDGETS[-1] else "x"
    ours = control.render("name", value, {"id": "id_name"}, TemplatesSetting())
    assert ours == control.render("name", value, {"id": "id_name"}, DjangoTemplates())
