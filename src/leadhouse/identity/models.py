"""Identity's tables."""

from django.db import models


class Consumer(models.Model):
    """A person; the id is the permanent number, given by a sequence that starts at 5000001."""

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_consumer"


class Contact(models.Model):
    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    # "C" so that an email's beginning is a span (report's search), whatever the database sorts by.
    value = models.TextField(db_collation="C")
    name_key = models.TextField(default="")
    consumer = models.ForeignKey(Consumer, models.PROTECT)

    class Meta:
        db_table = "identity_contact"
        constraints = (
            models.UniqueConstraint("kind", "value", "name_key", name="contact_once"),
            models.CheckConstraint(condition=models.Q(kind__in=("email", "phone")), name="contact_kind"),
        )


class UniqueLead(models.Model):
    id = models.BigAutoField(primary_key=True)
    consumer = models.ForeignKey(Consumer, models.PROTECT, db_index=False)
    product_id = models.IntegerField()
    first_lead_id = models.UUIDField()
    first_received_at = models.DateTimeField()

    class Meta:
        db_table = "identity_unique_lead"
        constraints = (models.UniqueConstraint("first_lead_id", name="unique_lead_first"),)
        indexes = (models.Index("consumer", "product_id", "first_received_at", name="unique_lead_consumer"),)
