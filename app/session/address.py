"""The settings of a page: stored in its address (the query of the URL) and, across pages, in the session.

The address is read once, when a run begins, and written once, when it ends. Within a run, a page recalls settings by name: the
value is the link's, else the session's last one, else the default. Every setting that the page has recalled is written into its
address, unless it has its default.
"""

from dataclasses import dataclass, field
from functools import partial, wraps

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.session import controls, parsing, settings

SETTINGS_KEY = "settings"  # session key: name -> text, as in the URL
KEYED_SETTINGS_KEY = "own"  # session key: name -> {what it belongs to: text}
VISIT_KEY = "visit"  # session key: the Visit to the present page
MAX_REMEMBERED = 40  # texts of one name, and addresses, that are remembered
# session key: name -> text of a setting that the page shown last does not offer or has as its default, for pages and revisions
# that offer it and have another default
UNOFFERED_KEY = "unoffered"
IGNORED_KEY = "ignored"  # session key: names with an invalid value in the URL, until a page has reported them


@dataclass
class PageVisit:
    """The stay on one page.

    known_queries: the addresses that a message of the browser may carry, from the one that it sent last to the one
    written last. used_names: the names that the page has recalled or kept. link_texts: texts from a link that no
    control has shown yet; None stands for the default.
    """

    page: str | None = None
    known_queries: list[dict] = field(default_factory=list)
    used_names: set[str] = field(default_factory=set)
    link_texts: dict[str, str | None] = field(default_factory=dict)
    # whether `link_texts` comes from going back or forward in the browser's history
    is_history_navigation: bool = False
    must_write: bool = False  # whether the address must be sent to the browser even if it does not change
    # by a setting's name: {"id": a revision that it named and that does not exist, "instead": the one shown}
    missing_revisions: dict[str, dict[str, str]] = field(default_factory=dict)

    def accept_known_query(self, query: dict) -> bool:
        """Whether the address of a message is known; if so, earlier ones are forgotten, as no later message can carry them."""
        if query not in self.known_queries:
            return False
        del self.known_queries[: self.known_queries.index(query)]
        return True


def get_visit() -> PageVisit:
    return st.session_state.setdefault(VISIT_KEY, PageVisit())


def stored_texts() -> dict[str, str]:
    return st.session_state.setdefault(SETTINGS_KEY, {})


# A run ------------------------------------------------------------------------------------------------------------------


def begin_run(page: str) -> None:
    """Read the address as a run of the page begins.

    An address that this session has written itself, and after which the browser has sent no later one, brings nothing new: of two
    messages in quick succession, the second still carries the address from before the first. Any other address is treated as a
    link, and so is every one to which the browser went back or forward; settings missing from that have their defaults, except
    `settings.HISTORY_INDEPENDENT_SETTINGS`.
    """
    current_visit = get_visit()
    is_new_page = current_visit.page != page
    if is_new_page:  # messages of the previous page can no longer arrive
        current_visit = st.session_state[VISIT_KEY] = PageVisit(page)
        _reset_controls()
    query = _query_without_repeats(current_visit)
    is_history_navigation = bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    if current_visit.accept_known_query(query) and not is_history_navigation:
        return
    current_visit.known_queries.append(query)
    # Streamlit's front end leaves the address unchanged if a link leads to the same page
    current_visit.must_write = not is_new_page
    current_visit.is_history_navigation = is_history_navigation
    if not is_history_navigation:
        current_visit.link_texts |= query
        return
    remembered_names = {*stored_texts(), *st.session_state.get(KEYED_SETTINGS_KEY, {})} - set(
        settings.HISTORY_INDEPENDENT_SETTINGS
    )
    current_visit.link_texts |= dict.fromkeys(remembered_names, None)
    current_visit.link_texts |= {
        name: text
        for name, text in query.items()
        if name not in settings.HISTORY_INDEPENDENT_SETTINGS or name not in stored_texts()
    }


def _query_without_repeats(current_visit) -> dict[str, str]:
    """The settings in the address; those that occur more than once are ignored."""
    query = _read_query()
    for name in st.query_params.to_dict():
        if len(st.query_params.get_all(name)) > 1 and query.pop(_present_name(name), None) is not None:
            ignore_link_text(_present_name(name))
            # the address to be written may look unchanged, because it equals the last of the repeated values
            current_visit.must_write = True
    return query


