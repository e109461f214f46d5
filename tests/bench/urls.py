"""The portal's addresses and a bare Django view: the same session, CSRF check and one transaction, nothing else."""

from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.http import require_POST

from units.models import User


@require_POST
@transaction.atomic
def bare(request):
    User.objects.filter(pk=request.user.pk).update(phone=request.POST.get("phone", ""))
    return HttpResponseRedirect("/")


urlpatterns = [path("bare/", bare), path("", include("campaign_portal.urls"))]
