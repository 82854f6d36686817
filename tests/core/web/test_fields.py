"""How a form's field is rendered: label, control, help, errors, and what ties them together for screen readers."""

from django import forms


class Sample(forms.Form):
    name = forms.CharField(help_text="Letters and digits.")
    enabled = forms.BooleanField(required=False)


def test_a_field_has_its_label_its_help_and_its_errors_tied_to_its_control() -> None:
    html = Sample({})["name"].as_field_group()
    assert '<label for="id_name">Name<span aria-hidden="true"> *</span></label>' in html
    assert '<div class="help" id="id_name_helptext">Letters and digits.</div>' in html
    assert 'class="form-control is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<div class="problem" role="alert">This field is required.</div>' in html.partition('id="id_name_error"')[2]


def test_a_check_box_stands_before_its_label() -> None:
    html = Sample({"name": "x"})["enabled"].as_field_group()
    assert html.index('class="form-check-input"') < html.index('<label for="id_enabled">Enabled</label>')
