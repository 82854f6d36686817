"""Approvals: the list, one request, and what can be done with it."""

from django.urls import path

from clusters.approvals import views

urlpatterns = [
    path("", views.approvals, name="approvals"),
    path("switch-off/", views.switch_off, name="approvals-switch-off"),
    path("<int:approval>/", views.detail, name="approval"),
    path("<int:approval>/approve/", views.approve, name="approval-approve"),
    path("<int:approval>/refuse/", views.refuse, name="approval-refuse"),
    path("<int:approval>/cancel/", views.cancel, name="approval-cancel"),
]
