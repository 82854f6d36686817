"""Alert rules: the list, and one of them."""

from django.urls import path

from metrics.own_rules import views

urlpatterns = [
    path("", views.rules, name="rules"),
    path("matches/", views.matched, name="rule-matches"),
    path("new/", views.add, name="rule-add"),
    path("<int:pk>/", views.edit, name="rule"),
    path("<int:pk>/delete/", views.delete, name="rule-delete"),
]
