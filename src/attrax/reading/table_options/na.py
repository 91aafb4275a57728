"""The option `na`: words and numbers that stand for missing values."""

from attrax.core.declared_options import Names
from attrax.reading.table_option import TableOption, Tables


def mark_gaps(tables: Tables, na: Names) -> Tables:
    """Replace gap marks by missing values.

    Args:
        tables: The tables.
        na: Words and numbers, each for all columns, or for one column as in `pressure=0`.
    """
    from attrax.reading.gap_marks import with_marked_gaps

    return [with_marked_gaps(table, na) for table in tables]


SPEC = TableOption(
    title="gap marks",
    implementation=mark_gaps,
    type_=Names,
    help="Words and numbers that stand for missing values, such as -999 or M; for one column: pressure=0.",
    default=(),
)
