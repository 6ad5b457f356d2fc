from django.db import migrations, models

# Until now the chain ran in the order of ids: what is sealed already keeps that order.
NUMBER = """
UPDATE kernel_auditrow AS row SET seal_no = sealed.no
FROM (SELECT id, row_number() OVER (ORDER BY id) AS no FROM kernel_auditrow WHERE seal IS NOT NULL) AS sealed
WHERE row.id = sealed.id
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="auditrow",
            name="seal_no",
            field=models.PositiveBigIntegerField(null=True, unique=True),
        ),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
    ]
