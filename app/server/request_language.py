"""The language in which a request of a browser is answered, where no script of a page runs."""

from urllib.parse import parse_qs

from starlette.requests import HTTPConnection

from app.translation import languages


def requested_language(connection: HTTPConnection) -> str:
    """The language in which a page will be shown: the link's, otherwise the browser's first one."""
    chosen_language = _query_language(connection.scope.get("query_string", b"").decode("latin-1"))
    if chosen_language in languages.LANGUAGES:
        return chosen_language
    return languages.match_language(connection.headers.get("accept-language", "").partition(",")[0].partition(";")[0])


def answer_language(connection: HTTPConnection) -> str:
    """The language of the answer to a request: of a document the one in which it will be shown, of anything else that of the
    page that asks for it."""
    if "text/html" not in connection.headers.get("accept", ""):
        chosen_language = _query_language(connection.headers.get("referer", "").partition("?")[2].partition("#")[0])
        if chosen_language in languages.LANGUAGES:
            return chosen_language
    return requested_language(connection)


def _query_language(query: str) -> str:
    """The value of the setting in the query of an address; "" without one, or with several, which the page ignores, too."""
    try:
        values = parse_qs(query).get(languages.LANGUAGE_SETTING, [])
    except ValueError:  # more fields than may be parsed
        return ""
    return values[0] if len(values) == 1 else ""
