"""The diagnosis of a training on a page: for each problem found a box with evidence, cause and remedy; one line if none."""

from contextlib import suppress

import streamlit as st

from aae_core import files
from aae_core.config.configuration import with_settings
from aae_core.errors import ConfigError
from aae_core.health import diagnosis
from app.cache.revision_cache import cache_by_revision
from app.components import markdown
from app.ui import form_settings, links, widgets

ICONS = {"severe": ":material/error:", "mild": ":material/warning:"}
DIAGNOSED_FILES = ("metrics.jsonl", "probe.safetensors")  # the files that the diagnosis reads


def render_diagnosis(revision) -> None:
    """Draw the problems found in a revision, or one line if there are none; RevisionError if one of
    DIAGNOSED_FILES is damaged."""
    findings, summary_line = _cached_diagnosis(revision)
    if not findings:
        icon = ":material/check_circle:" if summary_line == diagnosis.HEALTHY else ":material/hourglass_empty:"
        st.caption(f"{icon} {summary_line}")
    for finding in findings:
        title, key = f"{finding.title} ({finding.severity})", f"finding.{revision.id}.{finding.title}"
        widgets.render_expander(title, key, _render_finding, revision, finding, icon=ICONS[finding.severity])


_cached_diagnosis = cache_by_revision(
    lambda revision: [files.file_version(revision.path / name) for name in DIAGNOSED_FILES], 32, copies=True
)(lambda revision: diagnosis.diagnose_revision(revision.stored))


def _render_finding(revision, finding):
    setting_name = f"“{form_settings.setting_title(finding.setting, revision.data.is_table)}” ({finding.setting})"
    st.markdown(f"**Evidence:** {markdown.escape(finding.evidence)}")
    st.markdown(f"**Cause:** {markdown.escape(finding.reason)}")
    st.markdown(f"**Fix:** {markdown.escape(finding.advice.replace(finding.setting, setting_name, 1))}")
    with suppress(ConfigError):  # a value that contradicts the other settings is named above, but no button offers it
        fixed_config = with_settings(revision.config, {finding.setting: finding.value})
        help_text = (
            "Fills in the form with the settings of this training and this one change; training does not start yet."
        )
        links.render_train_link("Train again with this fix", config=fixed_config, help=help_text)
