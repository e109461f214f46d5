"""Targets of older plans get the code that a new one of their number would get."""

from django.db import migrations


def give_codes(apps, schema_editor):
    for target in apps.get_model("targets", "Target").objects.filter(code="").iterator():
        target.code = f"CT{target.number:02d}"
        target.save(update_fields=["code"])


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_planning")]

    operations = [migrations.RunPython(give_codes, migrations.RunPython.noop)]
