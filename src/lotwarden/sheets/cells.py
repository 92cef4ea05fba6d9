"""What one cell means in a column of some kind, or why it does not fit.

Nothing is guessed.  Where a spreadsheet program may have changed what was typed, the cell is
refused, and the message says how to write it:

- A serial, and any identifier, is text.  A number of more than 15 digits, a number shown in
  E-notation (3.01E+12), a date, a fraction and TRUE are what spreadsheets make of serials;
  all are refused.  Zeros in front are kept where the cell's format shows them (00000).
- A whole number is 12, 12.0 or "12".  A comma, a space or an apostrophe inside a number may
  mean thousands or decimals, so none is read; nor is a text such as "1.000" as a whole
  number, which is one thousand to some and one to others.
- A number is what the spreadsheet shows, 15 digits; a percentage is not read, since 5 % may
  mean 5 or 0.05.
- A date is a date cell, or year-month-day (with - or /).  A day in front is not read.
- A date and time has an offset from UTC; without one it is taken in the caller's zone and
  flagged, unless that zone's clock was changed in that very hour, or no zone is given.

The error values of spreadsheets (#N/A) and the hashes of a column that was too narrow when
the file was saved as text (#####) fit no kind.
"""

from __future__ import annotations

import difflib
import functools
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from lotwarden.core.errors import N_
from lotwarden.sheets.grid import IS_ERROR, IS_LONG, RawCell, Unfit, shown
from lotwarden.sheets.limits import EXACT_NUMBER_END
from lotwarden.sheets.tables import Column, Kind, Value, heading_key, narrow

_IS_EMPTY = N_("Is empty, but a value is needed.")
_IS_HASHES = N_("The column was too narrow when the file was saved. Widen it and save again.")
_LOST = N_("Digits of this number are lost. Format the column as text and enter it again.")
_E_NOTATION = N_("Is in E-notation. Format the column as text and enter it again, in full.")
_FRACTION_ID = N_("Is a number with a fraction. Format the column as text and enter it again.")
_REFORMATTED = N_("Is a number that is shown otherwise than stored. Format the column as text.")
_DATE_ID = N_("Became a date or time. Format the column as text and enter it again.")
_BOOLEAN_ID = N_("Became TRUE or FALSE. Format the column as text and enter it again.")
_CONTROL = N_("Has a control character ({code}). Remove it.")
_UNSEEN = N_("Has a character that cannot be seen ({code}). Type it again.")
_NOT_WHOLE = N_("Is not a whole number. Write digits only, such as 1200.")
_NOT_NUMBER = N_("Is not a number. Write digits and a point, such as 12.5.")
_THOUSANDS = N_("Write {joined}, without thousands separators.")
_TWO_MEANINGS = N_("A comma can mean two things. Write {point} (decimals) or {joined} (thousands).")
_COMMA = N_("Write {point}, with a decimal point.")
_POINT_ZEROS = N_("Can be read in two ways. Write {joined} or {whole}.")
_PERCENT = N_("Is a percentage. Write the number itself.")
_BELOW = N_("Is below {minimum}, the least that is allowed.")
_ABOVE = N_("Is above {maximum}, the most that is allowed.")
_NOT_DATE = N_("Is not a date. Write year-month-day, such as 2026-03-31.")
_NO_SUCH_DAY = N_("There is no such day.")
_HAS_TIME = N_("Has a time of day as well. Write the date alone, such as {day}.")
_NOT_DATETIME = N_("Is not a date and time. Write it such as 2026-03-31 14:30+08:00.")
_NO_TIME = N_("Has no time of day. Write date and time, such as 2026-03-31 14:30+08:00.")
_NO_ZONE = N_("Does not say which time zone. Write the offset, such as 2026-03-31 14:30+08:00.")
_CLOCK_CHANGE = N_("The clock in {zone} was changed in this hour. Write the offset, as in {like}.")
_NOT_BOOLEAN = N_("Write yes or no.")
_NOT_CHOICE = N_("Is none of: {words}.")
_NEAR_CHOICE = N_("Is none of: {words}. Did you mean {nearest}?")
_NOT_CURRENCY = N_("Is not a currency code. Write three letters, such as EUR.")
_NOT_COUNTRY = N_("Is not a country code. Write two letters, such as DE.")
_CODE_IS = N_("Write {code}, the ISO code.")
_NOT_EMAIL = N_("Is not an e-mail address.")

