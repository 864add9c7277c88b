"""What the tables are made of: names of keys and indexes, and the kinds of columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite numbers rows by itself only in a column of type INTEGER.
ID = BigInteger().with_variant(Integer(), "sqlite")


def row_id() -> Column[Any]:
    """A number that the database gives."""
    return Column("id", ID, primary_key=True, autoincrement=True)


def words(name: str, *, null: bool = False) -> Column[Any]:
    """Text."""
    return Column(name, Text, nullable=null)


def big(name: str, *, null: bool = False) -> Column[Any]:
    """A whole number, or an instant in microseconds."""
    return Column(name, BigInteger, nullable=null)


def place() -> tuple[Column[Any], ...]:
    """Where on a platform."""
    return tuple(words(name) for name in ("platform", "workspace", "channel", "thread"))
