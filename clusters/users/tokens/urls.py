"""Delegation tokens: the list, creating, renewing, expiring."""

from django.urls import path

from clusters.users.tokens import views

urlpatterns = [
    path("", views.tokens, name="delegation-tokens"),
    path("new/", views.create, name="delegation-token-new"),
    path("<str:token>/renew/", views.renew, name="delegation-token-renew"),
    path("<str:token>/expire/", views.expire, name="delegation-token-expire"),
]
