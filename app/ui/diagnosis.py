"""The diagnosis of a training on a page: for each problem found a box with evidence, cause and remedy; one line if none."""

from contextlib import suppress

import streamlit as st

from aae_core import files
from aae_core.config.configuration import with_settings
from aae_core.errors import ConfigError
from aae_core.health import diagnosis
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.translation.languages import current_language
from app.translation.texts import mark, translate
from app.ui import form_settings, links, widgets

ICONS = {"severe": ":material/error:", "mild": ":material/warning:"}
SEVERITIES = {"severe": mark("severe"), "mild": mark("mild")}
DIAGNOSED_FILES = ("metrics.jsonl", "probe.safetensors")  # the files that the diagnosis reads


def render_diagnosis(revision: RevisionView) -> None:
    """Draw the problems found in a revision, or one line if there are none; RevisionError if one of
    DIAGNOSED_FILES is damaged."""
    findings, summary_line, is_too_early = _cached_diagnosis(revision)
    if not findings:
        icon = ":material/hourglass_empty:" if is_too_early else ":material/check_circle:"
        st.caption(f"{icon} {summary_line}")
    for finding in findings:
        severity = translate(SEVERITIES[finding.severity])
        title, key = f"{translate(finding.title)} ({severity})", f"finding.{revision.id}.{finding.title}"
        widgets.render_expander(title, key, _render_finding, revision, finding, icon=ICONS[finding.severity])


@cache_by_revision(
    lambda revision: [current_language(), *(files.file_version(revision.path / name) for name in DIAGNOSED_FILES)],
    32,
    copies=True,
)
def _cached_diagnosis(revision: RevisionView):
    """The findings, their line, and whether it is too early for any."""
    stored = revision.stored
    is_too_early = not diagnosis.has_enough_steps(stored.metrics())
    return *diagnosis.diagnose_revision(stored), is_too_early


def _render_finding(revision: RevisionView, finding):
    st.markdown(translate("**Evidence:** {text}", text=markdown.escape(finding.evidence)))
    st.markdown(translate("**Cause:** {text}", text=markdown.escape(finding.reason)))
    if finding.setting is None:  # the data are to be changed
        st.markdown(translate("**Fix:** {text}", text=markdown.escape(finding.advice)))
        return
    setting_name = f"“{form_settings.setting_title(finding.setting, revision.data.is_table)}” ({finding.setting})"
    advice = finding.advice.replace(finding.setting, setting_name, 1)
    st.markdown(translate("**Fix:** {text}", text=markdown.escape(advice)))
    with suppress(ConfigError):  # a value that contradicts the other settings is named above, but no button offers it
        fixed_config = with_settings(revision.config, {finding.setting: finding.value})
        help_text = translate(
            "Fills in the form with the settings of this training and this one change; training does not start yet."
        )
        links.render_train_link(translate("Train again with this fix"), config=fixed_config, help=help_text)
