"""Errors meant for people: each carries one plain sentence that says what is wrong and what to do."""


class AAEError(Exception):
    """Base of every error a user may meet; its text is shown as it stands, without a traceback."""


class ConfigError(AAEError):
    """An invalid setting, or an invalid combination of settings."""


class DataError(AAEError):
    """A data set or an image that is missing, broken or of the wrong kind."""


class RevisionError(AAEError):
    """A revision that is missing, broken, busy or of another format."""


class TrainingError(AAEError):
    """A training that cannot continue; names the phase and the step, and what to try."""
