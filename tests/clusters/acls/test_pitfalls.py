"""What an entry means to Kafka, where it is not what most people mean by it."""

import pytest

from clusters.acls.pitfalls import pitfalls
from clusters.gateway.access.acls import Acl


def acl(
    *, principal: str = "User:a", host: str = "*", kind: str = "TOPIC", name: str = "t", pattern: str = "LITERAL"
) -> Acl:
    return Acl(principal, host, "READ", "ALLOW", kind, name, pattern)


@pytest.mark.parametrize(
    "plain",
    [
        acl(),
        acl(name="*"),
        acl(name="rep-", pattern="PREFIXED"),
        acl(host="10.0.0.1"),
        acl(host="2001:db8:0:0:0:0:0:1"),
        acl(host="fe80:0:0:0:0:0:0:1%eth0"),
        acl(principal="User:*"),
        acl(principal="User:CN=a,OU=b c"),
        acl(kind="GROUP", name="a group/ä", pattern="PREFIXED"),
        acl(kind="USER", name="User:a"),
    ],
)
def test_what_means_what_it_says_has_none(plain: Acl) -> None:
    assert pitfalls(plain) == []


@pytest.mark.parametrize(
    ("surprising", "words"),
    [
        (acl(name="*", pattern="PREFIXED"), "start with “*” literally. For all names, use LITERAL *."),
        (acl(name="rep-*", pattern="PREFIXED"), "For names that start with “rep-”, omit the *."),
        (
            acl(kind="GROUP", name="rep-x*"),
            "only covers the name “rep-x*” itself. For all names with this prefix, use PREFIXED rep-x",
        ),
        (acl(kind="TRANSACTIONAL_ID", name="*-tx"), "LITERAL *-tx is not a wildcard"),
        (acl(name="orders?"), "“?” is not legal in topic names"),
        (acl(name="team/", pattern="PREFIXED"), "PREFIXED team/ covers no topic"),
        (acl(host="10.0.0.0/8"), "before 4.4, where networks match no client"),
        (acl(host="app-1.example.com"), "“app-1.example.com” with the client's IP address as text"),
        (acl(host="10.0.*"), "match no client"),
        (acl(host="010.0.0.1"), "match no client"),
        (acl(host="2001:DB8::1"), "which it writes as 2001:db8:0:0:0:0:0:1. Use that."),
        (acl(host="::ffff:10.0.0.1"), "which it writes as 10.0.0.1."),
        (acl(principal="User:rep-*"), "only matches a user named “rep-*”. User:* is everyone."),
        (acl(principal="user:a"), "“user:” matches nobody. Use User:a."),
        (acl(principal="Group:admins"), "Group:admins matches nobody unless a custom principal builder is used"),
        (acl(principal="User: a"), "starts or ends with a space"),
    ],
)
def test_what_means_something_else_is_said(surprising: Acl, words: str) -> None:
    (sentence,) = pitfalls(surprising)
    assert words in sentence
