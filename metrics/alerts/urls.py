"""Channels: the list, and one of them."""

from django.urls import path

from metrics.alerts import views

urlpatterns = [
    path("", views.channels, name="channels"),
    path("new/", views.add, name="channel-add"),
    path("<int:pk>/", views.edit, name="channel"),
    path("<int:pk>/delete/", views.delete, name="channel-delete"),
]
