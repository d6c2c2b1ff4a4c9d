"""The tables of work on many leads."""

from django.db import models
from django.db.models import Q

from leadhouse.amend.types import Action, State


class Batch(models.Model):
    id = models.UUIDField(primary_key=True)
    action = models.TextField()
    state = models.TextField()
    by = models.TextField()
    asked = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    total = models.IntegerField()
    changed = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)

    class Meta:
        db_table = "amend_batch"
        indexes = (
            models.Index("created_at", condition=Q(state="running"), name="batch_running"),
            models.Index("created_at", name="batch_created"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(action__in=[one.value for one in Action]), name="batch_action"
            ),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="batch_state"),
            models.CheckConstraint(
                condition=Q(total__gte=models.F("changed") + models.F("skipped")), name="batch_counts"
            ),
        )


class Item(models.Model):
    """A lead of a batch; `is_changed` is unknown until it was its turn."""

    pk = models.CompositePrimaryKey("batch_id", "lead_id")
    batch = models.ForeignKey(Batch, models.CASCADE, db_index=False)
    lead_id = models.UUIDField()
    is_changed = models.BooleanField(null=True)

    class Meta:
        db_table = "amend_item"
        indexes = (models.Index("batch_id", condition=Q(is_changed__isnull=True), name="item_left"),)
