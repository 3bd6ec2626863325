"""plotly's figure classes as `go`, for every module that draws with them."""

# plotly takes pandas from sys.modules, even half imported by another thread, so it is imported whole first
import pandas  # noqa: F401
import plotly.graph_objects as go  # noqa: F401
