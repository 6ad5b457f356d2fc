from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0011_syllabuses_of_places")]

    operations = [
        migrations.AddField(
            model_name="lessonversion",
            name="texts",
            field=models.JSONField(default=dict),
        ),
    ]
