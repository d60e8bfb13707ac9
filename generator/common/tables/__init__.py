"""Workbooks and CSV files, read into rows with the place of every cell."""

from generator.common.tables.model import SheetCell, SheetRow, SheetTable, Value
from generator.common.tables.read import TableError, read_table

__all__ = ["SheetCell", "SheetRow", "SheetTable", "TableError", "Value", "read_table"]
