"""The book: append-only, every entry balanced when its transaction commits."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


APPEND_ONLY = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the book is append-only: book a further entry instead of a %', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON billing_entry
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON billing_posting
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER account_append_only BEFORE UPDATE OR DELETE ON billing_account
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""
# Of the rows just added alone, once a statement: an entry's postings come together or not at all, and what they
# refer to is never removed. Summing each entry's postings at every row's commit took a quarter of the time in which
# leads are sold; a foreign key's look-up for every row a fifth of PostgreSQL's.
BALANCED = """
CREATE FUNCTION billing_entries_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unbalanced bigint := (SELECT entry_id FROM fresh GROUP BY entry_id HAVING sum(amount_minor) <> 0 LIMIT 1);
    stray bigint := (SELECT entry_id FROM fresh
                     WHERE NOT EXISTS (SELECT FROM billing_entry AS entry WHERE entry.id = fresh.entry_id)
                        OR NOT EXISTS (SELECT FROM billing_account AS account WHERE account.id = fresh.account_id)
                     LIMIT 1);
BEGIN
    IF unbalanced IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not sum to zero', unbalanced
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_sums_to_zero';
    END IF;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'a posting refers to entry % or to an account that the book does not have', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'posting_is_of_the_book';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_sums_to_zero AFTER INSERT ON billing_posting REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION billing_entries_must_balance();
"""
UNDO = """
DROP FUNCTION billing_refuse_change() CASCADE;
DROP FUNCTION billing_entries_must_balance() CASCADE;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('owner_id', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'billing_account',
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('owner_id'), name='account_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('bank', 'funds', 'held', 'sales', 'credits', 'payouts', 'payable'))), name='account_kind')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('ref', models.UUIDField()),
                ('note', models.TextField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'billing_entry',
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('ref'), name='entry_once'), models.UniqueConstraint(condition=models.Q(('kind__in', ('capture', 'release'))), fields=('ref',), name='entry_ends_hold_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('deposit', 'hold', 'capture', 'release', 'credit', 'payout', 'reversal'))), name='entry_kind')],
            },
        ),
        migrations.CreateModel(
            name='Wallet',
            fields=[
                ('company_id', models.IntegerField(primary_key=True, serialize=False)),
                ('mode', models.TextField()),
                ('limit_minor', models.BigIntegerField(default=0)),
                ('deposits_minor', models.BigIntegerField(default=0)),
                ('held_minor', models.BigIntegerField(default=0)),
                ('charged_minor', models.BigIntegerField(default=0)),
                ('credited_minor', models.BigIntegerField(default=0)),
                ('excess_minor', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'billing_wallet',
                'constraints': [models.CheckConstraint(condition=models.Q(('held_minor__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('limit_minor'), '+', models.F('deposits_minor')), '-', models.F('charged_minor')), '+', models.F('credited_minor')), '+', models.F('excess_minor')))), name='wallet_never_overdrawn'), models.CheckConstraint(condition=models.Q(('charged_minor__gte', 0), ('credited_minor__gte', 0), ('credited_minor__lte', models.F('charged_minor')), ('deposits_minor__gte', 0), ('excess_minor__gte', 0), ('held_minor__gte', 0), ('limit_minor__gte', 0)), name='wallet_figures'), models.CheckConstraint(condition=models.Q(('mode__in', ('credit', 'prepaid'))), name='wallet_mode')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('pk', models.CompositePrimaryKey('entry_id', 'account_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('amount_minor', models.BigIntegerField()),
                ('told_at', models.DateTimeField(null=True)),
                ('told_of', models.UUIDField(null=True)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='billing.account')),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='billing.entry')),
            ],
            options={
                'db_table': 'billing_posting',
                'indexes': [models.Index(condition=models.Q(('told_at__isnull', False)), fields=['account', 'told_at', 'entry'], include=('amount_minor', 'told_of'), name='posting_told')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='posting_says_something')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY + BALANCED, UNDO),
    ]
