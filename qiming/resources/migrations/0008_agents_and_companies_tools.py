from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0007_tool_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='resource',
            name='kind',
            field=models.CharField(choices=[('pack', '课程包'), ('tool', '网页工具'), ('model', '模型'), ('agent', '智能体')], max_length=10),
        ),
        migrations.AlterField(
            model_name='ltitool',
            name='way',
            field=models.CharField(choices=[('by-hand', '手工登记'), ('by-itself', '自动登记'), ('by-vendor', '企业填写')], max_length=10),
        ),
    ]
