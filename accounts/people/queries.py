"""People and groups of people, with their grants, as the page and the API list them."""

from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet

SEARCHED = ("username", "first_name", "last_name", "email")


def people(q: str = "") -> QuerySet[User]:
    rows = User.objects.select_related("second_factor").prefetch_related("groups", "grant_set")
    return rows.filter(Q(*((f"{name}__icontains", q) for name in SEARCHED), _connector=Q.OR)) if q else rows


def teams(q: str = "") -> QuerySet[Group]:
    rows = Group.objects.select_related("declaration").prefetch_related("user_set", "grant_set", "company_groups")
    return rows.filter(name__icontains=q) if q else rows
