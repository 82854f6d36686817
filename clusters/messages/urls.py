"""A topic's messages, beside the topic's other pages."""

from django.urls import path

from clusters.messages import views

urlpatterns = [
    path("<name:topic>/messages/", views.messages, name="topic-messages"),
]
