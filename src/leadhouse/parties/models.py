"""The tables of parties, people and their keys."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.crypto import salted_hmac

from leadhouse.parties.types import KeyKind, Role


class Market(models.Model):
    """One row: the market's own block and the number of the last change to anything configured."""

    id = models.SmallIntegerField(primary_key=True)
    revision = models.BigIntegerField()
    config = models.JSONField()

    class Meta:
        db_table = "parties_market"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="market_is_one"),)


class Change(models.Model):
    """A change of anything configured that was committed: the market's revision since then."""

    revision = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "parties_change"


class Product(models.Model):
    id = models.AutoField(primary_key=True)
    key = models.TextField(unique=True)
    config = models.JSONField()
    secrets = models.JSONField()
    is_closed = models.BooleanField()
    # Of the change that wrote it last.
    revision = models.BigIntegerField()

    class Meta:
        db_table = "parties_product"
        indexes = (models.Index("revision", name="product_revision"),)


class Source(models.Model):
    id = models.AutoField(primary_key=True)
    key = models.TextField(unique=True)
    config = models.JSONField()
    secrets = models.JSONField()
    is_closed = models.BooleanField()
    # Of the change that wrote it last.
    revision = models.BigIntegerField()

    class Meta:
        db_table = "parties_source"
        indexes = (models.Index("revision", name="source_revision"),)


class Company(models.Model):
    id = models.AutoField(primary_key=True)
    key = models.TextField(unique=True)
    config = models.JSONField()
    secrets = models.JSONField()
    is_closed = models.BooleanField()
    # The file's opening balance has been handed to billing, which must happen once in a company's life.
    had_opening = models.BooleanField()
    # Of the change that wrote it last.
    revision = models.BigIntegerField()

    class Meta:
        db_table = "parties_company"
        indexes = (models.Index("revision", name="company_revision"),)


class Campaign(models.Model):
    id = models.AutoField(primary_key=True)
    key = models.TextField(unique=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    config = models.JSONField()
    secrets = models.JSONField()
    is_closed = models.BooleanField()
    # Of the change that wrote it last.
    revision = models.BigIntegerField()

    class Meta:
        db_table = "parties_campaign"
        indexes = (
            models.Index("revision", name="campaign_revision"),
            models.Index(KeyTextTransform("product", "config"), name="campaign_product"),
        )


class Person(AbstractBaseUser):
    id = models.AutoField(primary_key=True)
    email = models.TextField(unique=True)
    role = models.TextField()
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    is_barred = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    # Sessions and links of a lower number have ended.
    session_number = models.IntegerField(default=0, db_default=0)
    link_number = models.IntegerField(default=0, db_default=0)
    # The IANA zone in which they see dates; empty: the device's own.
    zone = models.TextField(default="", db_default="")

    USERNAME_FIELD = "email"
    objects = BaseUserManager["Person"]()

    class Meta:
        db_table = "parties_person"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="person_role"
            ),
            models.CheckConstraint(
                condition=models.Q(role="source_user", source__isnull=False)
                | models.Q(role__in=("company_owner", "company_agent"), company__isnull=False)
                | models.Q(role__in=("operator", "analyst", "franchisor")),
                name="person_party",
            ),
        )

    def get_session_auth_hash(self) -> str:
        """Return what a session has to know to stay one: another one ends it."""
        known = f"{self.password} {self.session_number}"
        return salted_hmac("leadhouse.session", known, algorithm="sha256").hexdigest()


class SecondFactor(models.Model):
    """The secret that a person's app shares with us, sealed, and the last time step whose code was used."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE)
    sealed = models.BinaryField()
    last_step = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        db_table = "parties_second_factor"


class RecoveryCode(models.Model):
    """The SHA-256 of a code that lets a person in once without the app."""

    digest = models.BinaryField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        db_table = "parties_recovery_code"


class AuditNote(models.Model):
    """A change of the market, a person or a key; the migration's triggers let it only be added."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField()
    action = models.TextField()
    what = models.TextField()
    path = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        db_table = "parties_audit"
        indexes = (
            models.Index("by", "id", name="audit_by"),
            models.Index("what", "id", name="audit_what"),
        )


class AccessKey(models.Model):
    """A key's SHA-256; the key itself is never kept."""

    digest = models.BinaryField(primary_key=True)
    kind = models.TextField()
    owner_id = models.IntegerField()
    hint = models.TextField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_access_key"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in KeyKind if kind is not KeyKind.OPERATOR]),
                name="access_key_kind",
            ),
        )
        indexes = (models.Index("kind", "owner_id", name="access_key_owner"),)
