from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assurance', '0007_keyword_libraries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='product',
            name='kind',
            field=models.CharField(choices=[('assistant', '备课助手'), ('tutor', '学习辅导'), ('tool', '创作工具'), ('grader', '批改与反馈'), ('agent', '智能体')], max_length=12),
        ),
    ]
