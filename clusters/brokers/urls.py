"""Brokers: the list, one broker, and configs of one or of all."""

from django.urls import path

from clusters.brokers import change_views, dir_views, views

urlpatterns = [
    path("", views.brokers, name="brokers"),
    path("configs/", change_views.configure, name="broker-defaults"),
    path("<int:broker>/", views.detail, name="broker"),
    path("<int:broker>/move-replicas/", dir_views.move_replicas, name="broker-move-replicas"),
    path("<int:broker>/configs/", change_views.configure, name="broker-configs"),
]
