"""Data sets for what becomes of fields: numbers, dates, objects, lists and null. Spelled as in `data_sets.py`."""


def one_image(extra: str, name: str = "a", before: str = '"id": "{name}"') -> str:
    """A sample with one image and other fields after the usual ones."""
    head = before.replace("{name}", name)
    return f'{{{head}, "text": "<I>\\nold words <E>", "images": ["images/{name}.png"]{", " if extra else ""}{extra}}}'


def column(name: str, *values: str | None) -> list[str]:
    """Samples whose field has these values, None where it is missing."""
    images = "abcdefghij"
    return [
        one_image("" if value is None else f'"{name}": {value}', images[index % 6], f'"id": "{index}"')
        for index, value in enumerate(values)
    ]


INTEGERS = [
    one_image(f'"count": {count}, "big": {big}, "negative": {negative}', name)
    for name, count, big, negative in [
        ("a", 0, 9007199254740993, -1), ("b", 7, 9223372036854775807, -9223372036854775808), ("c", 1234567890123456, 1, 0)]
]

FLOATS = column(
    "number", "0.1", "1.0", "1.50", "1e-7", "1E20", "1.5e300", "-0.0", "0.0", "3.141592653589793", "0.30000000000000004",
    "123456789.123456789", "1e15", "1e16", "1e17", "123456789012345680.0", "1e-5", "0.0001", "0.00001234567891234", "5e-324",
    "1.7976931348623157e308", "0.12345678905", "0.99999999999", "-2.5", "100.25", "1e22", "2.0000000001", "2.00000000001", "1e-10",
    "4.9e-11", "5.1e-11", "999999999999999.9", "9999999999999998.0", "0.1e1", "12345678.9", "33.333333333333336")

NESTED = [
    one_image(r'"meta": {"score": 0.5, "tags": ["x", "y"], "inner": {"a": 1}}, "list": [1, 2], "boxes": [[0.5, 1], [2, 3]], "turns": [{"from": "human", "value": "a/b"}]', "a"),
    one_image(r'"meta": {"score": 2, "other": true}, "list": [], "boxes": [], "turns": [{"from": "gpt"}, {"value": "é\n", "extra": 1}]', "b"),
    one_image(r'"meta": {}, "list": [null, 3], "boxes": [[]], "turns": []', "c"),
    one_image(r'"meta": null, "list": null, "boxes": null, "turns": null, "void": {}, "nothing": null, "none": [], "nulls": [null]', "d"),
    one_image(r'"meta": {"tags": []}', "e"),
]

TRUTHS = column("flag", "true", "false", "true") + column("flag", "false")
TRUTHS_WITH_NULL = column("flag", "true", "null", None, "false")
INTEGERS_WITH_NULL = column("number", "5", None, "null", "-3", "9007199254740993")
INTEGERS_AND_FLOATS = column("number", "5", "2.5", "-3", "9007199254740993", "0")
FLOATS_WITH_NULL = column("number", "5.0", None, "2.5", "null")
NULLS = column("number", "null", None, "null")
LISTS_OF_NUMBERS = column("numbers", "[1, 2]", "[1.5, 2]", "[]", "null", "[null, 4]", "[1e20, 0.1, 1e-7]")
LISTS_OF_INTEGERS = column("numbers", "[1, 2]", "[9007199254740993]", "[]", "null", "[null, 4]")
TEXTS_WITH_NULL = column("note", '"x"', None, "null", '""')

