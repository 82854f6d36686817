"""People: the list, one person, one group, a grant."""

from django.urls import path

from accounts.mailed_links import views as mailed_links
from accounts.people import company_groups, sign_in_trial, views

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.new_person, name="person-add"),
    path("invite/", mailed_links.invite, name="person-invite"),
    path("<int:pk>/invitation/", mailed_links.send_again, name="person-invite-again"),
    path("<int:pk>/", views.person, name="person"),
    path("groups/new/", views.new_group, name="people-group-add"),
    path("groups/<int:pk>/", views.group, name="people-group"),
    path("company-groups/<int:pk>/remove/", company_groups.remove_company_group, name="company-group-remove"),
    path("sign-in-trial/", sign_in_trial.trial, name="sign-in-trial"),
    path("grants/<int:pk>/withdraw/", views.withdraw, name="grant-withdraw"),
    path("password/", views.own_password, name="own-password"),
]
