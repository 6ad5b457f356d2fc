from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0011_syllabuses_of_places")]

    operations = [
        migrations.AddField(
            model_name="concept",
            name="misconceptions",
            field=models.JSONField(default=list),
        ),
    ]
