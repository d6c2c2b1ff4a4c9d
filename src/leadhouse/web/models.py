"""The web's own table."""

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
