"""Every variable that the program reads from its environment: meaning, default, example. Pure.

``docs/configuration.md`` is built from this table, and ``core.environment`` takes the defaults from it, so that
the page and the program cannot differ.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One variable of the environment.

    ``default`` is the text that is read when nothing is set; ``otherwise`` describes what happens then, where that text
    does not.
    """

    name: str
    meaning: str
    default: str = ""
    example: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class Chapter:
    """Variables that belong together."""

    title: str
    variables: tuple[Variable, ...]
    introduction: str = ""


CHAPTERS = (
    Chapter(
        "Storage",
        (
            Variable(
                "KAFKAADMIN_DATA_DIR", "folder for all data that is not stored elsewhere", "var", "/var/lib/kafkaadmin",
                "`./var`",
            ),
            Variable(
                "DATABASE_URL", "the database", "", "postgres://kafkaadmin:secret@db:5432/kafkaadmin",
                "SQLite in the data folder",
            ),
            Variable(
                "REDIS_URL", "Celery's broker, where web, worker and beat do not share a data folder", "",
                "redis://:secret@redis:6379/0", "files in the data folder",
            ),
            Variable(
                "KAFKAADMIN_SECRET_KEY",
                "signs sessions and encrypts secrets; several, comma-separated: the first signs and encrypts, "
                "the others are still accepted",
                "", "new-key,old-key", "generated once, kept as `secret.key` in the data folder",
            ),
            Variable(
                "KAFKAADMIN_STATIC_ROOT", "folder of the collected static files; the image sets it", "",
                "/opt/kafkaadmin/static", "`static` in the data folder",
            ),
        ),
    ),
    Chapter(
        "Clusters",
        (
            Variable(
                "KAFKAADMIN_CONFIG",
                "file of clusters to declare (YAML of kafka-ui or AKHQ, YAML or TOML of Burrow), applied at every "
                "start and whenever it changes",
                "", "/etc/kafkaadmin/clusters.yml",
            ),
            Variable(
                "KAFKAADMIN_CREDENTIALS_DIR",
                "folder with `<cluster>/username`, `password` or `jaas`, also `ca.crt`, `user.crt`, `user.key`; "
                "merged into the declared cluster of that name, and again when they change",
                "", "/etc/kafkaadmin/credentials",
            ),
            Variable(
                "SPRING_PROFILES_ACTIVE",
                "as for kafka-ui: which documents of a multi-document file, marked with "
                "`spring.config.activate.on-profile`, are read; comma-separated",
                "", "prod", "those without a profile, or for `default`",
            ),
        ),
        "kafka-ui's environment variables, `KAFKA_CLUSTERS_0_NAME`, `KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS`, …, "
        "declare clusters too.",
    ),
    Chapter(
        "Sign-in and access",
        (
            Variable("KAFKAADMIN_ADMIN_USER", "user name of the first administrator", "admin", "ada"),
            Variable(
                "KAFKAADMIN_ADMIN_PASSWORD", "password of the first administrator; ignored once there are users", "",
                "correct-horse-battery", "generated and printed once",
            ),
            Variable(
                "KAFKAADMIN_ANONYMOUS_ROLE",
                "`viewer`, `operator` or `admin`: everybody has this role without signing in, as the user `anonymous`",
                "", "viewer", "sign-in required",
            ),
            Variable(
                "KAFKAADMIN_LOCAL_SIGN_IN",
                "who may sign in with a password of kafkaadmin's own: `everybody`, `superusers` or `nobody`",
                "everybody", "superusers",
            ),
            Variable(
                "KAFKAADMIN_SECOND_FACTOR",
                "who needs a second factor beside a password of kafkaadmin's own: `everybody`, `administrators` "
                "(superusers, and whoever may manage users) or `voluntary`: whoever has set one up",
                "", "administrators", "`second_factor` in the sign-in file, or `voluntary`",
            ),
            Variable("KAFKAADMIN_OIDC_ISSUER", "OpenID Connect: the provider's issuer URL", "",
                     "https://sso.example.com/realms/company"),
            Variable("KAFKAADMIN_OIDC_CLIENT_ID", "the client's id there", "", "kafkaadmin"),
            Variable("KAFKAADMIN_OIDC_CLIENT_SECRET", "its secret; none for a public client", "", "secret"),
            Variable("KAFKAADMIN_OIDC_LABEL", "what the button on the sign-in page is called", "Company account",
                     "Keycloak"),
            Variable("KAFKAADMIN_OIDC_SCOPES", "the scopes that are asked for", "openid profile email offline_access",
                     "openid profile groups"),
            Variable("KAFKAADMIN_OIDC_USERNAME_CLAIM", "the claim with the user name", "preferred_username", "email"),
            Variable("KAFKAADMIN_OIDC_GROUPS_CLAIM", "the claim with the groups, as a path", "groups",
                     "realm_access.roles"),
            Variable("KAFKAADMIN_OIDC_API_AUDIENCE", "the API accepts the provider's access tokens for this audience",
                     "", "kafkaadmin-api", "it accepts none"),
            Variable("KAFKAADMIN_OIDC_API_SCOPE", "`read` or `all`: what these may be used for, within their owner's "
                     "permissions", "read", "all"),
            Variable("KAFKAADMIN_OIDC_CA", "certificates (PEM) to check the provider by", "", "",
                     "those of the machine"),
            Variable("KAFKAADMIN_LDAP_URLS", "LDAP: servers of one directory, asked in this order", "",
                     "ldaps://ldap1.example.com ldaps://ldap2.example.com"),
            Variable("KAFKAADMIN_LDAP_KIND", "`openldap` or `active-directory`: what the filters are by default",
                     "openldap", "active-directory"),
            Variable("KAFKAADMIN_LDAP_LABEL", "what the directory is called on pages", "Company directory",
                     "Example Inc."),
            Variable("KAFKAADMIN_LDAP_BIND_DN", "kafkaadmin's own account there, which may search", "",
                     "cn=kafkaadmin,ou=services,dc=example,dc=com", "searches without an account"),
            Variable("KAFKAADMIN_LDAP_BIND_PASSWORD", "its password", "", "secret"),
            Variable("KAFKAADMIN_LDAP_USER_BASE", "where users are", "", "ou=people,dc=example,dc=com"),
            Variable("KAFKAADMIN_LDAP_USER_FILTER", "which entry is the user `{user}`", "",
                     "(&(uid={user})(employeeType=internal))", "by `uid`, or `sAMAccountName`"),
            Variable("KAFKAADMIN_LDAP_USERNAME_ATTRIBUTE", "the attribute with the user name", "", "mail",
                     "`uid`, or `sAMAccountName`"),
            Variable("KAFKAADMIN_LDAP_ID_ATTRIBUTE", "the attribute that never changes", "", "nsUniqueId",
                     "`entryUUID`, or `objectGUID`"),
            Variable("KAFKAADMIN_LDAP_GROUP_BASE", "below what groups count", "", "ou=groups,dc=example,dc=com",
                     "where users are"),
            Variable("KAFKAADMIN_LDAP_GROUP_FILTER", "which groups have the entry `{dn}`, or the user `{user}`", "",
                     "(member={dn})", "by `member`, `uniqueMember` or `memberUid`"),
            Variable("KAFKAADMIN_LDAP_GROUP_ATTRIBUTE", "the attribute with the group's name", "cn", "displayName"),
            Variable("KAFKAADMIN_LDAP_NESTED", "`false`: groups within groups count for nothing", "true", "false"),
            Variable("KAFKAADMIN_LDAP_START_TLS", "`true`: encrypt connections to `ldap://`", "false", "true"),
            Variable("KAFKAADMIN_LDAP_CA", "certificates (PEM) to check the servers by", "", "",
                     "those of the machine"),
            Variable("KAFKAADMIN_SIGN_IN", "YAML file of providers and teams, see [sign-in](sign-in.md)",
                     "", "/etc/kafkaadmin/sign-in.yaml"),
            Variable("KAFKAADMIN_PROXY_USER_HEADER", "the header in which a proxy names the user that it signed in", "",
                     "X-Forwarded-User"),
            Variable("KAFKAADMIN_PROXY_GROUPS_HEADER", "its header with the user's groups, comma-separated", "",
                     "X-Forwarded-Groups"),
            Variable("KAFKAADMIN_PROXY_EMAIL_HEADER", "its header with the e-mail address", "", "X-Forwarded-Email"),
            Variable(
                "KAFKAADMIN_PROXY_ADDRESSES",
                "addresses or networks of this proxy: from others, the headers count for nothing", "",
                "10.0.0.7,10.1.0.0/16",
            ),
            Variable(
                "KAFKAADMIN_APPROVAL_HOURS",
                "for how many hours a change that destroys waits for a second person, see [approvals](approvals.md)",
                "24", "4",
            ),
            Variable(
                "KAFKAADMIN_SMTP_URL",
                "server that links for invitations and forgotten passwords are sent by: `smtp://` with STARTTLS, "
                "`smtps://` with TLS, `smtp+plain://` unencrypted; needs `KAFKAADMIN_PUBLIC_URL`",
                "", "smtp://kafkaadmin:secret@mail.example.com:587", "no e-mail is sent",
            ),
            Variable("KAFKAADMIN_MAIL_FROM", "the sender of these e-mails", "kafkaadmin@localhost",
                     "kafkaadmin <kafkaadmin@example.com>"),
            Variable("KAFKAADMIN_SESSION_SECONDS", "how long a session lasts, in seconds", "43200", "3600"),
            Variable(
                "KAFKAADMIN_ALLOWED_HOSTS",
                "host names of kafkaadmin, comma-separated; `*` for any, the default of `kafkaadmin up` when it "
                "listens on more than loopback",
                "localhost,127.0.0.1,[::1]", "kafka.example.com",
            ),
            Variable("KAFKAADMIN_BASE_PATH", "URL path that kafkaadmin is served under", "/", "/kafka"),
            Variable(
                "KAFKAADMIN_PUBLIC_URL", "public URL of kafkaadmin: notifications then link to their alert",
                "", "https://kafka.example.com/kafkaadmin",
            ),
            Variable(
                "KAFKAADMIN_TRUSTED_PROXY", "`true` behind a proxy that terminates TLS and sets "
                                            "`X-Forwarded-Proto`", "false",
                "true",
            ),
            Variable("KAFKAADMIN_AUDIT_DAYS", "retention of the audit log, in days", "365", "90"),
            Variable("KAFKAADMIN_AUDIT_WEBHOOK", "URL that gets the audit log as well, as JSON Lines", "",
                     "https://siem.example.com/kafkaadmin"),
            Variable("KAFKAADMIN_AUDIT_WEBHOOK_TOKEN", "bearer token for it", "", "secret"),
            Variable("KAFKAADMIN_AUDIT_SYSLOG", "syslog that gets the audit log as well: `udp://`, `tcp://` or `tls://`",
                     "", "tls://syslog.example.com:6514"),
            Variable("KAFKAADMIN_AUDIT_TOPIC", "topic that gets the audit log as well, as CLUSTER/TOPIC", "",
                     "prod/kafkaadmin-audit"),
            Variable("KAFKAADMIN_AUDIT_READING", "`false`: the audit log does not have who read which records", "true",
                     "false"),
        ),
    ),
    Chapter(
        "Polling intervals",
        (
            Variable("KAFKAADMIN_INVENTORY_SECONDS", "seconds between two refreshes of a cluster", "10", "30"),
            Variable("KAFKAADMIN_LAG_SECONDS", "seconds between two rounds of the lag collector", "5", "10"),
            Variable(
                "KAFKAADMIN_LAG_SHARDS",
                "number of shards for collecting a cluster's lag; stop the workers before changing it", "1", "4",
            ),
        ),
    ),
    Chapter(
        "Burrow's API and the metrics",
        (
            Variable(
                "KAFKAADMIN_BURROW_LISTEN", "`[host]:port` that serves only Burrow's API and the metrics", "",
                "0.0.0.0:8000", "served with the web UI only",
            ),
            Variable(
                "KAFKAADMIN_PUBLIC_LAG_API", "`true`: Burrow's API requires neither sign-in nor token", "false", "true",
                "`false`, but open on loopback",
            ),
            Variable(
                "KAFKAADMIN_PUBLIC_METRICS", "`true`: `/metrics` requires neither sign-in nor token", "false", "true",
                "`false`, but open on loopback",
            ),
            Variable("KAFKAADMIN_LAG_API_TOKEN", "bearer token for Burrow's API", "", "a-long-random-text"),
            Variable("KAFKAADMIN_METRICS_TOKEN", "bearer token for `/metrics`", "", "another-long-random-text"),
        ),
    ),
    Chapter(
        "Logs",
        (
            Variable("KAFKAADMIN_LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING` or `ERROR`", "INFO", "WARNING"),
            Variable("KAFKAADMIN_LOG_FORMAT", "`text` or `json`", "text", "json"),
            Variable(
                "KAFKAADMIN_DEBUG", "`true` shows error details on pages: for development only", "false", "true"
            ),
        ),
    ),
    Chapter(
        "Command line",
        (
            Variable("KAFKAADMIN_URL", "base URL of kafkaadmin", "http://127.0.0.1:8080", "https://kafka.example.com"),
            Variable("KAFKAADMIN_TOKEN", "API token, created in the browser", "", "", "required"),
            Variable("KAFKAADMIN_CLUSTER", "the short name of the cluster", "", "prod", "required"),
        ),
        "For `kafkaadmin topics`, `groups`, `lag`, `findings` and `acls`, which call the API of a running kafkaadmin.",
    ),
    Chapter(
        "Internal",
        (
            Variable("KAFKAADMIN_LISTENS_ON", "the host that `web` and `burrow` listen on; set by the program itself"),
        ),
    ),
)  # fmt: skip

VARIABLES = {variable.name: variable for chapter in CHAPTERS for variable in chapter.variables}