DATES = [
    one_image(f'"day": "{day}", "second": "{day} 10:20:30", "t": "{day}T10:20:30", "zulu": "{day}T10:20:30Z", "minute": "{day} 10:20", '
              f'"fraction": "{day} 10:20:30.125", "zone": "{day}T10:20:30+02:00", "year": "{day[:4]}", "mixed": "{mixed}", "nested": {{"at": "{day} 10:20:30"}}, '
              f'"times": ["{day} 10:20:30"], "american": "{day[5:7]}/{day[8:]}/{day[:4]}"', name)
    for name, day, mixed in [("a", "2024-08-10", "2024-08-10 10:20:30"), ("b", "1969-12-31", "unknown"), ("c", "2262-05-01", "2024-08-10")]
]
DATE_FORMS = [
    "2024-08-10", "2024-08-10T10", "2024-08-10 10:20", "2024-08-10T10:20:30", "2024-08-10T10:20:30Z", "2024-08-10T10:20:30z", "2024-08-10T10:20:30+02",
    "2024-08-10T10:20:30+0200", "2024-08-10T10:20:30+02:00", "2024-08-10T10:20:30-01:30", "2024-08-10T10:20Z", "2024-08-10T10Z", "2024-08-10T10:20+02",
    "2024-08-10T10+02", "2024-08-10Z", "2024-08-10+02:00", "2024-08-10T24:00:00", "2024-08-10T23:59:60", "2024-08-10T10:20:30,5", "2024-8-1", "+2024-08-10",
    "-001-01-01", "10000-01-01", "2023-02-29", "2024-02-29", "1900-02-29", "2024-08-10T25:00", "2024-08-10t10:20:30", "2024-08-10T10:60",
    "2024-08-10T10:20:60", "2024-08-10T10:20:30+24:00", "2024-08-10T10:20:30+02:60", "2024-08-10  10:20:30", "2024-08-10T10:20:30 Z", "2024-08-10T1020",
    "2024-08-10T102030", "2024/08/10", "2024-08-10T10:20:30.", "2024-08-10T10:20:30.000", "2024-08-10T", "1970-01-01T00:00:01", "1969-12-31T23:59:59"]
DATES_WITH_NULL = column("at", '"2024-08-10 10:20:30"', None, '"2024-08-10"', "null")

