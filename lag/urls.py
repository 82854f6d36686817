"""Lag: the evidence for one partition, the settings; the groups themselves are in the list of consumer groups."""

from django.urls import path

from lag import views

urlpatterns = [
    path("settings/", views.settings, name="lag-settings"),
    path("groups/<name:group>/<name:topic>/<int:partition>/", views.evidence, name="evidence"),
]
