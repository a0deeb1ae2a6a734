"""Filling tables fast: without indexes and keys meanwhile, a whole table by one statement."""

from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection

CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')
     ORDER BY contype DESC, conrelid, conname
"""
INDEXES = """
    SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)
      FROM pg_index AS index
     WHERE index.indrelid = ANY(%s::regclass[])
       AND NOT EXISTS (SELECT FROM pg_constraint AS kept WHERE kept.conindid = index.indexrelid
                          AND kept.contype IN ('p', 'u', 'x'))
     ORDER BY index.indexrelid
"""


def run(statement, values=None):
    """Execute one statement; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def rows(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@contextmanager
def bare(models):
    """The tables without indexes, keys and triggers; on leaving everything is there as before.

    Made anew, the keys are checked for every row, so nothing can have come in that they forbid.
    Check constraints stay in force all the time.
    """
    names = [model._meta.db_table for model in models]
    # A change of a table must not find deferred checks of earlier rows waiting.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    constraints = rows(CONSTRAINTS, [names])
    indexes = rows(INDEXES, [names])
    for table, name, _definition in constraints:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    for name in names:
        run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    yield
    for name in names:
        run(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    for _name, definition in indexes:
        run(definition)
    for table, name, definition in constraints:
        run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    run("SET CONSTRAINTS ALL DEFERRED")


def insert(model, columns, source, values=None):
    """Fill the model's table: ``columns`` maps fields to SQL over the ``source``.

    Fields that are not named get the model's default. Returns how many rows were written.
    """
    values = dict(values or {})
    fields = {field.name: field for field in model._meta.concrete_fields}
    unknown = set(columns) - set(fields)
    if unknown:
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    expressions = {fields[name].column: sql for name, sql in columns.items()}
    for field in fields.values():
        if field.name in columns or field.primary_key or field.null or field.generated:
            continue
        values[f"default_{field.name}"] = field.get_db_prep_save(field.get_default(), connection)
        expressions[field.column] = f"%(default_{field.name})s"
    names = ", ".join(map(connection.ops.quote_name, expressions))
    return run(
        f"INSERT INTO {model._meta.db_table} ({names}) "
        f"SELECT {', '.join(expressions.values())} {source}",
        values,
    )


def continue_numbering(models):
    """The sequences go on after the highest id that was written."""
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        run(statement)
