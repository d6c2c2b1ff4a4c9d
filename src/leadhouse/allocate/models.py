"""Allocation's tables: what was decided, what was given to whom, the room used up, what outcomes taught."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class CapWindow(models.Model):
    """One cap in one period. `limit_amount` is the limit at the last use: an edit never touches a row."""

    id = models.BigAutoField(primary_key=True)
    campaign_id = models.IntegerField()
    period = models.TextField()
    unit = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    limit_amount = models.BigIntegerField()
    used_amount = models.BigIntegerField(default=0)

    class Meta:
        db_table = "allocate_cap_window"
        constraints = (
            models.UniqueConstraint("campaign_id", "period", "unit", "starts_at", name="cap_window_once"),
            models.CheckConstraint(
                condition=Q(used_amount__gte=0, used_amount__lte=F("limit_amount")), name="cap_never_exceeded"
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="cap_window_spans"),
        )
        indexes = (models.Index("ends_at", name="cap_window_over"),)


class Assignment(models.Model):
    id = models.UUIDField(primary_key=True)
    lead_id = models.UUIDField()
    run = models.SmallIntegerField()
    company_id = models.IntegerField()
    campaign_id = models.IntegerField()
    consumer_id = models.BigIntegerField()
    product_id = models.IntegerField()
    unique_lead_id = models.BigIntegerField(null=True)
    sale_size = models.SmallIntegerField()
    price_minor = models.BigIntegerField()
    expected_minor = models.BigIntegerField()
    status = models.TextField(default="held")
    is_uncertain = models.BooleanField(default=False)
    rejection_window = models.DurationField()
    windows = ArrayField(models.BigIntegerField())
    decided_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    rejection_until = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    converted_at = models.DateTimeField(null=True)
    is_answer_folded = models.BooleanField(default=False)
    is_loss_folded = models.BooleanField(default=False)
    bid_reference = models.TextField(default="")

    class Meta:
        db_table = "allocate_assignment"
        constraints = (
            models.UniqueConstraint("lead_id", "company_id", name="assignment_once"),
            models.CheckConstraint(
                condition=Q(status__in=("held", "delivering", "accepted", "refused", "failed")),
                name="assignment_status",
            ),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="assignment_price"),
        )
        indexes = (
            models.Index("company_id", "decided_at", name="assignment_company"),
            models.Index("decided_at", name="assignment_decided"),
            models.Index("consumer_id", "product_id", name="assignment_consumer"),
        )


class Holding(models.Model):
    """A company has a consumer for a product, and may not get it again until the product's window is over."""

    pk = models.CompositePrimaryKey("consumer_id", "product_id", "company_id")
    consumer_id = models.BigIntegerField()
    product_id = models.IntegerField()
    company_id = models.IntegerField()
    assignment_id = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        db_table = "allocate_holding"
        indexes = (models.Index("until", name="holding_expiry"),)


class Decision(models.Model):
    """A decision with all it rests on; `refusals` are sets of campaign ids (base64 of roaring bitmaps),
    `offers` are packed."""

    id = models.UUIDField(primary_key=True)
    lead_id = models.UUIDField()
    run = models.SmallIntegerField()
    round = models.SmallIntegerField()
    at = models.DateTimeField()
    market_revision = models.BigIntegerField()
    outcome = models.TextField()
    reason = models.TextField(null=True)
    waiting_until = models.DateTimeField(null=True)
    sale_size = models.SmallIntegerField(null=True)
    value_minor = models.BigIntegerField()
    funnel = models.JSONField()
    refusals = models.JSONField()
    offers = models.BinaryField()
    winners = models.JSONField()
    method = models.TextField()
    lines = models.JSONField()
    sizes = ArrayField(models.SmallIntegerField())
    taken = models.SmallIntegerField()
    is_begun = models.BooleanField()
    floor_minor = models.BigIntegerField()
    adjusted_minor = models.BigIntegerField()
    pacing = models.TextField()
    paces = models.JSONField()
    otherwise = models.JSONField(null=True)
    least_minor = models.BigIntegerField()

    class Meta:
        db_table = "allocate_decision"
        constraints = (
            models.UniqueConstraint("lead_id", "run", "round", name="decision_round"),
            models.CheckConstraint(
                condition=Q(outcome__in=("sold", "waiting", "unsold")), name="decision_outcome"
            ),
        )


class Tally(models.Model):
    """Decisions about real leads made together, and how many campaigns were left in them after each step.

    A row a batch and product, so that a month's funnel is read from few narrow rows.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    product_id = models.IntegerField()
    decisions = models.IntegerField()
    net = models.BigIntegerField()
    priced = models.BigIntegerField()
    budget = models.BigIntegerField()
    winners = models.BigIntegerField()

    class Meta:
        db_table = "allocate_tally"
        indexes = (models.Index("at", name="tally_at"),)


class Line(models.Model):
    """Campaigns that take turns: a product's, or one of its groups'; `turns` only ever grows."""

    id = models.AutoField(primary_key=True)
    product_id = models.IntegerField()
    group_key = models.TextField()
    turns = models.BigIntegerField()

    class Meta:
        db_table = "allocate_line"
        constraints = (models.UniqueConstraint("product_id", "group_key", name="line_once"),)


class Waiting(models.Model):
    """A lead that waits until an opening, to be found by those who may come to want it sooner.

    `places` are the names by which campaigns may want where it is (waiting/places.py), `campaigns` some of
    those whose opening it waits for; `at` is when that was decided.
    """

    lead_id = models.UUIDField(primary_key=True)
    places = ArrayField(models.TextField())
    campaigns = ArrayField(models.IntegerField())
    until = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "allocate_waiting"
        indexes = (
            GinIndex("places", name="waiting_places"),
            GinIndex("campaigns", name="waiting_campaigns"),
        )


class Turn(models.Model):
    """How a campaign stands in a line: the number of its last turn, and what it is owed of leads."""

    pk = models.CompositePrimaryKey("line_id", "campaign_id")
    line_id = models.IntegerField()
    campaign_id = models.IntegerField()
    last_turn = models.BigIntegerField()
    owed = models.BigIntegerField()

    class Meta:
        db_table = "allocate_turn"


class Rate(models.Model):
    """A campaign's record in faded sums (see prices/experience.py); `changed` by which transaction."""

    campaign_id = models.IntegerField(primary_key=True)
    company_id = models.IntegerField()
    sold = models.FloatField(default=0)
    failed = models.FloatField(default=0)
    rejected = models.FloatField(default=0)
    trials = models.FloatField(default=0)
    accepted = models.FloatField(default=0)
    refused = models.FloatField(default=0)
    decisions = models.BigIntegerField(default=0)
    changed = models.BigIntegerField()

    class Meta:
        db_table = "allocate_rate"
        indexes = (models.Index("changed", name="rate_changed"),)


