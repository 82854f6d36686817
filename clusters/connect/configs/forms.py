"""Forms of a connector's configuration: fields from its plugin's definition, or JSON."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from clusters.configs.documentation import plain_text
from clusters.connect.mirror import LONGEST
from clusters.connect.rules import documents
from clusters.connect.rules.definitions import FIXED, FieldGroup, configured, layout
from clusters.connect.rules.documents import ConfigError
from clusters.connect.rules.secrets import HIDDEN, is_secret, shown, shown_config
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.connect.plugins import Setting

PREFIX = "setting:"  # begins the names of the fields
MOST_CHARACTERS = 200_000
MOST_RECOMMENDED = 200
BOOLEANS = [("", "Default"), ("true", "true"), ("false", "false")]
SAVED = "Saved; leave blank to keep."
NAME = {"spellcheck": "false", "autocomplete": "off", "class": "mono"}
NUMBERS = frozenset({"INT", "LONG", "SHORT", "DOUBLE"})


class NameField(forms.CharField):
    """A connector's name, which workers put into addresses."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST, widget=forms.TextInput(attrs=NAME))

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if "/" in name or "\\" in name:
            raise ValidationError("Kafka Connect does not find connectors with a slash in their name again.")
        if name in {".", ".."}:
            raise ValidationError("Kafka Connect does not find a connector that is called so again.")
        return name


