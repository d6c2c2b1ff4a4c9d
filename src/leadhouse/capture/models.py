"""Capture's tables."""

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Collate, Lower


class Lead(models.Model):
    """One submission exactly as it came, and what was read in it; never updated, but emptied on erasure."""

    id = models.UUIDField(primary_key=True)
    source_id = models.IntegerField()
    product_id = models.IntegerField(null=True)
    received_at = models.DateTimeField()
    raw = models.BinaryField()
    content_type = models.TextField()
    headers = models.JSONField()
    fields = models.JSONField()
    extra = models.JSONField()
    marks = models.JSONField()
    created_by = models.TextField()
    is_test = models.BooleanField()

    class Meta:
        db_table = "capture_lead"
        constraints = (
            models.CheckConstraint(
                condition=Q(created_by__in=("api", "form", "batch", "csv")), name="lead_created_by"
            ),
        )
        # What people type into the lead list's search (report); "C" so that a name's beginning is a span.
        indexes = (
            models.Index(Collate(Lower(KT("fields__last_name")), "C"), name="lead_last_name"),
            models.Index(Collate(Lower(KT("fields__first_name")), "C"), name="lead_first_name"),
            # What a source calls its lead, typed into its own search.
            models.Index(
                "source_id",
                KT("fields__reference"),
                name="lead_reference",
                condition=Q(fields__has_key="reference"),
            ),
            # Last month's leads of a product, on which rules and areas are tried.
            models.Index("product_id", "received_at", "id", name="lead_product", condition=Q(is_test=False)),
        )


class Correction(models.Model):
    """What people have corrected in a lead: these values count instead of the posted ones."""

    lead_id = models.UUIDField(primary_key=True)
    fields = models.JSONField()
    extra = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "capture_correction"
        # What people type into a search (report), as with the leads.
        indexes = (
            models.Index(Collate(Lower(KT("fields__last_name")), "C"), name="correction_last_name"),
            models.Index(Collate(Lower(KT("fields__first_name")), "C"), name="correction_first_name"),
            models.Index(Collate(Lower(KT("fields__email")), "C"), name="correction_email"),
            models.Index(KT("fields__phone_1"), name="correction_phone"),
        )


class Receipt(models.Model):
    """What a source was told of a post, to be told again; without an answer while it is still waiting."""

    id = models.BigAutoField(primary_key=True)
    source_id = models.IntegerField()
    digest = models.BinaryField()
    is_key = models.BooleanField()
    body_digest = models.BinaryField()
    lead_id = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)
    status = models.SmallIntegerField()
    content_type = models.TextField()
    location = models.TextField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        db_table = "capture_receipt"
        constraints = (
            models.UniqueConstraint("source_id", "digest", name="receipt_once"),
            models.CheckConstraint(
                condition=Q(answer__isnull=False) | Q(waits_until__isnull=False),
                name="receipt_answered_or_waiting",
            ),
        )
        indexes = (
            models.Index("source_id", "body_digest", condition=Q(is_key=True), name="receipt_body"),
            models.Index("expires_at", name="receipt_expiry"),
            # What a lead's post was answered, on its page; and its going when the person is forgotten.
            models.Index("lead_id", name="receipt_lead"),
        )


class RefusedPost(models.Model):
    """A post that was no lead at all and what it was answered; nothing of what it said is kept.

    `source_id` is 0 where no source's key was known; `size` are the request's bytes as announced.
    """

    id = models.BigAutoField(primary_key=True)
    source_id = models.IntegerField()
    at = models.DateTimeField()
    status = models.SmallIntegerField()
    code = models.TextField()
    reason = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField(null=True)
    answer = models.BinaryField()

    class Meta:
        db_table = "capture_refused_post"
        indexes = (
            models.Index("source_id", "id", name="refused_post_source"),
            models.Index("at", name="refused_post_age"),
        )


class SourceWindow(models.Model):
    """How many leads a source's cap has taken in one day, week or month.

    `most` is the cap, or what was used already when the cap was lowered below it.
    """

    id = models.BigAutoField(primary_key=True)
    source_id = models.IntegerField()
    period = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    most = models.BigIntegerField()
    used = models.BigIntegerField(default=0)

    class Meta:
        db_table = "capture_source_window"
        constraints = (
            models.UniqueConstraint("source_id", "period", "starts_at", name="source_window_once"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("most")), name="source_window_room"
            ),
        )
        indexes = (models.Index("ends_at", name="source_window_over"),)


class UsedPing(models.Model):
    """A promised price given to a lead; a promise serves one lead."""

    ping_id = models.UUIDField(primary_key=True)
    lead_id = models.UUIDField(unique=True)
    source_id = models.IntegerField()
    price_minor = models.BigIntegerField()
    used_at = models.DateTimeField()

    class Meta:
        db_table = "capture_used_ping"
        constraints = (models.CheckConstraint(condition=Q(price_minor__gte=0), name="used_ping_price"),)
