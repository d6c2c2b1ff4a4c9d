"""The timeline's tables."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models


class Passport(models.Model):
    lead_id = models.UUIDField(primary_key=True)
    consumer_id = models.BigIntegerField()
    product_id = models.IntegerField(null=True)
    source_id = models.IntegerField()
    status = models.TextField(default="initial")
    reason = models.TextField(null=True)
    good_to_sell = models.BooleanField(default=False)
    classification = models.SmallIntegerField(null=True)
    contact_requests = models.SmallIntegerField(null=True)
    channel = models.TextField()
    state = models.TextField(default="")
    is_test = models.BooleanField(default=False)
    run = models.SmallIntegerField(default=1)
    last_seq = models.IntegerField(default=0)
    unique_lead_id = models.BigIntegerField(null=True)
    sales_potential_minor = models.BigIntegerField(null=True)
    waiting_until = models.DateTimeField(null=True)
    sale_size = models.SmallIntegerField(null=True)
    revenue_minor = models.BigIntegerField(default=0)
    promised_minor = models.BigIntegerField(null=True)
    answer = models.TextField(default="received")
    payout_minor = models.BigIntegerField(null=True, default=0)
    share_percent = models.DecimalField(null=True, max_digits=7, decimal_places=4)
    credited_minor = models.BigIntegerField(default=0)
    booked_minor = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    status_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "timeline_passport"
        indexes = (
            models.Index("received_at", "lead_id", name="passport_received"),
            models.Index("source_id", "received_at", name="passport_source"),
            models.Index("consumer_id", name="passport_consumer"),
        )


class Event(models.Model):
    pk = models.CompositePrimaryKey("lead_id", "seq")
    lead_id = models.UUIDField()
    seq = models.IntegerField()
    run = models.SmallIntegerField()
    at = models.DateTimeField()
    step = models.TextField()
    type = models.TextField()
    outcome = models.TextField()
    reason = models.TextField(null=True)
    data = models.JSONField()
    ms = models.IntegerField()

    class Meta:
        db_table = "timeline_event"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=("success", "failure", "error", "skip")), name="event_outcome"
            ),
        )


class Work(models.Model):
    id = models.BigAutoField(primary_key=True)
    stage = models.TextField()
    lead_id = models.UUIDField()
    ref = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    token = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "timeline_work"
        indexes = (
            models.Index("stage", "due_at", name="work_due"),
            models.Index("lead_id", name="work_lead"),
        )


class News(models.Model):
    """Parties that may come to want leads which wait, and how far that has been heard."""

    id = models.BigAutoField(primary_key=True)
    campaigns = ArrayField(models.IntegerField())
    companies = ArrayField(models.IntegerField())
    products = ArrayField(models.IntegerField())
    is_market = models.BooleanField()
    after = models.UUIDField(null=True)
    seen_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        db_table = "timeline_news"


class Day(models.Model):
    """A whole day of the market's zone whose leads' sums are kept; days never overlap."""

    starts_at = models.DateTimeField(primary_key=True)
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "timeline_day"
        constraints = (
            ExclusionConstraint(
                name="timeline_day_once",
                expressions=(
                    (models.Func("starts_at", "ends_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ),
            ),
        )


class DaySum(models.Model):
    """A kept day's real leads that agree in source, status, reason and state."""

    pk = models.CompositePrimaryKey("starts_at", "source_id", "status", "reason", "state")
    starts_at = models.DateTimeField()
    source_id = models.IntegerField()
    status = models.TextField()
    reason = models.TextField()
    state = models.TextField()
    leads = models.IntegerField()
    accepted = models.IntegerField()
    revenue_minor = models.BigIntegerField()
    credited_minor = models.BigIntegerField()
    booked_minor = models.BigIntegerField()

    class Meta:
        db_table = "timeline_day_sum"


class Stirred(models.Model):
    """When a lead came (its quarter of an hour) that has changed a day later or more."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "timeline_stirred"
        indexes = (models.Index("at", name="timeline_stirred_at"),)
