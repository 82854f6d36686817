"""One finding and its history, as the page and the API read them."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from clusters.models import Cluster
from metrics.findings.visibility import within_grants
from metrics.models import FindingRow


def finding_or_404(request: HttpRequest, cluster: Cluster, pk: int) -> FindingRow:
    """Return a finding of a cluster that the person may see.

    Raises:
        Http404: there is none.
    """
    row = within_grants(request, cluster).filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such alert.")
    return row


def earlier(request: HttpRequest, row: FindingRow) -> QuerySet[FindingRow]:
    """Return the findings of the same rule about the same subject at other times."""
    return within_grants(request, row.cluster).filter(rule=row.rule, subject=row.subject).exclude(pk=row.pk)
