"""Qualify's tables."""

from django.db import models
from django.db.models import Q


class Contact(models.Model):
    """An accepted lead by one of its contacts: where its repetitions find it."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.IntegerField()
    source_id = models.IntegerField()
    kind = models.TextField()
    value = models.TextField()
    lead_id = models.UUIDField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "qualify_contact"
        constraints = (
            models.UniqueConstraint("lead_id", "kind", name="qualify_contact_once"),
            models.CheckConstraint(condition=Q(kind__in=("email", "phone")), name="qualify_contact_kind"),
        )
        indexes = (models.Index("product_id", "kind", "value", "received_at", name="qualify_contact_value"),)


class Suppression(models.Model):
    """A contact that must not be sold: its digest, and a hint by which people know it again."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    digest = models.BinaryField()
    hint = models.TextField()
    reason = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "qualify_suppression"
        constraints = (
            models.UniqueConstraint("kind", "digest", name="suppression_once"),
            models.CheckConstraint(condition=Q(kind__in=("email", "phone")), name="suppression_kind"),
        )


class Appended(models.Model):
    """The facts that a lead's last walk through its flow appended."""

    lead_id = models.UUIDField(primary_key=True)
    facts = models.JSONField()

    class Meta:
        db_table = "qualify_appended"


class Verification(models.Model):
    """What a service answered about a lead's contact, and until when that holds."""

    id = models.BigAutoField(primary_key=True)
    lead_id = models.UUIDField()
    check_name = models.TextField()
    service = models.TextField()
    verdict = models.TextField()
    data = models.JSONField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "qualify_verification"
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=("verified", "failed", "unknown")), name="verification_verdict"
            ),
        )
        indexes = (
            models.Index("lead_id", name="verification_lead"),
            models.Index("expires_at", name="verification_expiry"),
        )