class Cohort(models.Model):
    """What a campaign accepted in one hour (from 1970) for one rejection window, until the window is over."""

    pk = models.CompositePrimaryKey("campaign_id", "hour", "window_hours")
    campaign_id = models.IntegerField()
    hour = models.IntegerField()
    window_hours = models.IntegerField()
    sold = models.FloatField()
    trials = models.FloatField()
    changed = models.BigIntegerField()

    class Meta:
        db_table = "allocate_cohort"
        indexes = (models.Index("changed", name="cohort_changed"),)


class Delay(models.Model):
    """How many assignments of one rejection window came back so many hours after their delivery."""

    pk = models.CompositePrimaryKey("window_hours", "hours")
    window_hours = models.IntegerField()
    hours = models.IntegerField()
    accepted = models.FloatField()
    rejected = models.FloatField()
    changed = models.BigIntegerField()

    class Meta:
        db_table = "allocate_delay"


class Pace(models.Model):
    """A campaign's shadow price, its day, and what it had spent at the last update (see pacing/pacer.py)."""

    campaign_id = models.IntegerField(primary_key=True)
    product_id = models.IntegerField()
    shadow_price = models.FloatField()
    day_starts_at = models.DateTimeField()
    day_ends_at = models.DateTimeField()
    plan = ArrayField(models.FloatField())
    week_share = models.FloatField()
    month_share = models.FloatField()
    spent_minor = models.BigIntegerField()
    spent_count = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "allocate_pace"
        constraints = (
            models.CheckConstraint(
                condition=Q(shadow_price__gte=0, shadow_price__lte=0.98), name="pace_shadow_price"
            ),
        )


class Pacing(models.Model):
    """When a product's shadow prices were brought up to date, and worked out anew; `revision` counts both.

    Whoever holds the row's lock has the turn.
    """

    product_id = models.IntegerField(primary_key=True)
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField()
    revision = models.BigIntegerField(default=0)

    class Meta:
        db_table = "allocate_pacing"


class ShadowDay(models.Model):
    """What a campaign would have spent in one of its local days, had its product been paced."""

    pk = models.CompositePrimaryKey("campaign_id", "starts_at")
    campaign_id = models.IntegerField()
    starts_at = models.DateTimeField()
    spent_minor = models.BigIntegerField()
    spent_count = models.BigIntegerField()

    class Meta:
        db_table = "allocate_shadow_day"
        indexes = (models.Index("starts_at", name="shadow_day_start"),)


class Bid(models.Model):
    """What a campaign answered when it was asked for its bids about a lead; an answer is never changed."""

    id = models.BigAutoField(primary_key=True)
    asked_for = models.UUIDField()
    campaign_id = models.IntegerField()
    asked_at = models.DateTimeField()
    ms = models.IntegerField()
    sizes = ArrayField(models.SmallIntegerField())
    request = models.TextField()
    status = models.SmallIntegerField(null=True)
    prices = models.JSONField()
    refused = models.JSONField()
    refusal = models.TextField(null=True)
    reference = models.TextField()
    excerpt = models.TextField()

    class Meta:
        db_table = "allocate_bid"
        indexes = (models.Index("asked_for", "campaign_id", name="bid_asked_for"),)


class Day(models.Model):
    """A whole day of the market's zone whose decisions' sums are kept; days never overlap."""

    starts_at = models.DateTimeField(primary_key=True)
    ends_at = models.DateTimeField()
    decisions = models.BigIntegerField()
    net = models.BigIntegerField()
    priced = models.BigIntegerField()
    budget = models.BigIntegerField()
    winners = models.BigIntegerField()

    class Meta:
        db_table = "allocate_day"
        constraints = (
            ExclusionConstraint(
                name="allocate_day_once",
                expressions=(
                    (models.Func("starts_at", "ends_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ),
            ),
        )


class DaySum(models.Model):
    """What a company was given in a kept day, by the instant of the decision, and what came back."""

    pk = models.CompositePrimaryKey("starts_at", "company_id")
    starts_at = models.DateTimeField()
    company_id = models.IntegerField()
    leads = models.IntegerField()
    spent_minor = models.BigIntegerField()
    rejected = models.IntegerField()
    refused = models.IntegerField()
    failed = models.IntegerField()

    class Meta:
        db_table = "allocate_day_sum"


class Stirred(models.Model):
    """When an assignment was decided (its quarter of an hour) that has changed a day later or more."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "allocate_stirred"
        indexes = (models.Index("at", name="allocate_stirred_at"),)
