"""Queries that every page asks, whose SQL is written once.

Django writes a query's SQL anew each time that it is asked: for rows of 50 columns that takes longer than to ask it.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Parameter(Expression):
    """What is given each time that a prepared query is asked, as the database takes it: a text, a number, a moment."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=Field())
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> Any:
        return "%s", [self]


class PreparedQuery(Query):
    """A query that gives the same compiler each time, which has its SQL."""

    compiler_with_sql: "CompilerWithSql"

    def get_compiler(self, *_: Any, **__: Any) -> "CompilerWithSql":
        return self.compiler_with_sql


class CompilerWithSql(SQLCompiler):
    """A compiler that writes its SQL once."""

    written: tuple[str, Sequence[Any]] | None = None
    values: Mapping[str, Any] = {}

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        if self.written is None:
            self.written = super().as_sql()
        sql, parameters = self.written
        return sql, tuple(self.values[each.name] if isinstance(each, Parameter) else each for each in parameters)


class Prepared(Generic[M]):
    """A query for rows of a model, or their values, which each thread compiles for its connection when first asked."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        self.queryset = queryset
        self.of_thread = threading.local()

    def rows(self, **values: Any) -> list[M]:
        """Ask for the rows, with a value for each ``Parameter``."""
        queryset, compiler = self.compiled()
        compiler.values = values
        return list(cast(Iterable[M], self.queryset._iterable_class(queryset)))

    def first(self, **values: Any) -> M | None:
        """Ask for the rows, and return the first."""
        return next(iter(self.rows(**values)), None)

    def compiled(self) -> tuple[QuerySet[M], CompilerWithSql]:
        """Return what this thread has compiled, unless it has another connection by now, as in tests."""
        connection = connections[self.queryset.db]
        if getattr(self.of_thread, "connection", None) is not connection:
            queryset = self.queryset.all()
            queryset.query = query = cast(PreparedQuery, queryset.query.chain(klass=PreparedQuery))
            query.compiler_with_sql = CompilerWithSql(query, connection, self.queryset.db)
            self.of_thread.connection, self.of_thread.pair = connection, (queryset, query.compiler_with_sql)
        return cast(tuple[QuerySet[M], CompilerWithSql], self.of_thread.pair)
