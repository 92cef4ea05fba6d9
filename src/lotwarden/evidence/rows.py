"""Rows on the path of every act, read and written by SQL that is built once.

Django builds the SQL of a query anew each time it runs, which takes several times as long as
SQLite takes to run it; an act runs some twenty.  Here Django builds it once for the process,
from the models, so that tables, columns, types and placeholders stay their affair on SQLite
and PostgreSQL alike; then it is only run.  What is not on that path uses the ORM as usual.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from lotwarden.core import statements
from lotwarden.core.units import load, to_ranges

Row = tuple[Any, ...]


class Interleaved(Exception):
    """Somebody else's act came between the reading of a row and its writing.

    Locks keep that from happening; where one is missing the act is undone, never half done.
    """


Adapt = Callable[[Any], Any]


class Prepared:
    """A query whose SQL is built once: `Prepared(lambda lot: Standing.objects.filter(lot=lot)…)`.

    The function returns a `values_list`; its parameters are ids or texts, each used as it is
    (not in `Q` objects that depend on its value, and not in a list).  `ids_as_text`: ids come
    as the texts that the core knows them by, without being made objects first.

    _OF = Prepared(lambda lot: Chain.objects.filter(lot=lot).values_list("head", "length"))
    [(head, length)] = _OF(lot)
    """

    def __init__(
        self, query: Callable[..., models.QuerySet[Any, Any]], *, ids_as_text: bool = False
    ) -> None:
        self._query = query
        self._ids_as_text = ids_as_text
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, *given: uuid.UUID | str) -> list[Row]:
        """Return the rows for these parameters."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile(given)
        parameters = list(compiled.parameters)
        for position, index, adapt in compiled.places:
            parameters[position] = adapt(given[index])
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            found = cursor.fetchall()
        if not compiled.converters:
            return [tuple(row) for row in found]
        return [_converted(row, compiled.converters) for row in found]

    def first(self, *given: uuid.UUID | str) -> Row | None:
        """Return the first of the rows, else `None`."""
        found = self(*given)
        return found[0] if found else None

    def _compile(self, given: Sequence[uuid.UUID | str]) -> _Compiled:
        """Build the SQL with a mark in place of each parameter, and see where the marks went."""
        names = list(inspect.signature(self._query).parameters)
        assert len(names) == len(given), f"{names} are to be given"
        marks = [_mark(index, value) for index, value in enumerate(given)]
        compiler = self._query(*marks).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        adapts = [_id() if isinstance(mark, uuid.UUID) else _as_is for mark in marks]
        adapted = [adapt(mark) for adapt, mark in zip(adapts, marks, strict=True)]
        places = [
            (position, index, adapts[index])
            for position, value in enumerate(parameters)
            for index in range(len(marks))
            if value == adapted[index]
        ]
        assert {index for _, index, _ in places} == set(range(len(marks))), "each one is used"
        columns = [column for column, *_ in compiler.select]
        converters = [
            (position, converter, expression)
            for position, (found, expression) in compiler.get_converters(columns).items()
            for converter in found
        ]
        if self._ids_as_text:
            ids = [position for position, column in enumerate(columns) if _is_id(column)]
            converters = [one for one in converters if one[0] not in ids]
            converters += [(position, _id_text, columns[position]) for position in ids]
        return _Compiled(sql, parameters, places, converters)


class _Compiled(NamedTuple):
    """A query's SQL, its parameters with marks, what goes into which place, the converters."""

    sql: str
    parameters: Sequence[Any]
    places: Sequence[tuple[int, int, Adapt]]
    converters: Sequence[tuple[int, Callable[..., Any], Any]]


