import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import qiming.kernel.base
import qiming.kernel.ids
import qiming.kernel.time
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ("scope_path", qiming.kernel.base.PathField(db_collation="C", db_index=True)),
                ("kind", models.CharField(choices=[("pack", "课程包"), ("tool", "网页工具")], max_length=10)),
                ("offered_by", models.UUIDField()),
                ("course_key", models.CharField(blank=True, default="", max_length=80)),
                ("title", models.CharField(max_length=60)),
                ("says", models.TextField(blank=True, default="")),
                ("stage", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=40)),
                ("area", models.CharField(max_length=10)),
                ("on_shelf", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(null=True)),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="resource_by_words"),
                    models.Index(condition=models.Q(("on_shelf", True)), fields=["-published_at", "id"], name="resource_on_shelf"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResourceVersion",
            fields=[
                ("id", models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ("scope_path", qiming.kernel.base.PathField(db_collation="C", db_index=True)),
                ("number", models.PositiveIntegerField()),
                ("card", models.JSONField()),
                ("course_version_id", models.UUIDField(null=True)),
                ("lessons", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ("address", models.URLField(blank=True, default="", max_length=400)),
                ("content_hash", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("approved_hash", models.CharField(blank=True, default="", max_length=64)),
                ("report", models.JSONField(blank=True, default=dict)),
                ("made_by", models.UUIDField()),
                ("state", models.CharField(default="draft", max_length=40)),
                ("case_id", models.UUIDField(null=True)),
                ("is_served", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(null=True)),
                ("resource", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="resources.resource")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["fingerprint"], name="resource_duplicates"),
                    django.contrib.postgres.indexes.GinIndex(fields=["lessons"], name="resource_of_lesson"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("resource", "number"), name="resource_version_once"),
                    models.UniqueConstraint(condition=models.Q(("is_served", True)), fields=("resource",), name="one_served_version"),
                    models.UniqueConstraint(condition=models.Q(("state__in", ("draft", "self_review", "provider_reviewed", "returned", "in_review", "approved"))), fields=("resource",), name="one_version_under_way"),
                    models.UniqueConstraint(condition=models.Q(("state__in", ["draft", "self_review", "provider_reviewed", "returned", "in_review", "approved", "published", "suspended"])), fields=("course_version_id",), name="course_version_offered_once"),
                    models.CheckConstraint(condition=models.Q(("is_served", False), models.Q(("approved_hash", models.F("content_hash")), ("state", "published")), _connector="OR"), name="served_as_approved"),
                    models.CheckConstraint(condition=models.Q(("course_version_id__isnull", True), ("address", ""), _connector="XOR"), name="pack_or_tool"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.UUIDField(default=qiming.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=qiming.kernel.time.now, editable=False)),
                ("scope_path", qiming.kernel.base.PathField(db_collation="C", db_index=True)),
                ("place_id", models.UUIDField()),
                ("school_path", models.TextField(db_collation="C")),
                ("decided_by", models.UUIDField()),
                ("minutes", models.TextField()),
                ("since", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=300)),
                ("data_return", models.CharField(blank=True, default="", max_length=300)),
                ("resource", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="adoptions", to="resources.resource")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("ended_on", None)), fields=("resource", "place_id"), name="adopted_once"),
                    models.CheckConstraint(condition=models.Q(("ended_on", None), models.Q(("ended_why", ""), _negated=True), _connector="OR"), name="ended_with_reason"),
                ],
            },
        ),
    ]
