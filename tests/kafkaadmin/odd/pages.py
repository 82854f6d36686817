"""What a page takes: the fields of its forms as a browser would send them, and the parameters of its links."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

PARAMETER = re.compile(r"[?&]([a-z_]+)=")


@dataclass
class PageForm:
    """A form: its method, where it is sent, what would be sent now, and the names of its fields, files apart."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)


class FormParser(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the last one."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(values.get("method", "get").lower(), values.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], values.get("name", "")
        if tag in {"input", "button"} and name:
            self.take_input(form, name, values)
        elif tag == "select":
            self.select = name
            form.names.add(name)
        elif tag == "textarea":
            self.textarea = name
            form.fields[name] = ""
            form.names.add(name)
        elif tag == "option":
            form.values.add(values.get("value", ""))
            if self.select and ("selected" in values or self.select not in form.fields):
                form.fields[self.select] = values.get("value", "")

    def take_input(self, form: PageForm, name: str, values: dict[str, str]) -> None:
        """Note an input or a button; what is not checked is not sent."""
        kind = values.get("type", "text")
        form.values.add(values.get("value", ""))
        if kind == "file":
            form.files.add(name)
            return
        form.names.add(name)
        if kind not in {"checkbox", "radio"} or "checked" in values:
            form.fields[name] = values.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self.textarea and self.forms:
            self.forms[-1].fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea and self.forms:
            fields = self.forms[-1].fields
            fields[self.textarea] = fields[self.textarea].removeprefix("\n")  # as HTML has it
            self.textarea = ""


def forms_of(page: str) -> list[PageForm]:
    parser = FormParser()
    parser.feed(page)
    return parser.forms


def parameters_of(page: str) -> set[str]:
    """Return the names of the parameters of a page's links and of its forms that are part of the address."""
    names = set(PARAMETER.findall(html.unescape(page)))
    return names.union(*(form.names for form in forms_of(page) if form.method == "get"))
