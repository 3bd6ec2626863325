"""Messages between Python and the page's JavaScript: their types, the checks of what arrives, the format of what
leaves."""
