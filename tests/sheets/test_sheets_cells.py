"""What a cell means in a column of each kind, and the words in which it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lotwarden.sheets import Column, Kind, Row, Table, read

One = Callable[..., Table]
Said = Callable[..., list[str]]
Made = Callable[..., bytes]

BERLIN = ZoneInfo("Europe/Berlin")
CHINA = timezone(timedelta(hours=8))


def text_file(value: str) -> bytes:
    return f'X\r\n"{value}"\r\n'.encode()


def only(rows: list[Row]) -> Any:
    (row,) = rows
    return row.values["x"]


def message(said: Said, table: Table, data: bytes, **how: Any) -> str:
    (problem,) = said(table, data, **how)
    assert problem.startswith("f, row 2, X, "), problem
    return problem.split('": ', 1)[1]


# ---------------------------------------------------------------- whole numbers


@pytest.mark.parametrize("value", [12, 12.0, "12", "12.0", "+12", " 12 ", "１２"])
def test_a_whole_number_is_read_from_a_number_or_its_digits(
    one: One, formatted: Made, value: object
) -> None:
    found = only(read(one(Kind.INTEGER), formatted(value), filename="f"))

    assert found == 12
    assert type(found) is int


def test_a_negative_whole_number_is_read(one: One) -> None:
    assert only(read(one(Kind.INTEGER), text_file("-5"), filename="f")) == -5


@pytest.mark.parametrize("value", [12.5, True, "12.5", "twelve", "12 pcs", "1e3", "²", "", "--1"])
def test_what_is_not_a_whole_number_is_refused(
    one: One, said: Said, formatted: Made, value: object
) -> None:
    if value == "":
        value = "."

    says = message(said, one(Kind.INTEGER), formatted(value))

    assert says == "Is not a whole number. Write digits only, such as 1200."


@pytest.mark.parametrize("value", ["1,200", "1 200", "1'200", "1\u00a0200", "1\u202f200", "1，200"])
def test_thousands_separators_are_refused_with_the_digits_to_write(
    one: One, said: Said, value: str
) -> None:
    says = message(said, one(Kind.INTEGER), text_file(value))

    assert says == "Write 1200, without thousands separators."


def test_a_point_and_three_zeros_may_be_thousands_and_is_not_a_whole_number(
    one: One, said: Said
) -> None:
    says = message(said, one(Kind.INTEGER), text_file("1.000"))

    assert says == "Can be read in two ways. Write 1000 or 1."


def test_a_number_cell_of_sixteen_digits_has_lost_digits(
    one: One, said: Said, formatted: Made
) -> None:
    for kind in (Kind.INTEGER, Kind.DECIMAL, Kind.SERIAL, Kind.TEXT):
        says = message(said, one(kind), formatted(1_000_000_000_000_000))

        assert says == (
            "Digits of this number are lost. Format the column as text and enter it again."
        )


def test_a_number_cell_of_fifteen_digits_is_whole(one: One, formatted: Made) -> None:
    data = formatted(999_999_999_999_999)

    assert only(read(one(Kind.INTEGER), data, filename="f")) == 999_999_999_999_999
    assert only(read(one(Kind.SERIAL), data, filename="f")) == "999999999999999"


def test_a_number_without_end_is_refused(one: One, said: Said, by_hand: Made) -> None:
    data = by_hand(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>X</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1E999</v></c></row>'
    )

    says = message(said, one(Kind.DECIMAL), data)

    assert says.startswith("Digits of this number are lost.")


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL])
def test_bounds_include_themselves(one: One, said: Said, kind: Kind) -> None:
    table = one(kind, minimum=2, maximum=4)

    assert only(read(table, text_file("2"), filename="f")) == 2
    assert only(read(table, text_file("4"), filename="f")) == 4
    assert message(said, table, text_file("1")) == "Is below 2, the least that is allowed."
    assert message(said, table, text_file("5")) == "Is above 4, the most that is allowed."


# ---------------------------------------------------------------- decimals


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (3, "3"),
        (1e-7, "0.0000001"),
        ("1.50", "1.50"),
        (".5", "0.5"),
        ("-2.25", "-2.25"),
        ("１．５", "1.5"),
    ],
)
def test_a_decimal_is_what_the_spreadsheet_shows(
    one: One, formatted: Made, value: object, expected: str
) -> None:
    found = only(read(one(Kind.DECIMAL), formatted(value), filename="f"))

    assert type(found) is Decimal
    assert found == Decimal(expected)


def test_a_decimal_comma_is_refused_with_both_its_meanings(one: One, said: Said) -> None:
    says = message(said, one(Kind.DECIMAL), text_file("1,250"))

    assert says == ("A comma can mean two things. Write 1.250 (decimals) or 1250 (thousands).")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,5", "Write 1.5, with a decimal point."),
        ("-1234,5", "Write -1234.5, with a decimal point."),
        ("1.234,56", "Write 1234.56, with a decimal point."),
        ("1 234 567,8", "Write 1234567.8, with a decimal point."),
        ("1,20,000", "Write 120000, without thousands separators."),
        (
            "12 345,678",
            "A comma can mean two things. Write 12345.678 (decimals) or 12345678 (thousands).",
        ),
    ],
)
def test_a_comma_or_space_in_a_number_is_refused_with_what_it_may_mean(
    one: One, said: Said, value: str, expected: str
) -> None:
    assert message(said, one(Kind.DECIMAL), text_file(value)) == expected


@pytest.mark.parametrize("value", ["1,5", "12,50", "1,2,3", "1,200.5"])
def test_a_comma_that_separates_no_thousands_is_no_part_of_a_whole_number(
    one: One, said: Said, value: str
) -> None:
    says = message(said, one(Kind.INTEGER), text_file(value))

    assert says == "Is not a whole number. Write digits only, such as 1200."


@pytest.mark.parametrize("value", ["1,200.50", "1 200.50", "1'200.50"])
def test_separators_in_a_decimal_are_refused(one: One, said: Said, value: str) -> None:
    says = message(said, one(Kind.DECIMAL), text_file(value))

    assert says == "Write 1200.50, without thousands separators."


@pytest.mark.parametrize("value", ["1.2.3", "abc", "€5", "1,2,3.4.5", "NaN", "Infinity", "1_0"])
def test_what_is_not_a_number_is_refused(one: One, said: Said, value: str) -> None:
    says = message(said, one(Kind.DECIMAL), text_file(value))

    assert says == "Is not a number. Write digits and a point, such as 12.5."


def test_true_is_not_a_number(one: One, said: Said, formatted: Made) -> None:
    says = message(said, one(Kind.DECIMAL), formatted(value=True))

    assert says == "Is not a number. Write digits and a point, such as 12.5."


def test_a_decimal_in_e_notation_is_refused(one: One, said: Said) -> None:
    says = message(said, one(Kind.DECIMAL), text_file("1.2E-05"))

    assert says.startswith("Is in E-notation.")


def test_a_percentage_is_refused_as_text_and_as_a_format(
    one: One, said: Said, formatted: Made
) -> None:
    expected = "Is a percentage. Write the number itself."

    assert message(said, one(Kind.DECIMAL), text_file("5%")) == expected
    assert message(said, one(Kind.DECIMAL), formatted(0.05, "0%")) == expected
    assert message(said, one(Kind.INTEGER), formatted(5, "0%")) == expected
    assert message(said, one(Kind.TEXT), formatted(0.05, "0%")) == expected


# ---------------------------------------------------------------- serials and text


@pytest.mark.parametrize(
    "value", ["00123", "SN-1/2", "340123450000000018", "1E10", "12E5", "质检-7", "-7", "'7"]
)
def test_a_serial_in_text_is_kept_as_it_is(one: One, xlsx: Made, value: str) -> None:
    data = xlsx([["X"], [value]])

    assert only(read(one(Kind.SERIAL), data, filename="f")) == value


@pytest.mark.parametrize("value", ["3.01E+12", "3,01E+12", "3E+12", "1.00e+05"])
def test_a_serial_in_e_notation_is_destroyed(one: One, said: Said, value: str) -> None:
    says = message(said, one(Kind.SERIAL), text_file(value))

    assert says == "Is in E-notation. Format the column as text and enter it again, in full."


def test_a_serial_that_became_a_long_number_is_destroyed(
    one: One, said: Said, formatted: Made
) -> None:
    problems = said(one(Kind.SERIAL), formatted(3010000000000000.0))

    assert problems == [
        (
            'f, row 2, X, "3010000000000000": Digits of this number are lost. '
            "Format the column as text and enter it again."
        )
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (301234567890, "General", "301234567890"),
        (301234567890.0, "0", "301234567890"),
        (123, "00000", "00123"),
        (123, "@", "123"),
        (123, "0_ ", "123"),
        (123, "0_);[Red]\\(0\\)", "123"),
        (1234, "#,##0", "1234"),
    ],
)
def test_a_serial_that_became_a_number_is_kept_where_all_its_digits_show(
    one: One, formatted: Made, value: float, number_format: str, expected: str
) -> None:
    data = formatted(value, number_format)

    assert only(read(one(Kind.SERIAL), data, filename="f")) == expected


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (12.5, "General", "Is a number with a fraction."),
        (100000, "0.00E+00", "Is in E-notation."),
        (12, '"SN-"0000', "Is a number that is shown otherwise than stored."),
        (True, "General", "Became TRUE or FALSE."),
        (date(2026, 3, 1), "d-mmm", "Became a date or time."),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None), "d-mmm", "Became a date"),
        (time(1, 2), "h:mm", "Became a date or time."),
    ],
)
def test_a_serial_that_became_something_else_is_destroyed(
    one: One, said: Said, formatted: Made, value: object, number_format: str, expected: str
) -> None:
    says = message(said, one(Kind.SERIAL), formatted(value, number_format))

    assert says.startswith(expected)


@pytest.mark.parametrize(
    ("value", "code"), [("A\u200bB", "U+200B"), ("A\u00a0B", "U+00A0"), ("A\nB", "U+000A")]
)
def test_a_serial_with_a_character_that_cannot_be_seen_is_refused(
    one: One, said: Said, value: str, code: str
) -> None:
    says = message(said, one(Kind.SERIAL), text_file(value))

    assert says == f"Has a character that cannot be seen ({code}). Type it again."


def test_white_space_and_unseen_marks_around_a_value_are_dropped(one: One) -> None:
    data = text_file("\ufeff\u200b \u3000SN 1\u00a0\t")

    assert only(read(one(Kind.SERIAL), data, filename="f")) == "SN 1"


def test_a_text_keeps_its_lines(one: One, xlsx: Made) -> None:
    data = xlsx([["X"], ["one\r\ntwo"]])

    assert only(read(one(Kind.TEXT), data, filename="f")) == "one\ntwo"
    assert only(read(one(Kind.TEXT), text_file("one\r\ntwo"), filename="f")) == "one\ntwo"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"),
        (12.5, "12.5"),
        (True, "TRUE"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None), "2026-03-01 09:30:00"),
    ],
)
def test_a_text_that_became_something_else_is_what_the_spreadsheet_shows(
    one: One, xlsx: Made, value: object, expected: str
) -> None:
    data = xlsx([["X"], [value]])

    assert only(read(one(Kind.TEXT), data, filename="f")) == expected


def test_a_text_that_became_a_tiny_number_is_refused(one: One, said: Said, formatted: Made) -> None:
    assert message(said, one(Kind.TEXT), formatted(1.5e-9)).startswith("Is in E-notation.")


def test_a_control_character_is_refused(one: One, said: Said) -> None:
    says = message(said, one(Kind.TEXT), text_file("a\x07b"))

    assert says == "Has a control character (U+0007). Remove it."


def test_a_text_longer_than_its_column_allows_is_refused(one: One, said: Said) -> None:
    table = one(Kind.TEXT, max_length=3)

    assert only(read(table, text_file("abc"), filename="f")) == "abc"
    assert message(said, table, text_file("abcd")) == "Is longer than 3 characters."


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_value_in_a_text_file_fits_no_kind(one: One, said: Said, value: str) -> None:
    for kind in (Kind.TEXT, Kind.SERIAL, Kind.INTEGER):
        says = message(said, one(kind), text_file(value))

        assert says == "Is an error value of the spreadsheet program. Write the value itself."


def test_the_hashes_of_a_column_that_was_too_narrow_fit_no_kind(one: One, said: Said) -> None:
    says = message(said, one(Kind.TEXT), text_file("#####"))

    assert says == "The column was too narrow when the file was saved. Widen it and save again."


def test_two_hashes_are_a_text(one: One, said: Said) -> None:
    assert only(read(one(Kind.TEXT), text_file("##"), filename="f")) == "##"
    assert message(said, one(Kind.TEXT), text_file("###")).startswith("The column was too narrow")


def test_a_duration_is_a_text_and_no_serial(one: One, said: Said, formatted: Made) -> None:
    data = formatted(timedelta(hours=26), "[hh]:mm:ss")

    assert only(read(one(Kind.TEXT), data, filename="f")) == "1 day, 2:00:00"
    assert message(said, one(Kind.SERIAL), data).startswith("Became a date or time.")


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("value", ["2026-03-01", "2026/3/1", "2026-3-1", date(2026, 3, 1)])
def test_a_date_is_year_month_day_or_a_date_cell(one: One, xlsx: Made, value: object) -> None:
    found = only(read(one(Kind.DATE), xlsx([["X"], [value]]), filename="f"))

    assert type(found) is date
    assert found == date(2026, 3, 1)


@pytest.mark.parametrize(
    "value", ["01/03/2026", "1.3.2026", "March 1", "20260301", 46082, True, "2026-03/01", time(9)]
)
def test_what_is_not_a_date_is_refused(one: One, said: Said, xlsx: Made, value: object) -> None:
    says = message(said, one(Kind.DATE), xlsx([["X"], [value]]))

    assert says == "Is not a date. Write year-month-day, such as 2026-03-31."


@pytest.mark.parametrize("value", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(one: One, said: Said, value: str) -> None:
    for kind in (Kind.DATE, Kind.DATETIME):
        data = text_file(value if kind is Kind.DATE else f"{value} 12:00Z")

        assert message(said, one(kind), data) == "There is no such day."


def test_a_date_with_a_time_of_day_is_refused(one: One, said: Said, xlsx: Made) -> None:
    expected = "Has a time of day as well. Write the date alone, such as 2026-03-01."
    cell = datetime(2026, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None)

    assert message(said, one(Kind.DATE), xlsx([["X"], [cell]])) == expected
    assert message(said, one(Kind.DATE), text_file("2026-03-01 09:30")) == expected


def test_a_date_has_bounds(one: One, said: Said) -> None:
    table = one(Kind.DATE, minimum=date(2026, 1, 1), maximum=date(2026, 12, 31))

    assert only(read(table, text_file("2026-01-01"), filename="f")) == date(2026, 1, 1)
    assert message(said, table, text_file("2025-12-31")).startswith("Is below 2026-01-01,")
    assert message(said, table, text_file("2027-01-01")).startswith("Is above 2026-12-31,")


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_a_workbook_of_the_1904_calendar_has_the_same_dates(one: One, by_hand: Made) -> None:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/>'
        '<sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    )
    data = by_hand(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>X</t></is></c></row>'
        '<row r="2"><c r="A2" s="1"><v>1</v></c></row>',
        parts={"xl/workbook.xml": book, "xl/styles.xml": styles},
    )

    assert only(read(one(Kind.DATE), data, filename="f")) == date(1904, 1, 2)


def test_a_cell_may_hold_its_date_in_iso_form(one: One, said: Said, by_hand: Made) -> None:
    data = by_hand(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>X</t></is></c></row>'
        '<row r="2"><c r="A2" t="d"><v>2026-03-01</v></c></row>'
    )

    assert only(read(one(Kind.DATE), data, filename="f")) == date(2026, 3, 1)
    assert message(said, one(Kind.DATETIME), data, zone=UTC).startswith("Has no time of day.")


# ---------------------------------------------------------------- date and time


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T14:30Z", datetime(2026, 3, 1, 14, 30, tzinfo=UTC)),
        ("2026-03-01 14:30:15+08:00", datetime(2026, 3, 1, 14, 30, 15, tzinfo=CHINA)),
        ("2026/3/1 9:05 +0800", datetime(2026, 3, 1, 9, 5, tzinfo=CHINA)),
        ("2026-03-01t09:05:07.5z", datetime(2026, 3, 1, 9, 5, 7, 500000, tzinfo=UTC)),
        ("2026-03-01 9:05:07z", datetime(2026, 3, 1, 9, 5, 7, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_offset_needs_no_zone_and_keeps_its_offset(
    one: One, value: str, expected: datetime
) -> None:
    (row,) = read(one(Kind.DATETIME), text_file(value), filename="f", zone=BERLIN)

    assert row.values["x"] == expected
    assert row.values["x"].utcoffset() == expected.utcoffset()
    assert row.zone_assumed == frozenset()


def test_a_time_without_offset_is_taken_in_the_given_zone_and_flagged(one: One, xlsx: Made) -> None:
    expected = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    cell = datetime(2026, 7, 1, 14, 30, tzinfo=UTC).replace(tzinfo=None)

    for data in (text_file("2026-07-01 14:30"), xlsx([["X"], [cell]])):
        (row,) = read(one(Kind.DATETIME), data, filename="f", zone=BERLIN)

        assert row.values["x"] == expected
        assert row.values["x"].tzinfo is not None
        assert row.zone_assumed == {"x"}


def test_a_time_without_offset_is_refused_where_no_zone_is_given(one: One, said: Said) -> None:
    says = message(said, one(Kind.DATETIME), text_file("2026-07-01 14:30"))

    assert says == (
        "Does not say which time zone. Write the offset, such as 2026-03-31 14:30+08:00."
    )


@pytest.mark.parametrize(
    ("value", "like"),
    [
        ("2026-10-25 02:30", "2026-10-25 02:30+02:00"),
        ("2026-03-29 02:30", "2026-03-29 02:30+01:00"),
    ],
)
def test_a_time_that_the_zone_has_twice_or_never_is_refused(
    one: One, said: Said, value: str, like: str
) -> None:
    says = message(said, one(Kind.DATETIME), text_file(value), zone=BERLIN)

    assert says == (
        f"The clock in Europe/Berlin was changed in this hour. Write the offset, as in {like}."
    )


def test_a_date_alone_is_not_a_time(one: One, said: Said, xlsx: Made) -> None:
    expected = "Has no time of day. Write date and time, such as 2026-03-31 14:30+08:00."

    for data in (text_file("2026-03-01"), xlsx([["X"], [date(2026, 3, 1)]])):
        assert message(said, one(Kind.DATETIME), data, zone=UTC) == expected


def test_midnight_is_a_time_where_the_cell_shows_it(one: One, formatted: Made) -> None:
    cell = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
    data = formatted(cell, "yyyy-mm-dd hh:mm")

    found = only(read(one(Kind.DATETIME), data, filename="f", zone=UTC))

    assert found == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["14:30", "2026-03-01 25:00Z", "2026-03-01 10:00+99:00", "soon", 46082.5, time(9)]
)
def test_what_is_not_a_time_is_refused(one: One, said: Said, xlsx: Made, value: object) -> None:
    says = message(said, one(Kind.DATETIME), xlsx([["X"], [value]]), zone=UTC)

    assert says == "Is not a date and time. Write it such as 2026-03-31 14:30+08:00."


# ---------------------------------------------------------------- yes or no, choices, codes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("yes", True),
        ("Y", True),
        ("TRUE", True),
        ("是", True),
        (True, True),
        ("No", False),
        ("n", False),
        ("false", False),
        ("否", False),
        (False, False),
    ],
)
def test_yes_and_no_are_read(one: One, xlsx: Made, value: object, expected: object) -> None:
    assert only(read(one(Kind.BOOLEAN), xlsx([["X"], [value]]), filename="f")) is expected


@pytest.mark.parametrize("value", [1, 0, "1", "x", "maybe"])
def test_what_is_neither_yes_nor_no_is_refused(
    one: One, said: Said, xlsx: Made, value: object
) -> None:
    assert message(said, one(Kind.BOOLEAN), xlsx([["X"], [value]])) == "Write yes or no."


CHOICES = (("critical", "CR", "致命"), "major", "minor", "7")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Critical ", "critical"),
        ("cr", "critical"),
        ("致命", "critical"),
        ("ＭＡＪＯＲ", "major"),
        (7, "7"),
    ],
)
def test_a_choice_is_stored_in_one_spelling(
    one: One, xlsx: Made, value: object, expected: str
) -> None:
    table = one(Kind.CHOICE, choices=CHOICES)

    assert only(read(table, xlsx([["X"], [value]]), filename="f")) == expected


def test_what_is_no_choice_is_refused_with_the_nearest(one: One, said: Said) -> None:
    table = one(Kind.CHOICE, choices=CHOICES)

    assert message(said, table, text_file("mayor")) == (
        "Is none of: critical, major, minor, 7. Did you mean major?"
    )
    assert message(said, table, text_file("qqqq")) == "Is none of: critical, major, minor, 7."


def test_a_currency_is_three_letters_in_capitals(one: One, said: Said) -> None:
    table = one(Kind.CURRENCY)

    assert only(read(table, text_file("eur"), filename="f")) == "EUR"
    assert message(said, table, text_file("€")) == (
        "Is not a currency code. Write three letters, such as EUR."
    )
    assert message(said, table, text_file("RMB")) == "Write CNY, the ISO code."


def test_a_currency_may_be_limited_to_some(one: One, said: Said) -> None:
    table = one(Kind.CURRENCY, choices=("EUR", "CNY"))

    assert only(read(table, text_file("cny"), filename="f")) == "CNY"
    assert message(said, table, text_file("USD")) == "Is none of: EUR, CNY."


def test_a_country_is_two_letters_in_capitals(one: One, said: Said) -> None:
    table = one(Kind.COUNTRY)

    assert only(read(table, text_file("cn"), filename="f")) == "CN"
    assert message(said, table, text_file("China")) == (
        "Is not a country code. Write two letters, such as DE."
    )
    assert message(said, table, text_file("UK")) == "Write GB, the ISO code."


@pytest.mark.parametrize("value", ["a@b.cn", "li.wei+qc@sub.example.com"])
def test_an_email_address_is_kept_as_typed(one: One, value: str) -> None:
    assert only(read(one(Kind.EMAIL), text_file(value), filename="f")) == value


@pytest.mark.parametrize("value", ["a@b", "a b@c.de", "a@b.de, c@d.de", "@b.de", "a@b@c.de", 7])
def test_what_is_no_email_address_is_refused(
    one: One, said: Said, xlsx: Made, value: object
) -> None:
    assert message(said, one(Kind.EMAIL), xlsx([["X"], [value]])) == "Is not an e-mail address."


# ---------------------------------------------------------------- empty cells


def test_an_empty_cell_of_an_optional_column_is_none(orders: Table) -> None:
    (row,) = read(orders, b"PO,Quantity,Price\nA,1, \n", filename="f")

    assert row.values == {"po": "A", "quantity": 1, "price": None, "remark": None}


def test_an_empty_cell_of_a_required_column_is_refused(orders: Table, said: Said) -> None:
    problems = said(orders, b"PO,Quantity\nA,\n")

    assert problems == ["f, row 2, Quantity: Is empty, but a value is needed."]


# ---------------------------------------------------------------- declarations


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Column("", Kind.TEXT, required=False),
        lambda: Column("a", Kind.CHOICE, required=False),
        lambda: Column("a", Kind.TEXT),
        lambda: Column("a", Kind.CHOICE, choices=("x",), example="y"),
        lambda: Column("a", Kind.TEXT, required=False, minimum=1),
        lambda: Table("t", "T", ()),
        lambda: Table("t", "T", (Column("a", Kind.TEXT, example="x"),) * 2),
        lambda: Table(
            "t",
            "T",
            (
                Column("lot_no", Kind.TEXT, example="x"),
                Column("b", Kind.TEXT, example="x", aliases=("Lot No.",)),
            ),
        ),
    ],
)
def test_a_declaration_that_contradicts_itself_is_our_fault(declare: Callable[[], object]) -> None:
    with pytest.raises(AssertionError):
        declare()
