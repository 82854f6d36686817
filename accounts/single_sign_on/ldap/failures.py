"""What is wrong with a directory, in words that tell what to set. Pure."""

import re

from ldap3.core.exceptions import LDAPException, LDAPInvalidCredentialsResult, LDAPStartTLSError

from accounts.single_sign_on.ldap.directories import Directory

NOT_LDAP = "what listens there does not speak LDAP"
UNTRUSTED = re.compile(r"certificate verify failed: ([^(]+?) *\(_ssl")
# What ldap3 and OpenSSL say, and what it means. The first that fits is taken.
MEANINGS = (
    ("doesn't match any name", "its certificate is for another host name than the one in urls"),
    ("cadata does not contain a certificate", "ca_file has no certificate"),
    ("Connection refused", "connection refused"),
    ("No route to host", "there is no route to it"),
    ("timed out", "no answer in time"),
    ("invalid server address", "its host name is not known"),
    ("violation of protocol", "no TLS on this port: ldap:// with start_tls, or the port of ldaps://"),
    ("WRONG_VERSION_NUMBER", "no TLS on this port: ldap:// with start_tls, or the port of ldaps://"),
    ("terminated by server", "it ended the connection: a port with TLS needs ldaps://"),
)
# What a server refuses, by LDAP's result codes (RFC 4511).
REFUSALS = {
    1: ("refuses searches without an account of kafkaadmin's own", "Set bind_dn and bind_password."),
    2: ("does not understand kafkaadmin's requests", "Check that the server speaks LDAP version 3."),
    3: ("did not finish the search in time", "Index the attributes of the filters, or narrow the bases."),
    8: ("wants an encrypted connection", "Use ldaps:// URLs, or start_tls."),
    10: ("refers to another server", "Name that server in urls, or set user_base to what this one has."),
    13: ("wants an encrypted connection", "Use ldaps:// URLs, or start_tls."),
    48: ("refuses this way of signing in", "Set bind_dn and bind_password."),
    50: ("does not let kafkaadmin's account search", "Give it the right to read users and groups."),
    51: ("is busy", "Try again in a moment."),
    52: ("is not available just now", "Try again in a moment."),
    53: ("refuses to answer: unwillingToPerform", "Set bind_dn and bind_password; an empty password is refused."),
}


def refusal_of(directory: Directory, error: LDAPException) -> tuple[str, str]:
    """Return what a server that answers refuses, and what to do."""
    if isinstance(error, LDAPInvalidCredentialsResult):
        return f"{directory.title} does not accept kafkaadmin's own account.", "Check bind_dn and bind_password."
    said, advice = REFUSALS.get(getattr(error, "result", None) or 0, ("", "Check the bases and filters."))
    description = getattr(error, "description", None) or error
    return f"{directory.title} {said or f'refuses to answer: {description}'}.", advice


def reason_of(error: Exception | None) -> str:
    """Return why a server cannot be asked."""
    text = str(error or "no answer")
    if untrusted := UNTRUSTED.search(text):
        return f"its certificate is not trusted ({untrusted[1]}); ca_file names the authority that signed it"
    meaning = next((meaning for words, meaning in MEANINGS if words in text), "")
    if not meaning and isinstance(error, LDAPStartTLSError):
        return "it refuses StartTLS"
    return meaning or text.splitlines()[0][:200]
