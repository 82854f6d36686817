"""Transactions: all ids, one of them, those that hang, producers of a topic, and aborting."""

from django.urls import path

from clusters.transactions import views

urlpatterns = [
    path("", views.transactions, name="transactions"),
    path("ids/<name:transaction>/", views.detail, name="transaction"),
    path("hanging/", views.hanging, name="hanging-transactions"),
    path("producers/", views.producers, name="producers"),
    path("abort/", views.abort, name="transaction-abort"),
]
