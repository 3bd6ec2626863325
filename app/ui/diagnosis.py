"""The diagnosis of a training on a page: one line, and for each finding a box with the setting that usually fixes it."""

from contextlib import suppress

import streamlit as st

from aae_core.config.configuration import with_settings
from aae_core.errors import ConfigError
from aae_core.health import diagnosis
from aae_core.store.folder import mark
from app.cache.kept import kept
from app.components import markdown
from app.ui import form_settings, links, widgets

ICONS = {"severe": ":material/error:", "mild": ":material/warning:"}
READ = ("metrics.jsonl", "probe.safetensors")  # the files that findings come from


def show(revision) -> None:
    """The findings of a revision; one line where there are none. RevisionError if what they come from is damaged."""
    found, line = _found(revision)
    if not found:
        icon = ":material/check_circle:" if line == diagnosis.HEALTHY else ":material/hourglass_empty:"
        st.caption(f"{icon} {line}")
    for finding in found:
        title, key = f"{finding.title} ({finding.severity})", f"finding.{revision.id}.{finding.title}"
        widgets.folded(title, key, _told, revision.config, finding, icon=ICONS[finding.severity])


@kept(lambda revision: [mark(revision.path / name) for name in READ], 32, st.cache_data)
def _found(revision):
    return diagnosis.of(revision)


def _told(config, finding):
    named = f"“{form_settings.TITLES[finding.setting]}” ({finding.setting})"
    st.markdown(f"**Evidence:** {markdown.literal(finding.evidence)}")
    st.markdown(f"**Cause:** {markdown.literal(finding.reason)}")
    st.markdown(f"**Fix:** {markdown.literal(finding.advice.replace(finding.setting, named, 1))}")
    with suppress(ConfigError):  # a value that the other settings do not allow is named, but not offered
        mended = with_settings(config, {finding.setting: finding.value})
        told = "Fills in the form with the settings of this training and this one change; training does not start yet."
        links.to_train("Train again with this fix", config=mended, help=told)
