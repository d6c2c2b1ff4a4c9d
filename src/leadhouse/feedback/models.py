"""Feedback's table."""

from django.db import models
from django.db.models import Q

from leadhouse.feedback.types import Kind


class Response(models.Model):
    """One company's feedback of one type about one delivery; the first one counts for ever."""

    id = models.UUIDField(primary_key=True)
    assignment_id = models.UUIDField()
    lead_id = models.UUIDField()
    company_id = models.IntegerField()
    kind = models.TextField()
    reason = models.TextField(null=True)
    value_minor = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    credit_minor = models.BigIntegerField(default=0)
    code = models.TextField(null=True)
    granted_minor = models.BigIntegerField(null=True)

    class Meta:
        db_table = "feedback_response"
        indexes = (models.Index("lead_id", name="response_lead"),)
        constraints = (
            models.UniqueConstraint("assignment_id", "kind", name="response_once"),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(one.value for one in Kind)), name="response_kind"
            ),
            models.CheckConstraint(
                condition=Q(credit_minor__gte=0) & Q(value_minor__gte=0), name="response_amounts"
            ),
        )
