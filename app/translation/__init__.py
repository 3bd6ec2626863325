"""The languages of the app: which one a person reads, and texts in it. English is the source and the fallback.

Texts are translated with gettext; `app.catalogue` collects them and keeps the catalogues up to date.
"""
