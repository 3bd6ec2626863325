"""URLs of the server's paths, as pages use them."""


def page_relative_url(path: str) -> str:
    """The URL of one of the server's paths, relative to that of any page. All pages lie directly below the base path, so the
    browser finds the base by itself, also behind a proxy that removes a prefix which the server cannot know."""
    return f".{path}"
