"""Topics: the list, a new one, and one topic's pages. Its messages are routed in ``clusters.messages.urls``."""

from django.urls import path

from clusters.topics import change_views, records_views, recreation_views, views
from clusters.topics.comparing import views as comparing

urlpatterns = [
    path("", views.topics, name="topics"),
    path("new/", change_views.create, name="topic-new"),
    path("selected/compare/", comparing.compare, name="topics-compare"),
    path("<name:topic>/", views.detail, name="topic"),
    path("<name:topic>/configs/", change_views.configure, name="topic-configs"),
    path("<name:topic>/configs/align/", comparing.align, name="topic-align"),
    path("<name:topic>/groups/", views.readers, name="topic-groups"),
    path("<name:topic>/acls/", views.acls, name="topic-acls"),
    path("<name:topic>/partitions/", change_views.add_partitions, name="topic-partitions"),
    path("<name:topic>/delete-records/", records_views.delete_records, name="topic-delete-records"),
    path("<name:topic>/recreate/", recreation_views.recreate, name="topic-recreate"),
    path("<name:topic>/delete/", change_views.delete, name="topic-delete"),
]
