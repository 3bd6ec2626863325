"""Collects the texts of the app and keeps the catalogues of translations up to date: `python -m app.catalogue`. For developers;
the app itself reads the catalogues with `app.translation`."""
