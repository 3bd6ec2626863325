"""Streamlit components of our own: a folder for each one's Python and CSS; their JavaScript modules are in js/."""