class ConfigForm(KafkaErrorForm):
    """What both forms have: a name where it is a new connector, and secrets that are not shown.

    ``stored`` is the configuration as the workers have it, ``begin`` what the form shows at first, and
    ``typed_before`` are the secrets that were typed into it before.

    Each form has its way to return the settings as they were ``typed``, secrets that were not touched as ``[hidden]``,
    and to ``hide`` secrets: to show what was typed without them from now on.
    """

    typed: Callable[[], dict[str, str]]
    hide: Callable[[], None]
    name = NameField()

    def __init__(
        self, *args: Any, stored: Mapping[str, str], begin: Mapping[str, str], passwords: Collection[str],
        typed_before: Mapping[str, str], is_new: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.stored, self.passwords, self.typed_before = stored, passwords, typed_before
        self.begin = shown_config(begin, passwords)
        if not is_new:
            del self.fields["name"]

    def with_secrets_typed_before(self) -> dict[str, str]:
        """Return the settings, hidden ones as they were typed into this form before, if they were."""
        config = self.typed()
        for name, before in self.typed_before.items():
            if HIDDEN in config.get(name, "") and self.hidden(name, before) == config[name]:
                config[name] = before
        return config

    def hidden(self, name: str, value: str) -> str:
        return shown(name, value, self.passwords)

    def typed_secrets(self) -> dict[str, str]:
        """Return the secrets that were typed, now or before, to be kept while the form is open."""
        config = self.with_secrets_typed_before() if self.is_valid() else {}
        return {
            name: value for name, value in config.items() if HIDDEN not in value and HIDDEN in self.hidden(name, value)
        }

    def show_errors(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Show what is wrong with settings, each at its field, or by its name above the form."""
        for name, sentences in errors.items():
            for sentence in dict.fromkeys(sentences):
                field = f"{PREFIX}{name}"
                self.add_error(*((field, sentence) if field in self.fields else self.elsewhere(name, sentence)))

    def elsewhere(self, name: str, sentence: str) -> tuple[str | None, str]:
        if name == "name" and "name" in self.fields:
            return "name", sentence
        return None, f"{name}: {sentence}"


class PluginForm(ConfigForm):
    """A field for each setting of a plugin, in groups, and lines for settings that it does not define."""

    more = forms.CharField(
        required=False,
        label="Additional settings",
        max_length=MOST_CHARACTERS,
        help_text="One key=value per line: of transforms, predicates, overrides, or others. A value with line breaks "
        "is written in quotes, as in JSON.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(
        self, *args: Any, plugin: str, settings: Sequence[Setting], groups: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plugin = plugin
        self.groups = layout(settings, groups, plugin.rpartition(".")[2])
        self.settings = {setting.name: setting for group in self.groups for setting in (*group.settings, *group.minor)}
        for setting in self.settings.values():
            self.fields[f"{PREFIX}{setting.name}"] = self.field_for(setting, self.begin.get(setting.name, ""))
        others = {name: value for name, value in self.begin.items() if name not in {*self.settings, *FIXED}}
        self.fields["more"].initial = documents.as_lines(others)

    def field_for(self, setting: Setting, value: str) -> forms.Field:
        """Return the field of a setting; a secret that is stored is not sent."""
        common: dict[str, Any] = {"required": False, "label": label_of(setting), "initial": value}
        help_text = " ".join(filter(None, (plain_text(setting.documentation), default_text(setting))))
        if is_secret(setting.name, self.passwords) and value in {"", HIDDEN}:
            help_text = f"{SAVED} {help_text}" if self.has_before(setting) else help_text
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(**{**common, "initial": ""}, strip=False, help_text=help_text, widget=widget)
        if setting.type == "BOOLEAN" and value in {"", "true", "false"}:
            return forms.ChoiceField(**common, choices=BOOLEANS, help_text=help_text)
        attrs = {"spellcheck": "false", "placeholder": setting.default or ""}
        attrs |= {"inputmode": "numeric"} if setting.type in NUMBERS else {}
        attrs |= {"list": f"list-{setting.name}"} if setting.recommended else {}
        shape = forms.Textarea({**attrs, "rows": 6}) if has_lines(value) else forms.TextInput(attrs)
        return forms.CharField(**common, strip=value == value.strip(), help_text=help_text, widget=shape)

    def clean_more(self) -> dict[str, str]:
        try:
            return documents.read_lines(self.cleaned_data["more"])
        except ConfigError as error:
            raise ValidationError(str(error)) from error

    def typed(self) -> dict[str, str]:
        fields = {name: self.value_of(setting) for name, setting in self.settings.items()}
        defaults = {name: setting.default for name, setting in self.settings.items()}
        more: dict[str, str] = self.cleaned_data["more"]
        config = configured(fields, self.stored, defaults) | more
        name = self.cleaned_data.get("name") or self.stored.get("name", "")
        return config | {"connector.class": self.plugin} | ({"name": name} if name else {})

    def value_of(self, setting: Setting) -> str:
        """Return a setting's value; a secret that was left empty is the one from before."""
        value: str = self.cleaned_data[f"{PREFIX}{setting.name}"].replace("\r\n", "\n")
        stored = self.stored.get(setting.name, "")
        if has_lines(stored) and value == stored.replace("\r\n", "\n"):
            return stored
        is_password = isinstance(self.fields[f"{PREFIX}{setting.name}"].widget, forms.PasswordInput)
        return HIDDEN if not value and is_password and self.has_before(setting) else value

    def has_before(self, setting: Setting) -> bool:
        return setting.name in self.typed_before or setting.name in self.stored

    def hide(self) -> None:
        if not self.errors.get("more"):
            more = shown_config(documents.read_lines(self.data.get("more", "")), self.passwords)
            fields = {name: self.data.get(f"{PREFIX}{name}", "") for name in self.settings}
            shown_fields = {f"{PREFIX}{name}": self.hidden(name, value) for name, value in fields.items() if value}
            self.data = {**dict(self.data.items()), **shown_fields, "more": documents.as_lines(more)}

    def shown_groups(self) -> Iterator[tuple[FieldGroup, list[BoundField], list[BoundField]]]:
        """Yield each group with its fields, and those of low importance."""
        for group in self.groups:
            major, minor = ([self[f"{PREFIX}{each.name}"] for each in part] for part in (group.settings, group.minor))
            yield group, major, minor

    def recommendations(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for setting in self.settings.values():
            if setting.recommended:
                yield f"list-{setting.name}", setting.recommended[:MOST_RECOMMENDED]


class JsonForm(ConfigForm):
    """A configuration as JSON, as Kafka Connect takes it."""

    config = forms.CharField(
        label="Configuration (JSON)",
        max_length=MOST_CHARACTERS,
        strip=False,
        help_text="The settings, or {“name”: …, “config”: {…}}. To keep saved secrets, leave their [hidden].",
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "class": "mono"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False
            self.fields["name"].help_text = "Needed if the JSON has none."
        if self.begin:
            self.initial.setdefault("config", documents.as_json(self.begin.get("name", ""), self.begin))

    def clean_config(self) -> tuple[str, dict[str, str]]:
        try:
            return documents.read_json(self.cleaned_data["config"])
        except ConfigError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "config" in values and "name" in self.fields:
            name = values.get("name") or values["config"][0]
            try:
                values["name"] = NameField().clean(name)
            except ValidationError as error:
                self.add_error("name", error)
        return values

    def typed(self) -> dict[str, str]:
        config: dict[str, str] = self.cleaned_data["config"][1]
        name = self.cleaned_data.get("name") or self.stored.get("name", "")
        return config | ({"name": name} if name else {})

    def hide(self) -> None:
        if "config" in self.cleaned_data:
            config = self.typed()
            text = documents.as_json(config.get("name", ""), shown_config(config, self.passwords))
            self.data = {**dict(self.data.items()), "config": text}


def has_lines(value: str) -> bool:
    """Tell whether a value would lose its line breaks in a field of one line."""
    return "\n" in value or "\r" in value


def label_of(setting: Setting) -> str:
    """Return what a plugin calls a setting, with its name in the configuration."""
    return f"{setting.label} ({setting.name})" if setting.label not in {"", setting.name} else setting.name


def default_text(setting: Setting) -> str:
    return f"Default: {setting.default}." if setting.default and not setting.is_password else ""
