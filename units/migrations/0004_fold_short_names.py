"""The short names that are there already get the key that they are found by."""

from django.db import migrations


def fold(apps, schema_editor):
    for unit in apps.get_model("units", "Unit").objects.exclude(short_name="").iterator():
        unit.save(update_fields=["short_key"])


class Migration(migrations.Migration):
    dependencies = [("units", "0003_old_and_short_names_found_passwords_run_out")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