def insert(model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of `model`: a value for every field, of its type; ids may be texts.

    Not instances of the model, which take longer to make than to store.  Where the model
    numbers its rows the database does it, and the number is left out.
    """
    listed = list(rows)
    if not listed:
        return
    sql, columns = _insertion(model, connection.vendor)
    assert all(len(row) == len(columns) for row in listed), "nothing else is given"
    values = [[adapt(row[name]) for name, adapt in columns] for row in listed]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)


def update(model: Any, *, where: Mapping[str, Any], to: Mapping[str, Any]) -> int:
    """Set the fields `to` of the rows that have all of `where`; return how many there were."""
    sql, adapts = _updating(model, tuple(where), tuple(to), connection.vendor)
    values = [*to.values(), *where.values()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) for adapt, value in zip(adapts, values, strict=True)])
        return int(cursor.rowcount)


def delete(model: Any, keys: Iterable[int]) -> None:
    """Delete the rows of `model` with these keys; nothing else hangs on them."""
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(model._meta.pk.column)
    sql = f"DELETE FROM {table} WHERE {column} = %s"  # noqa: S608 - named by the model
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(key,) for key in keys])


def told(row: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a row as a statement tells it: its columns, and apart from them its texts.

    The texts are the columns that its model names in `WRITTEN`: what people write.
    """
    columns = {field.attname: _plain(getattr(row, field.attname)) for field in _fields(type(row))}
    texts = {name: columns.pop(name) for name in type(row).WRITTEN}
    return columns, texts


def _fields(model: Any) -> Iterable[Any]:
    fields: Iterable[Any] = model._meta.concrete_fields
    return fields


def _plain(value: Any) -> Any:
    """Return a column's value as canonical JSON holds it, from Python and from the database."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return statements.instant(value)
    if isinstance(value, bytes | memoryview):
        return to_ranges(load(bytes(value)))
    return value


@cache
def _insertion(model: Any, vendor: str) -> tuple[str, list[tuple[str, Adapt]]]:
    """Return the SQL that inserts a row, and for each column its attribute and adapter."""
    fields = [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - named by the model
    return sql, [(field.attname, _adapter(field)) for field in fields]


@cache
def _updating(
    model: Any, where: tuple[str, ...], to: tuple[str, ...], vendor: str
) -> tuple[str, list[Adapt]]:
    """Return the SQL that updates these fields where those are given, and their adapters."""
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in (*to, *where)]
    equal = [f"{quote(field.column)} = %s" for field in fields]
    new, old = ", ".join(equal[: len(to)]), " AND ".join(equal[len(to) :])
    sql = f"UPDATE {quote(model._meta.db_table)} SET {new} WHERE {old}"  # noqa: S608 - named by the model
    return sql, [_adapter(field) for field in fields]


_AS_IS = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField,
    models.BinaryField,
)  # fmt: skip
"""Fields whose values the database takes as Python has them."""


def _adapter(field: Any) -> Adapt:
    """Return what makes a value of this field one that the database takes."""
    field = getattr(field, "target_field", field)
    if isinstance(field, models.UUIDField):
        return _id()
    if isinstance(field, models.BooleanField) and connection.vendor == "sqlite":
        return _as_number
    if isinstance(field, _AS_IS):
        return _as_is
    return lambda value: field.get_db_prep_save(value, connection)


def _is_id(column: Any) -> bool:
    return isinstance(getattr(column.target, "target_field", column.target), models.UUIDField)


def _id_text(value: Any, expression: Any, connection: Any) -> str | None:
    """Return the text of an id, from what the database gives: 32 digits, or its own type."""
    if value is None:
        return None
    digits = value if isinstance(value, str) else value.hex
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _as_number(value: bool | None) -> int | None:  # noqa: FBT001 - it is a column's value
    """Return what SQLite keeps; given a `bool` its driver first looks for an adapter."""
    return None if value is None else int(value)


def _as_is(value: Any) -> Any:
    return value


def _id() -> Adapt:
    """Return what makes an id one that the database takes: its own type, or 32 digits."""
    return _as_is if connection.features.has_native_uuid_field else _id_as_digits


def _id_as_digits(value: uuid.UUID | str | None) -> str | None:
    if value is None:
        return None
    return value.replace("-", "") if isinstance(value, str) else value.hex


def _converted(row: Row, converters: Sequence[tuple[int, Callable[..., Any], Any]]) -> Row:
    values = list(row)
    for position, converter, expression in converters:
        values[position] = converter(values[position], expression, connection)
    return tuple(values)


def _mark(index: int, value: uuid.UUID | str) -> uuid.UUID | str:
    """Return a value that no query has by itself, of the same type as `value`."""
    made = uuid.UUID(int=(0x6D61726B << 96) + index)
    return made if isinstance(value, uuid.UUID) else f"mark {made}"
