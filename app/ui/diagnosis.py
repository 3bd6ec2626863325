"""The diagnosis of a training on a page: for each problem found a box with evidence, cause and remedy; one line if none."""

from contextlib import suppress

import streamlit as st

from aae_core import files
from aae_core.config.configuration import with_settings
from aae_core.errors import ConfigError
from aae_core.health import diagnosis
from app.cache.kept import kept
from app.components import markdown
from app.ui import form_settings, links, widgets

ICONS = {"severe": ":material/error:", "mild": ":material/warning:"}
READ = ("metrics.jsonl", "probe.safetensors")  # the files that the diagnosis reads


def show(revision) -> None:
    """Draw the problems found in a revision, or one line if there are none; RevisionError if a file of READ is damaged."""
    found, line = _diagnosed(revision)
    if not found:
        icon = ":material/check_circle:" if line == diagnosis.HEALTHY else ":material/hourglass_empty:"
        st.caption(f"{icon} {line}")
    for finding in found:
        title, key = f"{finding.title} ({finding.severity})", f"finding.{revision.id}.{finding.title}"
        widgets.folded(title, key, _details, revision, finding, icon=ICONS[finding.severity])


_diagnosed = kept(lambda revision: [files.mark(revision.path / name) for name in READ], 32, st.cache_data)(diagnosis.of)


def _details(revision, finding):
    named = f"“{form_settings.title_of(finding.setting, revision.data.is_table)}” ({finding.setting})"
    st.markdown(f"**Evidence:** {markdown.literal(finding.evidence)}")
    st.markdown(f"**Cause:** {markdown.literal(finding.reason)}")
    st.markdown(f"**Fix:** {markdown.literal(finding.advice.replace(finding.setting, named, 1))}")
    with suppress(ConfigError):  # a value that contradicts the other settings is named above, but no button offers it
        mended = with_settings(revision.config, {finding.setting: finding.value})
        told = "Fills in the form with the settings of this training and this one change; training does not start yet."
        links.to_train("Train again with this fix", config=mended, help=told)
