"""Delivery's tables."""

from django.db import models
from django.db.models import Q


class Parcel(models.Model):
    """One thing to one receiver; a delivery by the deciding method has its assignment's id."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    lead_id = models.UUIDField()
    assignment_id = models.UUIDField(null=True)
    method = models.SmallIntegerField(default=0)
    topic = models.TextField(default="")
    content = models.JSONField(default=dict)
    status = models.TextField(default="open")
    attempts = models.SmallIntegerField(default=0)
    is_uncertain = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deliver_parcel"
        indexes = (models.Index("lead_id", name="parcel_lead"),)
        constraints = (
            models.UniqueConstraint(
                "assignment_id", "method", name="parcel_method", condition=Q(kind="delivery")
            ),
            models.UniqueConstraint(
                "lead_id", "method", name="parcel_confirmation", condition=Q(kind="confirmation")
            ),
            models.UniqueConstraint(
                "lead_id", name="parcel_open_sync", condition=Q(kind="sync", status="open")
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("delivery", "confirmation", "notice", "sync")), name="parcel_kind"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("open", "accepted", "refused", "failed")), name="parcel_status"
            ),
        )


class Synced(models.Model):
    """Up to which event the operator's own system knows a lead."""

    lead_id = models.UUIDField(primary_key=True)
    seq = models.IntegerField()

    class Meta:
        db_table = "deliver_synced"


class Attempt(models.Model):
    """One try; its row is committed before any byte leaves, and has no verdict until an answer is applied."""

    id = models.BigAutoField(primary_key=True)
    parcel = models.ForeignKey(Parcel, models.DO_NOTHING, db_constraint=True)
    number = models.SmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    request = models.TextField()
    verdict = models.TextField(null=True)
    reason = models.TextField(null=True)
    detail = models.TextField(default="")
    reference = models.TextField(default="")
    status = models.SmallIntegerField(null=True)
    excerpt = models.TextField(default="")
    ms = models.IntegerField(null=True)

    class Meta:
        db_table = "deliver_attempt"
        constraints = (
            models.UniqueConstraint("parcel", "number", name="attempt_number"),
            models.CheckConstraint(
                condition=Q(verdict__in=("accepted", "refused", "retry", "unknown", "failed")),
                name="attempt_verdict",
            ),
        )


class Sent(models.Model):
    """What one attempt sent, as text and without secrets; it goes when its person is erased."""

    attempt = models.OneToOneField(Attempt, models.DO_NOTHING, primary_key=True, db_constraint=False)
    head = models.TextField()
    body = models.TextField()

    class Meta:
        db_table = "deliver_sent"
