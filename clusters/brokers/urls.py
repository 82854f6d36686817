"""Brokers: the list, and one broker."""

from django.urls import path

from clusters.brokers import views

urlpatterns = [
    path("", views.brokers, name="brokers"),
    path("<int:broker>/", views.detail, name="broker"),
]