def _read_query() -> dict[str, str]:
    """The settings in the browser's address by their present names; one under its present name takes precedence over one under a
    former name."""
    query = st.query_params.to_dict()
    return {
        _present_name(name): text
        for name, text in query.items()
        if _present_name(name) == name or _present_name(name) not in query
    }


def _present_name(name):
    """The present name of a setting in the address."""
    return settings.RENAMED_SETTINGS.get((get_visit().page, name), name)


def query_to_write() -> dict[str, str]:
    """The address to be written: the settings that the page has recalled or kept, and any others in the browser's address."""
    recalled_names, session_texts = get_visit().used_names, stored_texts()
    other_texts = {name: text for name, text in _read_query().items() if name not in recalled_names}
    return other_texts | {name: session_texts[name] for name in sorted(recalled_names) if name in session_texts}


def write_query() -> None:
    """Write the address at the end of a run: in one message, and so as one entry in the browser's history."""
    current_visit, old_query, new_query = get_visit(), st.query_params.to_dict(), query_to_write()
    if new_query != old_query or current_visit.must_write:
        st.query_params.from_dict(new_query)
        current_visit.must_write = False
    if current_visit.known_queries[-1:] != [new_query]:
        current_visit.known_queries = [*current_visit.known_queries, new_query][-MAX_REMEMBERED:]


def is_fragment_run() -> bool:
    """Whether only fragments run, and not the whole page: then the arguments of a fragment are those of an earlier run."""
    return bool(getattr(get_script_run_ctx(), "fragment_ids_this_run", None))


def settings_fragment(render, **options):
    """`st.fragment` for a part of a page that changes settings: it also writes the address when it is run alone."""

    @partial(st.fragment, **options)
    @wraps(render)
    def run_fragment(*args, **kwargs):
        is_fragment = is_fragment_run()
        if is_fragment:
            get_visit().accept_known_query(_read_query())
        render(*args, **kwargs)
        if is_fragment:
            write_query()

    return run_fragment


def reset_settings(new_texts: dict[str, str], link_texts: dict[str, str]) -> None:
    """Forget all settings except `settings.LASTING_SETTINGS`, and set `new_texts`; then treat `link_texts` like the settings of
    a link."""
    st.session_state[SETTINGS_KEY] = select_stored_texts(settings.LASTING_SETTINGS) | new_texts
    st.session_state.pop(KEYED_SETTINGS_KEY, None)
    st.session_state.pop(UNOFFERED_KEY, None)
    _reset_controls()
    current_visit = get_visit()
    current_visit.link_texts = {name: text for name, text in link_texts.items() if name not in stored_texts()}
    current_visit.must_write = True


def _reset_controls():
    """Forget the moves of all controls, so that each shows the remembered setting."""
    for name in settings.SETTINGS:
        controls.forget_moved_value(name)


# Settings ---------------------------------------------------------------------------------------------------------------


def recall_setting(name: str, parse, default=None, scope_key=None):
    """The setting `name`: `parse(text)` of the link's or the session's text, or `default` if there is none.

    parse: text -> value, or None for an invalid text; invalid texts of links are noted for `take_ignored_names`. scope_key: for
    settings whose scope in the table is KEYED, what the setting belongs to; anything hashable, such as a revision's id. When the
    page shows that again, the setting is restored. Raises KeyError and ValueError as `settings.check_scope`.
    """
    settings.check_scope(name, scope_key)
    current_visit, session_texts = get_visit(), stored_texts()
    current_visit.used_names.add(name)
    if scope_key is not None and not is_changed_by_link(name, scope_key):
        current_visit.link_texts.pop(name, None)
        _set_or_delete(session_texts, name, st.session_state.get(KEYED_SETTINGS_KEY, {}).get(name, {}).get(scope_key))
    text = current_visit.link_texts.get(name, session_texts.get(name))
    value = None if text is None else parse(text)
    if value is None and is_changed_by_link(name, scope_key) and text is not None:
        ignore_link_text(name)
        return recall_setting(name, parse, default, scope_key)
    if name in current_visit.link_texts:
        _set_or_delete(session_texts, name, text)
    if scope_key is not None:
        store_setting(name, None if value is None else text, scope_key)
    return default if value is None else value


