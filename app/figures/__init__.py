"""Figures, tables and texts made from data; none of these modules draws on a page."""
