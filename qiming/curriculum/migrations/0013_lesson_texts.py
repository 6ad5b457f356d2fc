from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0012_misconceptions_of_concepts")]

    operations = [
        migrations.AddField(
            model_name="lessonversion",
            name="texts",
            field=models.JSONField(default=dict),
        ),
    ]
