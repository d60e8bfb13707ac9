"""Workbooks and CSV files, read into rows with the place of every cell."""

from generator.tables.model import Cell
from generator.tables.model import Row
from generator.tables.model import Table
from generator.tables.model import Value
from generator.tables.problems import TableError
from generator.tables.read import read_table

__all__ = ["Cell", "Row", "Table", "TableError", "Value", "read_table"]