COLUMN_DATA_SETS: dict[str, list[str]] = {
    "integers": INTEGERS, "floats": FLOATS, "nested": NESTED, "truths": TRUTHS, "truths-with-null": TRUTHS_WITH_NULL,
    "integers-with-null": INTEGERS_WITH_NULL, "integers-and-floats": INTEGERS_AND_FLOATS, "floats-with-null": FLOATS_WITH_NULL,
    "nulls": NULLS, "lists-of-numbers": LISTS_OF_NUMBERS, "lists-of-integers": LISTS_OF_INTEGERS, "texts-with-null": TEXTS_WITH_NULL,
    "dates": DATES, "dates-with-null": DATES_WITH_NULL,
    "integer-above-64-bits": column("number", "1", "9223372036854775808"),
    "integer-of-30-digits": column("number", "123456789012345678901234567890"),
    "number-and-text": column("value", "1", '"one"'), "text-and-number": column("value", '"one"', "1"),
    "truth-and-number": column("value", "true", "1"), "list-and-number": column("value", "[1]", "1"),
    "object-and-text": column("value", '{"a": 1}', '"a"'), "list-of-mixtures": column("value", '[1, "a", null, {"b": 2.5}]'),
    "mixture-within": column("meta", '{"a": 1, "b": 0.5}', '{"a": "x", "b": 2}'),
    "lone-surrogate": column("note", r'"x \ud800 y"', '"x"'), "nul": column("note", r'"x \u0000 y"'),
    "twice-the-same-key": ['{"id": "1", "text": "<I><E>", "images": ["images/a.png"], "n": 1, "n": 2}'] * 2,
    "not-a-number": column("number", "1.5", "NaN"), "images-as-text": ['{"id": "1", "text": "<I><E>", "images": "images/a.png"}'],
    "id-number": ['{"id": 7, "text": "<I><E>", "images": ["images/a.png"]}'],
    "no-image-field": ['{"id": "1", "text": "words"}'],
    "structs-with-null": column("m", '{"a": 1, "b": 2}', '{"a": 3, "b": null}', "null", '{"a": 4, "b": 5}', '{"a": null, "b": 6}'),
    "structs-in-lists": column("m", '[{"a": 1, "b": 2}]', '[{"a": 3, "b": null}, {"a": 4, "b": 5}]', "[]", '[{"a": 6, "b": 7}]'),
    "null-among-structs": column("m", '[{"a": 1}]', '[{"a": 6}, null]'),
    "date-forms": [one_image(", ".join(f'"f{index}": "{form}"' for index, form in enumerate(DATE_FORMS)), name) for name in "ab"],
    "year-0": column("at", '"0000-01-01"'),
    "dates-and-zones": column("at", '"2024-08-10"', '"2024-08-10 10:20:30Z"', '"2024-08-10T10:20:30+02:00"'),
    "lists-in-structs": column("m", '{"l": [1, 2]}', '{"l": [null, 3]}', '{"l": null}', '{"l": [4]}'),
    "lists-of-lists": column("l", "[[1], [2, 3]]", "[[null], null, []]", "[[4]]"),
    "truths-in-lists": column("l", "[true, false]", "[null, true]", "null", "[]"),
    "varying-keys": column("m", '{"a": 1}', '{"b": 0.12345678905}'),
    "varying-keys-and-others": [
        one_image(f'"m": {meta}, "x": {x}, "n": {n}, "day": "2024-08-10", "note": "/é\u2028\u007f<>&", "o": {{"f": 1e-12}}', name)
        for name, meta, x, n in [
            ("a", '{"a": 1, "f": 3.141592653589793}', "2.718281828459045", "9007199254740993"),
            ("b", '{"b": [{"c": 1e20}, {"d": 1e-12}], "day": "2024-08-10 10:20:30"}', "1e-12", "7"), ("c", '{"s": "a/b é"}', "123456789.123456789", "8")]],
    "varying-keys-in-lists": column("turns", '[{"from": "a"}]', '[{"from": "b", "value": "c"}]', "[]"),
    "void-object": column("m", "{}", "{}"), "varying-keys-with-null": column("m", "null", '{"a": 1, "b": null}', '{"a": 2}', None),
    "mixture-and-floats": column("value", '1, "x": 3.141592653589793', '"one", "x": 0.1', '2.718281828459045, "x": 1e-12'),
    "varying-keys-and-a-blank-line": ["", *column("m", '{"a": 1}', '{"b": 0.12345678905}')],
    "dates-in-fractions": column("at", '"2024-08-10T10:20:30.5"', '"2024-08-10T10:20:30.123456789"'),
    "dates-that-are-none": column("at", '"2024-02-30"', '"2024-13-01"'), "times-of-day": column("at", '"10:20:30"', '"10:20"'),
    "hours": column("at", '"2024-08-10 10"', '"2024-08-10T10"'), "dates-without-dashes": column("at", '"20240810"', '"2024-08"'),
    "dates-around": column("at", '" 2024-08-10"', '"2024-08-10 "'), "a-date-and-nothing": column("at", '"2024-08-10"', '""'),
    "dates-with-zones": column("at", '"2024-08-10T10:20:30+0200"', '"2024-08-10T10:20:30-01"', '"2024-08-10 10:20+02:00"', '"2024-08-10 10:20:30z"'),
    "far-dates": column("at", '"0001-01-01"', '"9999-12-31 23:59:59"', '"1700-01-01"', '"3000-01-01"'),
    "byte-order-mark": ["\ufeff" + column("n", "1")[0], column("n", "1")[0]],
    "many-rows": [
        f'{{"id":{row},"text":"<I><E>","images":["images/{"gone" if row == 5 else "a"}.png"],"n":{"null" if row == 1001 else row}'
        f',"l":[{"null" if row == 1001 else 1}],"m":{{"k":{"null" if row == 1001 else 2}}}}}' for row in range(1004)],
}
"""The last one has null in what becomes row 1000: pandas is given a thousand rows at a time, without those lost."""
