"""Every route but the API's. Areas come from their table; a cluster's own pages are in ``clusters.urls``."""

from django.conf import settings
from django.urls import include, path, register_converter

from accounts.audit.views import audit
from accounts.mailed_links.views import AcceptInvitation, ResetPassword, forgotten, link_view
from accounts.second_factor.sign_in import code, enrol, passkey
from accounts.settings_page import overview
from accounts.single_sign_on.views import former_callback, sign_out
from accounts.views import SignIn
from clusters.search.views import search
from core.web.health import actuator, alive, ready
from core.web.paths import NameConverter
from core.web.sidebar import toggle
from core.web.tables import choose
from kafkaadmin.areas import AREAS
from kafkaadmin.moved import moved
from kafkaadmin.styleguide import styleguide
from lag.burrow.urls import beside

handler500 = "core.web.server_error.unexpected"
register_converter(NameConverter, "name")

urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    *(
        path(f"actuator/{name}", actuator, name="actuator")
        for name in ("health", "health/liveness", "health/readiness")
    ),
    path("login/", SignIn.as_view(), name="login"),
    path("login/forgotten/", forgotten, name="password-forgotten"),
    path("login/reset/<uidb64>/<token>/", link_view(ResetPassword), name="password-reset"),
    path("login/invitation/<uidb64>/<token>/", link_view(AcceptInvitation), name="invitation"),
    path("login/code/", code, name="second-factor-code"),
    path("login/passkey/", passkey, name="second-factor-passkey"),
    path("login/second-factor/", enrol, name="second-factor-enrol"),
    path("search/", search, name="search"),
    *([path("styleguide/", styleguide, name="styleguide")] if settings.DEBUG else []),
    path("settings/", overview, name="settings"),
    path("sidebar/", toggle, name="sidebar"),
    path("columns/<slug:table>/", choose, name="columns"),
    path("logout/", sign_out, name="logout"),
    path("sso/", include("accounts.single_sign_on.urls")),
    # kafka-ui's and AKHQ's, as they are registered at providers
    path("login/oauth2/code/<str:client>", former_callback, name="sso-callback-former"),
    path("oauth/callback/<str:client>", former_callback, name="sso-callback-former"),
    *beside,
    path("people/", include("accounts.people.urls")),
    path("channels/", include("metrics.alerts.urls")),
    path("alert-rules/", include("metrics.own_rules.urls")),
    path("account/second-factor/", include("accounts.second_factor.urls")),
    path("account/tokens/", include("api.account.urls")),
    path("audit/", audit, name="audit-all"),
    path("", include("clusters.urls")),
    *moved,
    path("clusters/<slug:cluster>/topics/", include("clusters.messages.urls")),
    path("clusters/<slug:cluster>/lag/", include("lag.urls")),
    *(path(f"clusters/<slug:cluster>/{area.path}/", include(area.urls)) for area in AREAS),
]
