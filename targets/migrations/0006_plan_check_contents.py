from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0005_returned_cells_signed_copies")]

    operations = [
        migrations.AddField(
            model_name="plancheck",
            name="contents",
            field=models.JSONField(default=dict, verbose_name="nội dung đã đối chiếu"),
            preserve_default=False,
        ),
    ]
