"""Lag: all groups, the evidence for one partition, the settings."""

from django.urls import path

from lag import views

urlpatterns = [
    path("", views.lag, name="lag"),
    path("settings/", views.settings, name="lag-settings"),
    path("groups/<name:group>/<name:topic>/<int:partition>/", views.evidence, name="evidence"),
]
