"""One's own tokens: the list, a new one, the end of one."""

from django.urls import path

from api.account import views

urlpatterns = [
    path("", views.listed, name="tokens"),
    path("new/", views.create, name="token-new"),
    path("<int:pk>/revoke/", views.revoke, name="token-revoke"),
    path("of/<int:pk>/", views.of_person, name="person-tokens"),
]
