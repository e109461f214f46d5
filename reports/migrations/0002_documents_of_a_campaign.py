import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "Báo cáo tiến độ"),
                    ("city", "Báo cáo kết quả gửi thành phố"),
                    ("check", "Phiếu đối chiếu kế hoạch"),
                ],
                max_length=8,
                verbose_name="loại",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="period",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="built_reports",
                to="campaigns.reportingperiod",
                verbose_name="kỳ báo cáo",
            ),
        ),
        migrations.AlterField(
            model_name="reporttext",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "Báo cáo tiến độ"),
                    ("city", "Báo cáo kết quả gửi thành phố"),
                    ("check", "Phiếu đối chiếu kế hoạch"),
                ],
                max_length=8,
                verbose_name="loại báo cáo",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["check"]), ("period__isnull", True)),
                    models.Q(models.Q(("kind__in", ["check"]), _negated=True), ("period__isnull", False)),
                    _connector="OR",
                ),
                name="report_of_a_period_or_a_campaign",
                violation_error_message="Báo cáo theo kỳ phải có kỳ; tài liệu của cả đợt thi đua thì không có kỳ.",
            ),
        ),
    ]
