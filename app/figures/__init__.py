"""Figures, tables and texts from arrays, which draw nothing on a page themselves."""