_ERRORS = frozenset(
    "#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD!".split()
)
_CONTROL_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_E_NOTATION_TEXT = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-][0-9]{1,3}")
_WHOLE = re.compile(r"([+-]?[0-9]{1,30})(\.0{1,2})?")
_POINT_AND_ZEROS = re.compile(r"([+-]?[0-9]{1,3})\.(000)")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{1,30})?|\.[0-9]{1,30})")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:[ '\u2019,\u00a0\u2009\u202f][0-9]{2,3})*"
    r"[ '\u2019,\u00a0\u2009\u202f][0-9]{3}(?:\.[0-9]+)?"
)
_DECIMAL_COMMA = re.compile(
    r"([+-]?[0-9]{1,3}(?:[. '\u2019\u00a0\u2009\u202f][0-9]{3})*|[+-]?[0-9]{1,30}),([0-9]{1,30})"
)
_SEPARATORS = str.maketrans("", "", " '\u2019,\u00a0\u2009\u202f")
_SEPARATORS_AND_POINT = {**_SEPARATORS, ord("."): None}
_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_DATETIME = re.compile(
    r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?:[Tt]| +)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_TRUE = frozenset({"yes", "y", "true", "是"})
_FALSE = frozenset({"no", "n", "false", "否"})
_COMMON_CODES = {"RMB": "CNY", "UK": "GB", "NTD": "TWD", "EURO": "EUR"}


class Fit(NamedTuple):
    """The cell's value, and whether its time zone was the caller's and not the cell's."""

    value: Value
    zone_assumed: bool = False


def fit(column: Column, cell: RawCell | None, *, zone: tzinfo | None) -> Fit:
    """Return what `cell` means in `column`; an empty cell of an optional column is None.

    Raises `Unfit` with the first reason for which it does not fit.
    """
    if cell is None:
        if column.required:
            raise Unfit(_IS_EMPTY)
        return Fit(None)
    _check_cell(cell)
    if column.kind is Kind.DATETIME:
        return _datetime(cell, zone)
    value = _READERS[column.kind](column, cell)
    _check_bounds(column, value)
    return Fit(value)


def _check_cell(cell: RawCell) -> None:
    """Refuse a cell that fits no kind at all."""
    if cell.flaw is not None:
        raise Unfit(cell.flaw.template, **cell.flaw.data)
    if isinstance(cell.value, str):
        if cell.value in _ERRORS:
            raise Unfit(IS_ERROR)
        if len(cell.value) >= 3 and set(cell.value) == {"#"}:
            raise Unfit(_IS_HASHES)
        control = _CONTROL_CHARACTER.search(cell.value)
        if control:
            raise Unfit(_CONTROL, code=_code_point(control[0]))
    if isinstance(cell.value, float) and not math.isfinite(cell.value):
        raise Unfit(_LOST)


def _check_bounds(column: Column, value: Value) -> None:
    if isinstance(value, str):
        if column.max_length is not None and len(value) > column.max_length:
            raise Unfit(IS_LONG, limit=column.max_length)
        return
    below = above = False
    least, most = column.minimum, column.maximum
    if isinstance(value, date):
        below = isinstance(least, date) and value < least
        above = isinstance(most, date) and value > most
    elif isinstance(value, int | Decimal):
        below = isinstance(least, int | Decimal) and value < least
        above = isinstance(most, int | Decimal) and value > most
    if below:
        raise Unfit(_BELOW, minimum=least)
    if above:
        raise Unfit(_ABOVE, maximum=most)


def _serial(column: Column, cell: RawCell) -> str:
    """Return the identifier exactly as typed, or refuse what a spreadsheet made of it."""
    text = _identifying_text(cell)
    unseen = next((one for one in text if not one.isprintable()), None)
    if unseen is not None:
        raise Unfit(_UNSEEN, code=_code_point(unseen))
    if _E_NOTATION_TEXT.fullmatch(text):
        raise Unfit(_E_NOTATION)
    return text


