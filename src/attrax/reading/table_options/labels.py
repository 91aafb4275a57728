"""The option `labels`: columns of words that are numbered."""

from attrax.core.declared_options import Names
from attrax.reading.table_option import TableOption, Tables


def number_words(tables: Tables, labels: Names) -> Tables:
    """Number the words of columns from 0.

    Args:
        tables: The tables; a word has the same number in all of them.
        labels: Names or globs of columns, or a column with its words, such as `stage=N2|REM`.

    Raises: DataError D108 for a word that is not among those that are given.
    """
    from attrax.reading.labels import with_labels

    return with_labels(tables, labels)


SPEC = TableOption(
    title="labels",
    implementation=number_words,
    type_=Names,
    help="Columns of words to number from 0, in the order of the alphabet, or as listed: stage=N2|REM.",
    default=(),
)
