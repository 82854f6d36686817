"""Signing in at a provider: there, and back."""

from django.urls import path

from accounts.single_sign_on import views

urlpatterns = [
    path("<slug:name>/", views.sign_in, name="sso"),
    path("<slug:name>/callback/", views.callback, name="sso-callback"),
    path("<slug:name>/back-channel-logout/", views.back_channel_logout, name="sso-back-channel-logout"),
]
