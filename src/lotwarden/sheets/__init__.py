"""Spreadsheets that people upload and download: orders, packing lists, results, sightings.

A context declares a `Table` of `Column`s; this package reads uploads against it, writes the
template to fill in, and writes exports.  What a value means is the context's affair.

    tables      Kind, Column, Table             what fits
    reading     read, Row                       .xlsx or .csv to typed rows, or SheetRefused
    xlsx        (within) cells of a workbook, bounded and defused
    delimited   (within) cells of a text file: encoding, delimiter, quotes
    cells       (within) one cell to one value, or why not
    writing     template, template_csv, workbook, csv_file, SheetData
    refusals    Problem and every refusal, in order of precedence
    limits      Limits, LIMITS

Nothing is guessed: not the encoding, not a decimal comma, not the order of day and month,
not the digits that a spreadsheet dropped.  Nothing of a refused file is loaded.
"""

from lotwarden.sheets.delimited import ENCODINGS
from lotwarden.sheets.limits import LIMITS, Limits
from lotwarden.sheets.reading import Row, read
from lotwarden.sheets.refusals import (
    Damaged,
    Empty,
    EncodingUnknown,
    EncodingUnsupported,
    EncodingWrong,
    ExportTooLong,
    NoRows,
    NotASpreadsheet,
    OldFormat,
    Problem,
    SheetRefused,
    TooLarge,
    TooManyColumns,
    TooManyRows,
    UnpacksTooLarge,
)
from lotwarden.sheets.tables import Column, Kind, Table, Value
from lotwarden.sheets.writing import SheetData, csv_file, template, template_csv, workbook

__all__ = [
    "ENCODINGS",
    "LIMITS",
    "Column",
    "Damaged",
    "Empty",
    "EncodingUnknown",
    "EncodingUnsupported",
    "EncodingWrong",
    "ExportTooLong",
    "Kind",
    "Limits",
    "NoRows",
    "NotASpreadsheet",
    "OldFormat",
    "Problem",
    "Row",
    "SheetData",
    "SheetRefused",
    "Table",
    "TooLarge",
    "TooManyColumns",
    "TooManyRows",
    "UnpacksTooLarge",
    "Value",
    "csv_file",
    "read",
    "template",
    "template_csv",
    "workbook",
]
