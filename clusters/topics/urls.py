"""Topics: the list, a new one, and one topic's pages."""

from django.urls import path

from clusters.topics import changes, messages, views

urlpatterns = [
    path("", views.topics, name="topics"),
    path("new/", changes.create, name="topic-new"),
    path("<name:topic>/", views.detail, name="topic"),
    path("<name:topic>/messages/", messages.messages, name="topic-messages"),
    path("<name:topic>/configs/", changes.configure, name="topic-configs"),
    path("<name:topic>/groups/", views.readers, name="topic-groups"),
    path("<name:topic>/acls/", views.acls, name="topic-acls"),
    path("<name:topic>/partitions/", changes.add_partitions, name="topic-partitions"),
    path("<name:topic>/delete/", changes.delete, name="topic-delete"),
]
