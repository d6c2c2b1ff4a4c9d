"""The one clock of the house: `leadhouse_now()`.

`statement_timestamp()` rather than the others: within one statement every row of a batch sees the same instant (with
`clock_timestamp()` a lead could be due at the top of a batch and not at its bottom, and no index could be used for
`due_at <= leadhouse_now()`, as the function could not be STABLE); and unlike `now()` it goes on within a transaction,
so a worker that loops in one transaction still sees time pass. The connection's offset lets people try hours and days.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION leadhouse_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN statement_timestamp() + make_interval(
    secs => coalesce(nullif(current_setting('leadhouse.clock_offset_s', true), ''), '0')::double precision
);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION leadhouse_now();")]
