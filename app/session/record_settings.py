"""Records whose fields are settings with a common prefix, such as a game's setup: read from the link, and written into it."""

from dataclasses import fields

from app.session import address, settings


def recall_record(record_type, prefix: str):
    """A record of `record_type` from the link, the session or else the defaults. prefix: of its URL parameters."""
    values = {}
    for field in fields(record_type):
        parse = settings.field_parser(record_type, field)
        values[field.name] = address.recall_setting(prefix + field.name, parse, field.default)
    return record_type(**values)


def store_record(record, prefix: str) -> None:
    """Write a record into the link, except values equal to their defaults. prefix: of its URL parameters."""
    for field in fields(record):
        value = getattr(record, field.name)
        text = value if isinstance(value, str) else f"{value:.15g}"
        address.store_setting(prefix + field.name, None if value == field.default else text)
