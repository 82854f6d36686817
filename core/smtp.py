"""The SMTP server that e-mail is sent by, from a URL, as Django's settings. Pure."""

from urllib.parse import unquote, urlsplit

TIMEOUT = 10  # seconds
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class NoSmtpUrl(ValueError):
    """A URL is none of an SMTP server."""


def smtp_settings(url: str) -> dict[str, object]:
    """Return Django's settings; connections are encrypted unless the URL says otherwise.

    Raises:
        NoSmtpUrl: with what is wrong.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NoSmtpUrl(f"it is no URL: {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise NoSmtpUrl(
            "it must be smtp://HOST (STARTTLS), smtps://HOST (TLS), or smtp+plain://HOST, which encrypts nothing"
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT,
    }