def _identifying_text(cell: RawCell) -> str:
    """Return the cell as text; a number only where its digits are all there and all shown."""
    value = cell.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise Unfit(_BOOLEAN_ID)
    if not isinstance(value, int | float):
        raise Unfit(_DATE_ID)
    number_format = _plain_format(cell.number_format)
    if "E+" in number_format.upper():
        raise Unfit(_E_NOTATION)
    if abs(value) >= EXACT_NUMBER_END:
        raise Unfit(_LOST)
    if isinstance(value, float) and not value.is_integer():
        raise Unfit(_FRACTION_ID)
    if number_format in ("General", "@", "#", "#,##0"):
        return str(int(value))
    if set(number_format) == {"0"}:
        return str(int(value)).zfill(len(number_format))
    raise Unfit(_REFORMATTED)


def _plain_format(number_format: str) -> str:
    """Return the part for positive numbers, without colours and the space left for brackets."""
    return (
        re.sub(r"_.|\*.|\\ |\[[^\]]*\]", "", number_format.split(";", maxsplit=1)[0]).strip()
        or "General"
    )


def _text(column: Column, cell: RawCell) -> str:
    """Return the text; a number, a date or TRUE as the spreadsheet shows it, if it is whole."""
    value = cell.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool | date | time | timedelta):
        return shown(cell)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return _identifying_text(cell)
    if "%" in cell.number_format:
        raise Unfit(_PERCENT)
    text = shown(cell)
    if "E" in text:
        raise Unfit(_E_NOTATION)
    return text


def _plain_text(cell: RawCell) -> str:
    """Return the text of a code or a choice, where full-width letters mean the same."""
    return narrow(cell.value if isinstance(cell.value, str) else _identifying_text(cell))


def _integer(column: Column, cell: RawCell) -> int:
    value = cell.value
    if isinstance(value, str):
        return _integer_text(narrow(value))
    number = _number(cell, _NOT_WHOLE)
    if isinstance(number, float) and not number.is_integer():
        raise Unfit(_NOT_WHOLE)
    return int(number)


def _integer_text(text: str) -> int:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return int(whole[1])
    thousands = _POINT_AND_ZEROS.fullmatch(text)
    if thousands:
        raise Unfit(_POINT_ZEROS, joined=thousands[1] + thousands[2], whole=thousands[1])
    joined = text.translate(_SEPARATORS)
    if _GROUPED.fullmatch(text) and "." not in text:
        raise Unfit(_THOUSANDS, joined=joined)
    raise Unfit(_NOT_WHOLE)


def _decimal(column: Column, cell: RawCell) -> Decimal:
    value = cell.value
    if not isinstance(value, str):
        number = _number(cell, _NOT_NUMBER)
        return Decimal(number if isinstance(number, int) else format(number, ".15g"))
    text = narrow(value)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _E_NOTATION_TEXT.fullmatch(text):
        raise Unfit(_E_NOTATION)
    if text.endswith("%"):
        raise Unfit(_PERCENT)
    joined = text.translate(_SEPARATORS)
    comma = _DECIMAL_COMMA.fullmatch(text)
    point = "" if comma is None else f"{comma[1].translate(_SEPARATORS_AND_POINT)}.{comma[2]}"
    if _GROUPED.fullmatch(text):
        if comma:
            raise Unfit(_TWO_MEANINGS, point=point, joined=joined)
        raise Unfit(_THOUSANDS, joined=joined)
    if comma:
        raise Unfit(_COMMA, point=point)
    raise Unfit(_NOT_NUMBER)