def store_setting(name: str, text: str | None, scope_key=None) -> None:
    """Remember the text of a setting; None forgets it (defaults are not written into the URL). scope_key: as in
    `recall_setting`."""
    settings.check_scope(name, scope_key)
    current_visit = get_visit()
    current_visit.used_names.add(name)
    current_visit.link_texts.pop(name, None)
    _set_or_delete(stored_texts(), name, text)
    if scope_key is not None:
        texts_by_scope = st.session_state.setdefault(KEYED_SETTINGS_KEY, {}).setdefault(name, {})
        _set_or_delete(texts_by_scope, scope_key, text)
        while len(texts_by_scope) > MAX_REMEMBERED:
            texts_by_scope.pop(next(iter(texts_by_scope)))


def _set_or_delete(texts, key, text):
    """Store a text at the end of a dictionary; None deletes the key."""
    texts.pop(key, None)
    if text is not None:
        texts[key] = text


def is_changed_by_link(name: str, scope_key=None) -> bool:
    """Whether a link brings another value of `name` than this session has; to be called before `recall_setting`, with the same
    `scope_key`.

    Texts from a link are compared with the session's present one, even if that belongs to another `scope_key`: a link to
    something else may still carry it. After going back or forward, they are compared with the text remembered for `scope_key`.
    """
    current_visit, compared_texts = get_visit(), stored_texts()
    if scope_key is not None and current_visit.is_history_navigation:
        compared_texts = {name: st.session_state.get(KEYED_SETTINGS_KEY, {}).get(name, {}).get(scope_key)}
    return name in current_visit.link_texts and current_visit.link_texts[name] != compared_texts.get(name)


def pending_link_texts() -> dict[str, str | None]:
    """The texts from a link that no control has shown yet and that were not ignored: a run may end before a control is drawn."""
    return dict(get_visit().link_texts)


def select_stored_texts(names) -> dict[str, str]:
    """The session's texts of these names, as far as there are any."""
    return {name: text for name, text in stored_texts().items() if name in names}


def discard_text(name: str) -> None:
    """Forget the link's text of a setting, or the session's where the link has none."""
    get_visit().used_names.add(name)
    if get_visit().link_texts.pop(name, None) is None:
        _set_or_delete(stored_texts(), name, None)


def exchange_unoffered_text(name: str, offered_texts, default: str) -> str | None:
    """Put the session's text of a setting aside if the page does not offer it, or has it as its default, which the session does
    not hold. A text that was put aside earlier becomes the session's again, and is returned, if the page offers it and has
    another default, unless a link or a later choice has brought another text. Otherwise None is returned."""
    texts_aside, session_texts = st.session_state.setdefault(UNOFFERED_KEY, {}), stored_texts()
    kept_texts = {text for text in offered_texts if text != default}
    if name in session_texts and session_texts[name] not in kept_texts:
        texts_aside[name] = session_texts.pop(name)
        return None
    if texts_aside.get(name) not in kept_texts:
        return None
    text = texts_aside.pop(name)
    if name in session_texts or name in get_visit().link_texts:
        return None
    store_setting(name, text)
    return text


def forget_unoffered_text(name: str) -> None:
    """Forget the text of a setting that was put aside."""
    st.session_state.get(UNOFFERED_KEY, {}).pop(name, None)


def ignore_link_text(name: str) -> None:
    """Drop the invalid text that the link has for `name`, and note the name until a page reports it."""
    get_visit().used_names.add(name)
    get_visit().link_texts.pop(name, None)
    st.session_state.setdefault(IGNORED_KEY, set()).add(name)


def take_ignored_names() -> list[str]:
    """Names of the settings that were ignored since the last call."""
    return sorted(st.session_state.pop(IGNORED_KEY, set()))


# Texts ------------------------------------------------------------------------------------------------------------------


def recall_code(name: str, default: np.ndarray) -> np.ndarray:
    """The current z under `name`, d values; `default` if there is none, or if it has another number of dimensions."""
    z = recall_setting(name, lambda text: parsing.parse_code(text, len(default)))
    if z is None:
        store_setting(name, None)  # it belongs to a revision with other dimensions
    return default if z is None else z


def store_code(name: str, z: np.ndarray) -> None:
    store_setting(name, ",".join(f"{value:.4g}" for value in z))
