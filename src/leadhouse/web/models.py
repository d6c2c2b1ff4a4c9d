"""The web's own tables; what the portals may read of all others stands in portal/fence.sql."""

from django.db import models


class SignInTry(models.Model):
    """How often signing in failed for a subject: the digest of an email, an address, or both together."""

    subject = models.BinaryField(primary_key=True)
    tries = models.IntegerField()
    open_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "web_sign_in_try"
        indexes = (models.Index("last_at", name="sign_in_try_last"),)


class Note(models.Model):
    """What one of a company's people wrote about a lead it was given."""

    id = models.BigAutoField(primary_key=True)
    assignment_id = models.UUIDField()
    company_id = models.IntegerField()
    at = models.DateTimeField()
    by = models.TextField()
    text = models.TextField()

    class Meta:
        db_table = "web_note"
        indexes = (models.Index("assignment_id", name="note_assignment"),)


class SavedList(models.Model):
    """A list of leads that a person comes back to: filters, columns and order as an address says them."""

    id = models.AutoField(primary_key=True)
    person_id = models.IntegerField()
    name = models.TextField()
    address = models.TextField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "web_saved_list"
        constraints = (models.UniqueConstraint("person_id", "name", name="saved_list_once"),)
        indexes = (models.Index("name", condition=models.Q(is_shared=True), name="saved_list_shared"),)


class InstructionsLink(models.Model):
    """How often a source's link to its posting instructions was taken back: only the newest link holds."""

    source_id = models.IntegerField(primary_key=True)
    number = models.IntegerField()

    class Meta:
        db_table = "web_instructions_link"