def _number(cell: RawCell, otherwise: str) -> int | float:
    """Return the number in a number cell, unless it is shown as another or has lost digits."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(otherwise)
    if abs(value) >= EXACT_NUMBER_END:
        raise Unfit(_LOST)
    if "%" in cell.number_format:
        raise Unfit(_PERCENT)
    return value


def _date(column: Column, cell: RawCell) -> date:
    value = cell.value
    if isinstance(value, datetime):
        if value.time() != time():
            raise Unfit(_HAS_TIME, day=value.date().isoformat())
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise Unfit(_NOT_DATE)
    parts = _DATE.fullmatch(narrow(value))
    if parts is not None:
        return _day(parts[1], parts[3], parts[4])
    longer = _DATETIME.fullmatch(narrow(value))
    if longer is not None:
        day = _day(longer[1], longer[3], longer[4])
        raise Unfit(_HAS_TIME, day=day.isoformat())
    raise Unfit(_NOT_DATE)


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unfit(_NO_SUCH_DAY) from None


def _datetime(cell: RawCell, zone: tzinfo | None) -> Fit:
    """Return the instant, aware of its offset, and whether the zone was assumed."""
    value = cell.value
    if isinstance(value, datetime):
        if value.time() == time() and not re.search("[hH]", cell.number_format):
            raise Unfit(_NO_TIME)
        return Fit(_in_zone(value, zone), zone_assumed=True)
    if isinstance(value, date):
        raise Unfit(_NO_TIME)
    if not isinstance(value, str):
        raise Unfit(_NOT_DATETIME)
    text = narrow(value)
    parts = _DATETIME.fullmatch(text)
    if parts is None:
        raise Unfit(_NO_TIME if _DATE.fullmatch(text) else _NOT_DATETIME)
    day, clock, offset = _day(parts[1], parts[3], parts[4]), parts[5], parts[6]
    try:
        at = time.fromisoformat(clock.zfill(5) if clock.count(":") == 1 else _padded(clock))
        if offset is None:
            return Fit(_in_zone(datetime.combine(day, at), zone), zone_assumed=True)
        return Fit(datetime.fromisoformat(f"{day}T{at.isoformat()}{offset.upper()}"))
    except ValueError:
        raise Unfit(_NOT_DATETIME) from None


def _padded(clock: str) -> str:
    """Return h:mm:ss[.f] with two digits for the hour and six for the fraction."""
    whole, _, fraction = clock.partition(".")
    return whole.zfill(8) + (f".{fraction.ljust(6, '0')}" if fraction else "")


def _in_zone(local: datetime, zone: tzinfo | None) -> datetime:
    """Return `local` in `zone`, unless its clock shows that time twice or never."""
    if zone is None:
        raise Unfit(_NO_ZONE)
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        like = first.isoformat(" ", "minutes")
        raise Unfit(_CLOCK_CHANGE, zone=str(zone), like=like)
    return first


def _boolean(column: Column, cell: RawCell) -> bool:
    if isinstance(cell.value, bool):
        return cell.value
    word = narrow(cell.value).casefold() if isinstance(cell.value, str) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unfit(_NOT_BOOLEAN)


def _choice(column: Column, cell: RawCell) -> str:
    spellings = _spellings(column.choices)
    key = heading_key(_plain_text(cell))
    if key in spellings:
        return spellings[key]
    words = ", ".join(column.words)
    near = difflib.get_close_matches(key[:100], spellings, n=1)
    if near:
        raise Unfit(_NEAR_CHOICE, words=words, nearest=spellings[near[0]])
    raise Unfit(_NOT_CHOICE, words=words)


@functools.lru_cache(maxsize=64)
def _spellings(choices: tuple[str | tuple[str, ...], ...]) -> dict[str, str]:
    """Return the stored word for each spelling's key."""
    return {
        heading_key(spelling): one if isinstance(one, str) else one[0]
        for one in choices
        for spelling in ((one,) if isinstance(one, str) else one)
    }


def _currency(column: Column, cell: RawCell) -> str:
    return _iso_code(column, cell, pattern="[A-Z]{3}", otherwise=_NOT_CURRENCY)


def _country(column: Column, cell: RawCell) -> str:
    return _iso_code(column, cell, pattern="[A-Z]{2}", otherwise=_NOT_COUNTRY)


def _iso_code(column: Column, cell: RawCell, *, pattern: str, otherwise: str) -> str:
    """Return the code in capitals; which codes are in use, the column's choices may say."""
    code = _plain_text(cell).upper()
    if code in _COMMON_CODES:
        raise Unfit(_CODE_IS, code=_COMMON_CODES[code])
    if re.fullmatch(pattern, code) is None:
        raise Unfit(otherwise)
    if column.choices and code not in column.words:
        raise Unfit(_NOT_CHOICE, words=", ".join(column.words))
    return code


def _email(column: Column, cell: RawCell) -> str:
    text = cell.value
    if not isinstance(text, str) or len(text) > 254 or _EMAIL.fullmatch(text) is None:
        raise Unfit(_NOT_EMAIL)
    return text


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


_READERS: dict[Kind, Callable[[Column, RawCell], Value]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.SERIAL: _serial,
    Kind.CURRENCY: _currency,
    Kind.COUNTRY: _country,
    Kind.EMAIL: _email,
}
