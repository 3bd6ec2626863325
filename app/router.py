"""The script that runs for every page: configuration, navigation, and the page itself; `streamlit_app.py` serves it."""

from pathlib import Path

import streamlit as st

from app.cache import revision_data
from app.course import class_invitation
from app.lessons import running_lesson
from app.session import address, language
from app.translation.texts import translate
from app.ui import first_visit, page_options, people, widgets
from app.visitors import identity

# No single primary colour is readable both as text on a dark page and behind the white text of buttons and choices. The toolbars
# of tables and images, which appear under the pointer, must also appear on keyboard focus. The bar at the top must not hide a
# focused element.
STYLE = """<style>
[data-testid=stBaseButton-primary] { background: var(--colour-action); border-color: var(--colour-action); }
[data-testid=stMultiSelectTagsContainer] [data-tag] { background: var(--colour-action); }
[data-testid=stElementToolbar]:focus-within { opacity: 1; }
[data-testid=stBaseButton-elementToolbar]:focus-visible { outline: 2px solid; }
[data-testid=stMain] { scroll-padding-top: 5rem; }
[data-testid=stFileUploaderDropzoneInstructions] span { white-space: normal; }
</style>"""

# The group of the current page, by its place in the navigation.
GROUP_STYLE = """<style>
[data-testid=stTopNav] > :nth-child({place}) button {{
  background: linear-gradient(var(--colour-accent) 0 0) bottom / calc(100% - 1rem) 2px no-repeat; }}
[data-testid=stTopNav] > :nth-child({place}) button p {{ font-weight: 600; }}
</style>"""
ICON = str(Path(__file__).with_name("icon.svg"))

language.apply_expected_language()
st.set_page_config(page_title=translate("Latent-space explorer"), page_icon=ICON, layout="wide")
st.logo(ICON, size="small")  # its name is set beside it by page_options.NAME_STYLE

people.require_sign_in()
teacher_pages = []
if identity.current_visitor().is_teacher:
    teacher_pages.append(st.Page("views/classroom.py", title=translate("Classroom"), icon=":material/groups:"))
page_groups = {
    translate("Models"): [
        st.Page("views/explore.py", title=translate("Explore"), icon=":material/scatter_plot:", default=True),
        st.Page("views/style.py", title=translate("Style and content"), icon=":material/style:"),
        st.Page("views/compare.py", title=translate("Compare"), icon=":material/compare:"),
        st.Page("views/classify.py", title=translate("Classify"), icon=":material/category:"),
        st.Page("views/clusters.py", title=translate("Clusters"), icon=":material/bubble_chart:"),
    ],
    translate("Learn"): [
        st.Page("views/lessons.py", title=translate("Lessons"), icon=":material/school:"),
        st.Page("views/course.py", title=translate("Course"), icon=":material/event_note:"),
        st.Page("views/game.py", title=translate("Step by step"), icon=":material/skip_next:"),
        st.Page("views/theory.py", title=translate("Theory"), icon=":material/article:"),
        st.Page(
            "views/aggregate.py", title=translate("The aggregated posterior"), visibility="hidden"
        ),  # a lesson leads there
    ],
    translate("Training"): [
        st.Page("views/which_one.py", title=translate("Which one?"), icon=":material/help_center:"),
        st.Page("views/train.py", title=translate("Train"), icon=":material/model_training:"),
        st.Page("views/sweeps.py", title=translate("Sweeps"), icon=":material/grid_on:"),
        st.Page("views/revisions.py", title=translate("Revisions"), icon=":material/folder_open:"),
        st.Page("views/results.py", title=translate("Results"), icon=":material/table_chart:"),
        *teacher_pages,
    ],
}
page = st.navigation(page_groups, position="top")
group_place = next(
    place
    for place, pages in enumerate(page_groups.values(), 1)
    if page.url_path in {group_page.url_path for group_page in pages}
)
address.begin_run(page.url_path)
page_options.apply_options()
revision_data.start_background_imports()
first_visit.note_first_visit(page)
st.html(STYLE)
st.html(GROUP_STYLE.format(place=group_place))
with widgets.errors_in_boxes():  # what no part of the page has reported, such as a store that cannot be read
    running_lesson.run_lesson(page.url_path or "explore")
    class_invitation.render_notice()
    page.run()
widgets.toast_ignored_settings()
page_options.render_link_bar(page.url_path)
address.write_query()
