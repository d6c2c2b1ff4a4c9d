"""What was decided, what was given to whom, the room that it used up, and what outcomes have taught."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Delay',
            fields=[
                ('pk', models.CompositePrimaryKey('window_hours', 'hours', blank=True, editable=False, primary_key=True, serialize=False)),
                ('window_hours', models.IntegerField()),
                ('hours', models.IntegerField()),
                ('accepted', models.FloatField()),
                ('rejected', models.FloatField()),
                ('changed', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_delay',
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('pk', models.CompositePrimaryKey('consumer_id', 'product_id', 'company_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('consumer_id', models.BigIntegerField()),
                ('product_id', models.IntegerField()),
                ('company_id', models.IntegerField()),
                ('assignment_id', models.UUIDField()),
                ('until', models.DateTimeField()),
            ],
            options={
                'db_table': 'allocate_holding',
                'indexes': [models.Index(models.F('until'), name='holding_expiry')],
            },
        ),
        migrations.CreateModel(
            name='Pacing',
            fields=[
                ('product_id', models.IntegerField(primary_key=True, serialize=False)),
                ('updated_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField()),
                ('revision', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'allocate_pacing',
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('product_id', models.IntegerField()),
                ('group_key', models.TextField()),
                ('turns', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_line',
                'constraints': [models.UniqueConstraint(models.F('product_id'), models.F('group_key'), name='line_once')],
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('lead_id', models.UUIDField(primary_key=True, serialize=False)),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('campaigns', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('until', models.DateTimeField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'allocate_waiting',
                'indexes': [django.contrib.postgres.indexes.GinIndex(models.F('places'), name='waiting_places'), django.contrib.postgres.indexes.GinIndex(models.F('campaigns'), name='waiting_campaigns')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('product_id', models.IntegerField()),
                ('decisions', models.IntegerField()),
                ('net', models.BigIntegerField()),
                ('priced', models.BigIntegerField()),
                ('budget', models.BigIntegerField()),
                ('winners', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_tally',
                'indexes': [models.Index(models.F('at'), name='tally_at')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('pk', models.CompositePrimaryKey('line_id', 'campaign_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('line_id', models.IntegerField()),
                ('campaign_id', models.IntegerField()),
                ('last_turn', models.BigIntegerField()),
                ('owed', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_turn',
            },
        ),
        migrations.CreateModel(
            name='ShadowDay',
            fields=[
                ('pk', models.CompositePrimaryKey('campaign_id', 'starts_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('campaign_id', models.IntegerField()),
                ('starts_at', models.DateTimeField()),
                ('spent_minor', models.BigIntegerField()),
                ('spent_count', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_shadow_day',
                'indexes': [models.Index(models.F('starts_at'), name='shadow_day_start')],
            },
        ),
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('asked_for', models.UUIDField()),
                ('campaign_id', models.IntegerField()),
                ('asked_at', models.DateTimeField()),
                ('ms', models.IntegerField()),
                ('sizes', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ('request', models.TextField()),
                ('status', models.SmallIntegerField(null=True)),
                ('prices', models.JSONField()),
                ('refused', models.JSONField()),
                ('refusal', models.TextField(null=True)),
                ('reference', models.TextField()),
                ('excerpt', models.TextField()),
            ],
            options={
                'db_table': 'allocate_bid',
                'indexes': [models.Index(models.F('asked_for'), models.F('campaign_id'), name='bid_asked_for')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('lead_id', models.UUIDField()),
                ('run', models.SmallIntegerField()),
                ('company_id', models.IntegerField()),
                ('campaign_id', models.IntegerField()),
                ('consumer_id', models.BigIntegerField()),
                ('product_id', models.IntegerField()),
                ('unique_lead_id', models.BigIntegerField(null=True)),
                ('sale_size', models.SmallIntegerField()),
                ('price_minor', models.BigIntegerField()),
                ('expected_minor', models.BigIntegerField()),
                ('status', models.TextField(default='held')),
                ('is_uncertain', models.BooleanField(default=False)),
                ('rejection_window', models.DurationField()),
                ('windows', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('decided_at', models.DateTimeField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('rejection_until', models.DateTimeField(null=True)),
                ('rejected_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('converted_at', models.DateTimeField(null=True)),
                ('is_answer_folded', models.BooleanField(default=False)),
                ('is_loss_folded', models.BooleanField(default=False)),
                ('bid_reference', models.TextField(default='')),
            ],
            options={
                'db_table': 'allocate_assignment',
                'indexes': [models.Index(models.F('company_id'), models.F('decided_at'), name='assignment_company'), models.Index(models.F('decided_at'), name='assignment_decided'), models.Index(models.F('consumer_id'), models.F('product_id'), name='assignment_consumer')],
                'constraints': [models.UniqueConstraint(models.F('lead_id'), models.F('company_id'), name='assignment_once'), models.CheckConstraint(condition=models.Q(('status__in', ('held', 'delivering', 'accepted', 'refused', 'failed'))), name='assignment_status'), models.CheckConstraint(condition=models.Q(('price_minor__gte', 0)), name='assignment_price')],
            },
        ),
        migrations.CreateModel(
            name='CapWindow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('campaign_id', models.IntegerField()),
                ('period', models.TextField()),
                ('unit', models.TextField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('limit_amount', models.BigIntegerField()),
                ('used_amount', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'allocate_cap_window',
                'constraints': [models.UniqueConstraint(models.F('campaign_id'), models.F('period'), models.F('unit'), models.F('starts_at'), name='cap_window_once'), models.CheckConstraint(condition=models.Q(('used_amount__gte', 0), ('used_amount__lte', models.F('limit_amount'))), name='cap_never_exceeded'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='cap_window_spans')],
                'indexes': [models.Index(models.F('ends_at'), name='cap_window_over')],
            },
        ),
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('pk', models.CompositePrimaryKey('campaign_id', 'hour', 'window_hours', blank=True, editable=False, primary_key=True, serialize=False)),
                ('campaign_id', models.IntegerField()),
                ('hour', models.IntegerField()),
                ('window_hours', models.IntegerField()),
                ('sold', models.FloatField()),
                ('trials', models.FloatField()),
                ('changed', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_cohort',
                'indexes': [models.Index(models.F('changed'), name='cohort_changed')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('lead_id', models.UUIDField()),
                ('run', models.SmallIntegerField()),
                ('round', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('market_revision', models.BigIntegerField()),
                ('outcome', models.TextField()),
                ('reason', models.TextField(null=True)),
                ('waiting_until', models.DateTimeField(null=True)),
                ('sale_size', models.SmallIntegerField(null=True)),
                ('value_minor', models.BigIntegerField()),
                ('funnel', models.JSONField()),
                ('refusals', models.JSONField()),
                ('offers', models.BinaryField()),
                ('winners', models.JSONField()),
                ('method', models.TextField()),
                ('lines', models.JSONField()),
                ('sizes', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ('taken', models.SmallIntegerField()),
                ('is_begun', models.BooleanField()),
                ('floor_minor', models.BigIntegerField()),
                ('adjusted_minor', models.BigIntegerField()),
                ('pacing', models.TextField()),
                ('paces', models.JSONField()),
                ('otherwise', models.JSONField(null=True)),
                ('least_minor', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_decision',
                'constraints': [models.UniqueConstraint(models.F('lead_id'), models.F('run'), models.F('round'), name='decision_round'), models.CheckConstraint(condition=models.Q(('outcome__in', ('sold', 'waiting', 'unsold'))), name='decision_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('campaign_id', models.IntegerField(primary_key=True, serialize=False)),
                ('product_id', models.IntegerField()),
                ('shadow_price', models.FloatField()),
                ('day_starts_at', models.DateTimeField()),
                ('day_ends_at', models.DateTimeField()),
                ('plan', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('week_share', models.FloatField()),
                ('month_share', models.FloatField()),
                ('spent_minor', models.BigIntegerField()),
                ('spent_count', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'allocate_pace',
                'constraints': [models.CheckConstraint(condition=models.Q(('shadow_price__gte', 0), ('shadow_price__lte', 0.98)), name='pace_shadow_price')],
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('campaign_id', models.IntegerField(primary_key=True, serialize=False)),
                ('company_id', models.IntegerField()),
                ('sold', models.FloatField(default=0)),
                ('failed', models.FloatField(default=0)),
                ('rejected', models.FloatField(default=0)),
                ('trials', models.FloatField(default=0)),
                ('accepted', models.FloatField(default=0)),
                ('refused', models.FloatField(default=0)),
                ('decisions', models.BigIntegerField(default=0)),
                ('changed', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_rate',
                'indexes': [models.Index(models.F('changed'), name='rate_changed')],
            },
        ),
        migrations.CreateModel(
            name='Day',
            fields=[
                ('starts_at', models.DateTimeField(primary_key=True, serialize=False)),
                ('ends_at', models.DateTimeField()),
                ('decisions', models.BigIntegerField()),
                ('net', models.BigIntegerField()),
                ('priced', models.BigIntegerField()),
                ('budget', models.BigIntegerField()),
                ('winners', models.BigIntegerField()),
            ],
            options={
                'db_table': 'allocate_day',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=((models.Func('starts_at', 'ends_at', function='tstzrange'), '&&'),), name='allocate_day_once')],
            },
        ),
        migrations.CreateModel(
            name='DaySum',
            fields=[
                ('pk', models.CompositePrimaryKey('starts_at', 'company_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('company_id', models.IntegerField()),
                ('leads', models.IntegerField()),
                ('spent_minor', models.BigIntegerField()),
                ('rejected', models.IntegerField()),
                ('refused', models.IntegerField()),
                ('failed', models.IntegerField()),
            ],
            options={
                'db_table': 'allocate_day_sum',
            },
        ),
        migrations.CreateModel(
            name='Stirred',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'allocate_stirred',
                'indexes': [models.Index(models.F('at'), name='allocate_stirred_at')],
            },
        ),
    ]
