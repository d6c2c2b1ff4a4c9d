"""Feedback's tables."""

from django.db import models
from django.db.models import Q

from leadhouse.feedback.bulk.types import FileState, RowState
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


class File(models.Model):
    """A file of a company's feedback, and how far it is."""

    id = models.UUIDField(primary_key=True)
    company_id = models.IntegerField()
    name = models.TextField()
    by = models.TextField()
    state = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    silent = models.IntegerField()

    class Meta:
        db_table = "feedback_file"
        indexes = (
            models.Index("company_id", "created_at", name="feedback_file_company"),
            models.Index("created_at", condition=Q(state="running"), name="feedback_file_running"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=tuple(one.value for one in FileState)), name="feedback_file_state"
            ),
        )


class Row(models.Model):
    """One row of a file: what it says of which delivery, and what came of it."""

    pk = models.CompositePrimaryKey("file_id", "number")
    file = models.ForeignKey(File, models.CASCADE, db_index=False)
    number = models.IntegerField()
    delivery = models.TextField()
    assignment_id = models.UUIDField(null=True)
    kind = models.TextField()
    reason = models.TextField(null=True)
    value_minor = models.BigIntegerField(null=True)
    state = models.TextField()
    code = models.TextField(null=True)
    told = models.TextField()
    credit_minor = models.BigIntegerField()

    class Meta:
        db_table = "feedback_row"
        indexes = (models.Index("file_id", "number", condition=Q(state="ready"), name="feedback_row_ready"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=tuple(one.value for one in RowState)), name="feedback_row_state"
            ),
        )
