"""A topic's messages, beside the topic's other pages."""

from django.urls import path

from clusters.messages import record_views, views
from clusters.messages.export import views as export_views
from clusters.messages.following.views import follow_several
from clusters.messages.insight import views as insight_views
from clusters.messages.produce import file_views
from clusters.messages.produce import views as produce_views
from clusters.messages.replay import views as replay_views

urlpatterns = [
    path("selected/follow/", follow_several, name="topics-follow"),
    path("<name:topic>/insight/", insight_views.insight, name="topic-insight"),
    path("<name:topic>/produce/", produce_views.produce_record, name="topic-produce"),
    path("<name:topic>/produce/file/", file_views.produce_file, name="topic-produce-file"),
    path("<name:topic>/messages/", views.messages, name="topic-messages"),
    path("<name:topic>/messages/export/", export_views.export, name="topic-messages-export"),
    path("<name:topic>/messages/copy/", replay_views.copy_records, name="topic-messages-copy"),
    path("<name:topic>/messages/<int:partition>/<int:offset>/", record_views.record, name="topic-message"),
    path("<name:topic>/messages/<int:partition>/<int:offset>/<slug:part>/", views.download, name="topic-message-part"),
]
