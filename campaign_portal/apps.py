"""The admin with the portal's own site."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "campaign_portal.admin_site.PortalAdminSite"

    def ready(self):
        """Collect all admin pages but Django's groups, which mean nothing where rights come from memberships."""
        super().ready()
        from django.contrib.auth.models import Group

        self.module.site.unregister(Group)
