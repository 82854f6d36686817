"""OAuth's client credentials, as ``oauth: {tokenUrl, clientId, clientSecret, scopes}`` configures them. Pure."""

from typing import Any

from clusters.importers import values
from clusters.importers.kafka_ui_metrics import part
from clusters.importers.shapes import relaxed

FIELDS = {"tokenurl": "oauth_token_url", "clientid": "oauth_client_id"}


def take(entry: object, path: str, fields: dict[str, Any], secrets: dict[str, str], remarks: list[str]) -> None:
    """Take them, of the entry at a path.

    Raises:
        ImportRefused: one of them is no text, or the endpoint no URL.
    """
    for key, value in part(entry, path, remarks).items():
        name = relaxed(key)
        if name in FIELDS:
            fields[FIELDS[name]] = values.text(value, f"{path}.{key}")
        elif name == "clientsecret":
            secrets["oauth_client_secret"] = values.text(value, f"{path}.{key}")
        elif name == "scopes":
            scopes = value if isinstance(value, list) else [value]
            fields["oauth_scope"] = " ".join(values.text(each, f"{path}.{key}") for each in scopes)
        else:
            remarks.append(f"{path}.{key}: not used by kafkaadmin")
    values.web_address(fields.get("oauth_token_url", ""), f"{path}.tokenUrl")
