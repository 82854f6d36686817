"""Reassignments: what is being moved, planning, cancelling, and the JSON of a job."""

from django.urls import path

from clusters.reassignment import views

urlpatterns = [
    path("", views.reassignments, name="reassignments"),
    path("new/", views.reassign, name="reassign"),
    path("cancel/", views.cancel, name="reassignments-cancel"),
    path("jobs/<int:job>/json/", views.assignment, name="reassignment-json"),
    path("jobs/<int:job>/throttle/", views.throttle, name="reassignment-throttle"),
    path("jobs/<int:job>/last-batch/", views.last_batch, name="reassignment-last-batch"),
]
