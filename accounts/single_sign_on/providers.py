"""The OpenID Connect providers that people sign in with: from the environment, and from KAFKAADMIN_SIGN_IN."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts.single_sign_on.sign_in_file import each_of, gathered, naming, structured_in
from core import environment as env
from core.rereading import PartlyUsable, Rereading, note

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SCOPES = "openid profile email offline_access"
PROXY = "proxy"  # what is signed in by a proxy's headers
OIDC, GITHUB = "oidc", "github"  # kinds of providers
GITHUB_URL, GOOGLE_URL = "https://github.com", "https://accounts.google.com"
OFFLINE = "offline_access"  # the scope by which others give a token to ask again by
# What is configured for a provider of a kind if nothing else is.
KINDS: dict[str, dict[str, str]] = {
    OIDC: {},
    GITHUB: {"issuer": GITHUB_URL, "scopes": "read:user user:email read:org", "username_claim": "login"},
}
DEFAULT = "oidc"  # the name of the provider of the environment
SECRET_KEYS = ("client_secret", "client_secret_file", "client_secret_variable")


@dataclass(frozen=True)
class Provider:
    """A provider; ``name`` is part of the redirect URL. Claims are paths: names separated by dots."""

    name: str
    issuer: str
    client_id: str
    label: str = ""
    client_secret: str = field(default="", repr=False)
    scopes: str = SCOPES
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    ca_pem: str = ""
    kind: str = OIDC
    api_audience: str = ""  # of access tokens that the API accepts; none without it
    api_scope: str = "read"  # what these may be used for: read, or all that their owner may do
    redirect_path: str = ""  # where the provider sends people back to, if it is not the usual address here

    @property
    def title(self) -> str:
        return self.label or self.name

    @property
    def authorization(self) -> dict[str, str]:
        """What is asked for at the provider. Google refuses the scope for a refresh token, and has its own way."""
        if self.issuer.rstrip("/") != GOOGLE_URL:
            return {"scope": self.scopes}
        scopes = " ".join(scope for scope in self.scopes.split() if scope != OFFLINE)
        return {"scope": scopes, "access_type": "offline", "prompt": "consent"}


def configured() -> Mapping[str, Provider]:
    """Return the providers by name: none while one cannot be used, and none were read before."""
    return read_providers(
        settings.SIGN_IN_FILE, os.environ.get("KAFKAADMIN_OIDC_ISSUER", ""), settings.KAFKAADMIN_CONFIG
    )


def read_all(again: bool) -> Mapping[str, Provider]:
    """Return the providers by name.

    Raises:
        PartlyUsable: one of them cannot be used; the message says why.
    """
    failures: list[str] = []
    readings = (of_environment, partial(of_file, settings.SIGN_IN_FILE), partial(of_other_tools, again))
    providers = gathered(readings, failures)
    by_name = {provider.name: provider for provider in providers}
    if len(by_name) < len(providers):
        raise ImproperlyConfigured("Two providers have the same name.")
    if failures:
        raise PartlyUsable(failures, by_name)
    return by_name


read_providers: Rereading[Mapping[str, Provider]] = Rereading(read_all, {})


def of_environment() -> list[Provider]:
    """Return the provider of ``KAFKAADMIN_OIDC_…``, if there is one."""
    issuer = env.text("KAFKAADMIN_OIDC_ISSUER")
    if not issuer:
        return []
    with naming("KAFKAADMIN_OIDC_…"):
        return [provider_of({
            "name": DEFAULT,
            "issuer": issuer,
            "client_id": env.text("KAFKAADMIN_OIDC_CLIENT_ID"),
            "client_secret": env.text("KAFKAADMIN_OIDC_CLIENT_SECRET"),
            "label": env.text("KAFKAADMIN_OIDC_LABEL"),
            "scopes": env.text("KAFKAADMIN_OIDC_SCOPES"),
            "username_claim": env.text("KAFKAADMIN_OIDC_USERNAME_CLAIM"),
            "groups_claim": env.text("KAFKAADMIN_OIDC_GROUPS_CLAIM"),
            "api_audience": env.text("KAFKAADMIN_OIDC_API_AUDIENCE"),
            "api_scope": env.text("KAFKAADMIN_OIDC_API_SCOPE"),
        }, env.text("KAFKAADMIN_OIDC_CA"))]  # fmt: skip


def of_other_tools(again: bool) -> list[Provider]:
    """Return the providers that the apps above read from other tools' configuration.

    Raises:
        ImproperlyConfigured: one cannot be used; or, ``again``, the configuration cannot be read any more.
    """
    with naming("KAFKAADMIN_CONFIG"):
        return [provider_of(entry) for source in settings.PROVIDER_SOURCES for entry in import_string(source)(again)]


def of_file(path: str) -> list[Provider]:
    """Return the providers of a YAML file, whose key ``providers`` has a list of them."""
    return each_of(path, "providers", provider_of) if path else []


def provider_of(entry: Mapping[str, Any], ca_pem: str = "") -> Provider:
    """Return a provider for its fields, checked by certificates unless it names a file of them.

    Raises:
        ImproperlyConfigured: a field is missing, unknown or not usable.
    """
    field_names = {each.name for each in fields(Provider)} - {"ca_pem"} | {*SECRET_KEYS, "ca_file"}
    name = str(entry.get("name") or "")
    unknown = ", ".join(sorted(str(key) for key in entry.keys() - field_names))
    if unknown:
        raise ImproperlyConfigured(
            f"Provider {name}: unknown field {unknown}. There are {', '.join(sorted(field_names))}."
        )
    if structured := structured_in(entry):
        raise ImproperlyConfigured(f"Provider {name}: {structured} must be one text; scopes have spaces between them.")
    texts = {str(key): str(value) for key, value in entry.items() if value not in {None, ""}}
    if texts.get("kind", OIDC) not in KINDS:
        raise ImproperlyConfigured(f"Provider {name}: kind must be {' or '.join(KINDS)}.")
    texts = {**KINDS[texts.get("kind", OIDC)], **texts}
    missing = ", ".join(key for key in ("name", "issuer", "client_id") if key not in texts)
    if missing:
        raise ImproperlyConfigured(f"Provider {name}: {missing} is missing.")
    if not NAME.fullmatch(name) or name == PROXY:
        raise ImproperlyConfigured(f"Provider {name}: a name has small letters, digits and hyphens, and is not proxy.")
    if not texts["issuer"].startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"Provider {name}: the issuer must be an https:// URL.")
    if texts.get("api_scope", "read") not in {"read", "all"}:
        raise ImproperlyConfigured(f"Provider {name}: api_scope must be read or all.")
    secret = secret_of(name, texts)
    ca_pem = contents(name, texts.pop("ca_file")) if "ca_file" in texts else ca_pem
    plain = {key: value for key, value in texts.items() if key not in SECRET_KEYS}
    return Provider(**{**plain, "issuer": plain["issuer"]}, client_secret=secret, ca_pem=ca_pem)


def secret_of(name: str, texts: Mapping[str, str]) -> str:
    """Return the client's secret, wherever it stands; empty for a public client."""
    if "client_secret_file" in texts:
        return contents(name, texts["client_secret_file"]).strip()
    if variable := texts.get("client_secret_variable"):
        if variable not in os.environ:
            raise ImproperlyConfigured(f"Provider {name}: the variable {variable} is not set.")
        return os.environ[variable]
    return texts.get("client_secret", "")


def contents(name: str, path: str) -> str:
    note(path)
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"Provider {name}: {path} cannot be read: {error}") from error
