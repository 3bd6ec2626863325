"""Stand-ins for objects of libraries that need not be installed: with the methods by which they are known, and no others."""


class PolarsSeries:
    def __init__(self, series):
        self.name, self.dtype, self._series = series.name, "String", series

    def to_numpy(self):
        return self._series.to_numpy()


class PolarsFrame:
    """A frame of polars, made from one of pandas."""

    def __init__(self, frame):
        self.columns, self._frame = list(frame.columns), frame

    def __len__(self):
        return len(self._frame)

    def get_columns(self):
        return [PolarsSeries(self._frame[name]) for name in self.columns]


class LazyFrame:
    """A lazy frame of polars, whose rows nobody can see before it is collected."""

    def __init__(self, frame):
        self._frame = frame

    def collect_schema(self):
        raise AssertionError("its schema alone is not needed")

    def collect(self):
        return PolarsFrame(self._frame)


class ArrowStream:
    """A table of a library that is known by Arrow's stream interface alone, such as a relation of DuckDB."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)
