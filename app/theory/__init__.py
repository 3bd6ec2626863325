"""The theory page: an article in Markdown, its equations as MathML, and its figures, for the app and for sites."""
