"""The book's tables; its triggers stand in the migration."""

from django.db import models


class Account(models.Model):
    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    owner_id = models.IntegerField(default=0)

    class Meta:
        db_table = "billing_account"
        constraints = (
            models.UniqueConstraint("kind", "owner_id", name="account_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("bank", "funds", "held", "sales", "credits", "payouts", "payable")
                ),
                name="account_kind",
            ),
        )


class Entry(models.Model):
    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    ref = models.UUIDField()
    note = models.TextField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "billing_entry"
        constraints = (
            models.UniqueConstraint("kind", "ref", name="entry_once"),
            # A hold ends one way only: charged or given back.
            models.UniqueConstraint(
                fields=("ref",),
                condition=models.Q(kind__in=("capture", "release")),
                name="entry_ends_hold_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("deposit", "hold", "capture", "release", "credit", "payout", "reversal")
                ),
                name="entry_kind",
            ),
        )


class Posting(models.Model):
    """One side of an entry; its balance, entry and account are checked together, once a statement.

    `told_at` and `told_of` are the entry's instant and ref on the side that its party's statement tells of,
    else null.
    """

    pk = models.CompositePrimaryKey("entry_id", "account_id")
    entry = models.ForeignKey(Entry, models.PROTECT, db_index=False, db_constraint=False)
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, db_constraint=False)
    amount_minor = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)
    told_of = models.UUIDField(null=True)

    class Meta:
        db_table = "billing_posting"
        constraints = (
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="posting_says_something"),
        )
        indexes = (
            # Of four postings for a sold lead one is told; what a month comes to is read from this alone.
            models.Index(
                fields=("account", "told_at", "entry"),
                name="posting_told",
                condition=models.Q(told_at__isnull=False),
                include=("amount_minor", "told_of"),
            ),
        )


class Wallet(models.Model):
    """Derived from the book, except for mode and limit.

    `excess_minor` is by how much use stood above the limit when it was lowered; besides that only taking back
    a deposit since which nothing was held raises it again.
    """

    company_id = models.IntegerField(primary_key=True)
    mode = models.TextField()
    limit_minor = models.BigIntegerField(default=0)
    deposits_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    charged_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    excess_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "billing_wallet"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    held_minor__lte=models.F("limit_minor")
                    + models.F("deposits_minor")
                    - models.F("charged_minor")
                    + models.F("credited_minor")
                    + models.F("excess_minor")
                ),
                name="wallet_never_overdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    limit_minor__gte=0,
                    deposits_minor__gte=0,
                    held_minor__gte=0,
                    charged_minor__gte=0,
                    credited_minor__gte=0,
                    credited_minor__lte=models.F("charged_minor"),
                    excess_minor__gte=0,
                ),
                name="wallet_figures",
            ),
            models.CheckConstraint(condition=models.Q(mode__in=("credit", "prepaid")), name="wallet_mode"),
        )
