"""Slack's rules for tables and charts, whose limits count characters and cells, not blocks."""

from __future__ import annotations

from bot.sandbox.limit_objects import Json, Problems, check_rich_text, rich_text_length

TABLE_CHARACTERS, DATA_TABLE_CHARACTERS = 10_000, 20_000


def check_table(problems: Problems, block: Json, path: str, surface: str) -> None:
    """The older table: 100 rows with the header; `raw_number` cells were refused on posting."""
    rows = problems.items(block, "rows", path, 1, 100)
    _check_cells(problems, rows, path, ("raw_text", "rich_text"))
    if table_characters(block) > TABLE_CHARACTERS:
        problems.add(f"{path}/rows", f"holds more than {TABLE_CHARACTERS} characters")
    settings = block.get("column_settings", [])
    if not isinstance(settings, list) or len(settings) > 20:
        problems.add(f"{path}/column_settings", "must have at most 20 items")
        return
    for index, column in enumerate(settings):
        if column is None:
            continue
        place = f"{path}/column_settings/{index}"
        problems.keys(column, place, ("align", "is_wrapped"))
        if not isinstance(column, dict):
            continue
        problems.one_of(column, "align", place, ("left", "center", "right"))
        problems.flag(column, "is_wrapped", place)


def check_data_table(problems: Problems, block: Json, path: str, surface: str) -> None:
    """The sortable table: a header, 1 to 200 rows, and a caption for those who hear it."""
    problems.string(block, "caption", path, 3000, needed=True)
    rows = problems.items(block, "rows", path, 2, 201)
    _check_cells(problems, rows, path, ("raw_text", "raw_number", "rich_text"))
    header = rows[0] if rows and isinstance(rows[0], list) else []
    for index, cell in enumerate(header):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            problems.add(f"{path}/rows/0/{index}", "a header cell cannot be rich_text")
    if table_characters(block) > DATA_TABLE_CHARACTERS:
        problems.add(f"{path}/rows", f"holds more than {DATA_TABLE_CHARACTERS} characters")
    size = block.get("page_size", 5)
    if not isinstance(size, int) or not 1 <= size <= 100:
        problems.add(f"{path}/page_size", "must be 1 to 100")
    column = block.get("row_header_column_index", 0)
    if not isinstance(column, int) or not 0 <= column < max(len(header), 1):
        problems.add(f"{path}/row_header_column_index", "must be one of the columns")


def table_characters(block: Json) -> int:
    """Characters over all cells, which is what the limits of both tables count."""
    given = block.get("rows")
    rows = [row for row in given if isinstance(row, list)] if isinstance(given, list) else []
    return sum(_cell_length(cell) for row in rows for cell in row)


def _cell_length(cell: object) -> int:
    if not isinstance(cell, dict):
        return 0
    if cell.get("type") == "rich_text":
        return rich_text_length(cell)
    return len(str(cell.get("text", cell.get("value", ""))))


def _check_cells(
    problems: Problems, rows: list[object], path: str, allowed: tuple[str, ...]
) -> None:
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    if not 1 <= width <= 20:
        problems.add(f"{path}/rows/0", "must have between 1 and 20 cells")
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            problems.add(f"{path}/rows/{number}", "every row needs the same number of cells")
            continue
        for index, cell in enumerate(row):
            _check_cell(problems, cell, f"{path}/rows/{number}/{index}", allowed)


def _check_cell(problems: Problems, cell: object, path: str, allowed: tuple[str, ...]) -> None:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(cell, dict) or kind not in allowed:
        problems.add(path, f"unsupported cell type: {kind}")
    elif kind == "rich_text":
        check_rich_text(problems, cell, path)
    else:
        problems.keys(
            cell, path, ("type", "text", "value") if kind == "raw_number" else ("type", "text")
        )
        problems.string(cell, "text", path, DATA_TABLE_CHARACTERS, needed=True)
        if kind == "raw_number" and not _is_number(cell.get("value")):
            problems.add(f"{path}/value", "must be a number")


def check_chart(problems: Problems, block: Json, path: str, surface: str) -> None:
    """A pie of 1 to 6 segments, or 1 to 6 series with one point per category."""
    problems.string(block, "title", path, 50, needed=True)
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in ("pie", "bar", "line", "area"):
        problems.add(f"{path}/chart", "must be a pie, bar, line or area chart")
        return
    place = f"{path}/chart"
    if chart["type"] == "pie":
        _check_points(problems, problems.items(chart, "segments", place, 1, 6), f"{place}/segments")
        return
    axis = chart.get("axis_config")
    axis = axis if isinstance(axis, dict) else {}
    categories = problems.items(axis, "categories", f"{place}/axis_config", 1, 20)
    for category in categories:
        if not isinstance(category, str) or not 1 <= len(category) <= 20:
            problems.add(f"{place}/axis_config/categories", "labels have 1 to 20 characters")
    for key in ("x_label", "y_label"):
        problems.string(axis, key, f"{place}/axis_config", 50)
    names: set[str] = set()
    for index, series in enumerate(problems.items(chart, "series", place, 1, 6)):
        spot = f"{place}/series/{index}"
        series = series if isinstance(series, dict) else {}
        problems.string(series, "name", spot, 20, needed=True)
        name = str(series.get("name"))
        if name in names:
            problems.add(spot, "series names must differ")
        names.add(name)
        points = problems.items(series, "data", spot, 1, 20)
        _check_points(problems, points, f"{spot}/data")
        if [p.get("label") for p in points if isinstance(p, dict)] != categories:
            problems.add(spot, "every series has one point per category")


def _check_points(problems: Problems, points: list[object], path: str) -> None:
    for index, point in enumerate(points):
        if not isinstance(point, dict) or not _is_number(point.get("value")):
            problems.add(f"{path}/{index}", "needs a label and a numeric value")
        else:
            problems.string(point, "label", f"{path}/{index}", 20, needed=True)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
