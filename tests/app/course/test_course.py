"""The course: its data name what exists, its minutes add up, and its exercises are checked as their texts say."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
import numpy as np
import streamlit as st
from helpers import visitor_sessions
from helpers.app_pages import assert_no_exception, open_page, page_texts, query_settings
from helpers.visitor_sessions import ANN

from aae_core.config.configuration import configure, setting_keys
from aae_core.evaluation.metrics import METRICS
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.cache import lru, revision_data
from app.course import class_invitation, document, exercise_check, plan
from app.course.contents import Check, load_course
from app.lessons import reader
from app.visitors import actions

COURSE, LESSONS = load_course(), reader.load_lessons()
EXERCISES = {exercise.slug: exercise for exercise in COURSE.exercises}
TINY = {"data": "digits", "network.hidden": (16,), "network.discriminator": (16,), "steps": 10, "threads": 1}
MODEL_SETTINGS = {"aae": {}}


@pytest.fixture(autouse=True)
def clear_caches(monkeypatch):
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)
    st.cache_resource.clear()
    lru.clear_all()


def revision(measures=None, state="done", codes=None, epoch=20.0, **settings):
    """What a check reads of a revision."""
    status = Status(state, step=280, epoch=epoch)
    data = SimpleNamespace(classes=tuple("0123456789"))
    return SimpleNamespace(config=configure(**settings), status=status, measures=measures or {}, codes=codes, data=data)


# The data ---------------------------------------------------------------------------------------------------------------


def test_the_minutes_of_the_steps_add_up():
    entries = plan.plan_course(COURSE)
    assert [entry.begin for entry in entries[1:]] == [entry.end for entry in entries[:-1]]
    assert (entries[0].begin, entries[-1].end) == (0, COURSE.minutes) == (0, 45)
    assert plan.left_over_sentence(COURSE, entries) == "All 45 minutes are planned."


def test_a_skipped_step_leaves_its_minutes_to_talk():
    entries = plan.plan_course(COURSE, ("prior", "style"))
    assert [entry.step.slug for entry in entries if entry.is_skipped] == ["prior", "style"]
    assert plan.left_over_sentence(COURSE, entries) == "37 of 45 minutes are planned; 8 are left to talk."


def test_what_the_course_names_exists():
    for step in COURSE.steps:
        assert not step.lesson or step.lesson in LESSONS.lessons
        assert step.ask and step.answer and step.wrong and step.reply and step.point and step.skipping
    assert set(COURSE.homework) <= LESSONS.lessons.keys()
    assert 5 <= sum(bool(step.lesson) for step in COURSE.steps) <= 7
    for exercise in COURSE.exercises:
        for check in exercise.checks:
            assert (
                check.figure in METRICS or check.figure in setting_keys() or check.figure in exercise_check.OWN_FIGURES
            )
        assert all(len(attempt.values) == 3 and attempt.fulfilled <= 3 for attempt in exercise.tried)
        assert any(attempt.fulfilled == 3 for attempt in exercise.tried), "there is a way that works for each seed"
        assert any(attempt.fulfilled == 0 for attempt in exercise.tried), "the recommended start is no solution"


def test_what_was_tried_counts_as_the_checks_do():
    for exercise in COURSE.exercises:
        for attempt in exercise.tried:
            met_count = sum(exercise_check.is_met(exercise.tried_check, value) for value in attempt.values)
            assert attempt.fulfilled <= met_count, (exercise.slug, attempt.change)


# Checks -----------------------------------------------------------------------------------------------------------------


def test_a_check_compares_metrics_settings_and_epochs():
    exercise = EXERCISES["sharper"]
    verdict = exercise_check.check_exercise(exercise, revision({"mmd2": 0.003, "reconstruction": 1.1}))
    assert verdict.is_fulfilled and verdict.sentence == "All 6 conditions are fulfilled."
    far_verdict = exercise_check.check_exercise(exercise, revision({"mmd2": 0.0277, "reconstruction": 1.1}, epoch=40.0))
    assert not far_verdict.is_fulfilled
    assert far_verdict.sentence == (
        "4 of 6 conditions are fulfilled. Missing: “Epochs trained” is 40 and should be at most 20; "
        "“Distance to the prior (MMD²)” is 0.0277 and should be at most 0.02."
    )
    vae_verdict = exercise_check.check_exercise(
        exercise, revision({"mmd2": 0.003, "reconstruction": 1.1}, variant="vae")
    )
    assert [result.is_met for result in vae_verdict.results] == [False, True, True, True, True, True]


def test_what_was_not_measured_is_not_fulfilled():
    verdict = exercise_check.check_exercise(EXERCISES["sharper"], revision({"mmd2": 0.003}))
    assert not verdict.is_fulfilled
    assert "“Reconstruction error” is not measured and should be at most 1.25" in verdict.sentence


def test_a_training_that_goes_on_is_not_judged():
    verdict = exercise_check.check_exercise(EXERCISES["sharper"], revision({"mmd2": 0.003}, state="running"))
    assert verdict.sentence == "This training has not ended; its figures may still change."


def test_only_settings_of_the_model_count_as_changed():
    assert exercise_check.changed_setting_names(configure(name="mine", seed=3, threads=2, minutes=5)) == []
    config = configure(**{"optimiser.generation_rate": 0.001, "prior.scale": 2.0})
    assert exercise_check.changed_setting_names(config) == ["prior.scale", "optimiser.generation_rate"]


def test_a_pair_of_classes_is_looked_up_by_name():
    check = Check("class_pair", "at_least", 0.97, ("3", "8"))
    codes = SimpleNamespace(z=np.repeat([[0.0, 0], [9, 9]], 20, axis=0), labels=np.repeat([3, 8], 20))
    assert exercise_check.OWN_FIGURES["class_pair"].read(revision(codes=codes), check) == 1
    assert exercise_check.OWN_FIGURES["class_pair"].read(revision(), check) is None
    letters = revision(codes=codes)
    letters.data.classes = ("a", "b")
    assert exercise_check.OWN_FIGURES["class_pair"].read(letters, check) is None
    assert exercise_check.check_title(check) == "3s and 8s told apart by their five nearest codes"


# The pages --------------------------------------------------------------------------------------------------------------


def test_the_course_leads_from_step_to_step(no_gallery):
    app = open_page("course")
    assert COURSE.steps[0].ask in page_texts(app).replace("\\", "")
    app.radio[0].set_value("fooling-d").run()
    assert query_settings(assert_no_exception(app))["step"] == "fooling-d"
    app.button(key="course.lesson.fooling-d").click().run()
    assert query_settings(assert_no_exception(app))["lesson"] == "fooling-d"


def test_the_last_step_leads_to_the_homework(no_gallery):
    app = open_page("course", step="closing")
    app.button(key=f"course.homework.{COURSE.homework[0]}").click().run()
    assert query_settings(assert_no_exception(app))["lesson"] == COURSE.homework[0]


def test_a_step_can_be_skipped_and_taken_up_again(no_gallery):
    app = open_page("course", step="prior")
    app.checkbox(key="course.skip.prior").check().run()
    assert "41 of 45 minutes are planned; 4 are left to talk." in page_texts(assert_no_exception(app))
    app.checkbox(key="course.skip.prior").uncheck().run()
    assert "All 45 minutes are planned." in page_texts(assert_no_exception(app))


def test_students_see_the_questions_without_the_answers(no_gallery, monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    visit(ANN)
    app = open_page("course", step="exercises", exercise="d-wins")
    text = page_texts(app).replace("\\", "")
    step = next(step for step in COURSE.steps if step.has_exercises)
    assert step.ask in text and EXERCISES["d-wins"].task in text
    assert step.answer not in text and EXERCISES["d-wins"].solution[0] not in text
    assert not app.toggle and not [key for key in (button.key for button in app.button) if key and "open" in key]
    visit(ANN, teacher=True)
    text = page_texts(open_page("course", step="exercises", exercise="d-wins")).replace("\\", "")
    assert step.answer in text and EXERCISES["d-wins"].solution[0] in text


def test_what_is_open_for_all_leads_there_from_every_page(no_gallery, monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    visit(ANN, teacher=True)
    app = open_page("course", step="equilibrium")
    app.button(key="course.open.lesson.equilibrium").click().run()
    assert "Equilibrium" in page_texts(assert_no_exception(app)) and actions.current_invitation().slug == "equilibrium"
    visit(ANN)
    app = open_page("lessons")
    app.button(key="invitation.go").click().run()
    assert query_settings(assert_no_exception(app))["lesson"] == "equilibrium"
    assert "invitation.go" not in [button.key for button in app.button]


def test_an_exercise_opened_for_all_is_on_the_course(no_gallery, monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    visit(ANN, teacher=True)
    actions.open_for_all(Store(), "exercise", "apart")
    visit(ANN)
    app = open_page("lessons")
    app.button(key="invitation.no").click().run()
    assert "invitation.go" not in [button.key for button in assert_no_exception(app).button]
    app = open_page("lessons")
    app.button(key="invitation.go").click().run()
    assert query_settings(assert_no_exception(app)) == {"step": "exercises", "exercise": "apart"}
    assert EXERCISES["apart"].task in page_texts(app).replace("\\", "")


def test_the_teacher_chooses_in_classroom_what_is_open_for_all(no_gallery, monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    visit(ANN, teacher=True)
    app = open_page("classroom")
    app.selectbox(key=class_invitation.CHOICE_KEY).set_value(("exercise", "d-wins")).run()
    app.button(key="course.open.exercise.d-wins").click().run()
    assert actions.current_invitation().slug == "d-wins"
    assert_no_exception(app).button(key="course.close").click().run()
    assert actions.current_invitation() is None


def test_a_revision_is_checked_in_revisions_by_a_link(revision_ids):
    app = open_page("revisions", revision=revision_ids["aae"], exercise="apart")
    text = page_texts(app).replace("\\", "")
    assert EXERCISES["apart"].task in text and "conditions are fulfilled" in text
    assert "3s and 8s told apart by their five nearest codes" in text


def test_the_link_on_the_course_opens_the_check_of_the_exercise_chosen_there(revision_ids):
    app = open_page("course", step="exercises", exercise="apart")
    assert "Check" in "".join(link.proto.label for link in app.get("page_link"))
    app.switch_page("views/revisions.py")
    app.query_params["revision"], app.query_params["exercise"] = revision_ids["aae"], "apart"
    assert "conditions are fulfilled" in page_texts(assert_no_exception(app.run()))


# Handouts ---------------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("with_answers", [True, False])
def test_a_handout_is_one_file_and_only_the_teachers_has_answers(with_answers):
    text = document.course_document(COURSE, with_answers).decode()
    assert text == document.course_document(COURSE, with_answers).decode()
    tags = Tags(text).tags
    assert not [attrs for tag, attrs in tags if {"src", "href", "style"} & attrs.keys()], "nothing is loaded"
    assert not [tag for tag, _ in tags if tag in ("script", "link", "img")]
    plain_text = re.sub("<[^>]*>", "", text).replace("&#x27;", "'")
    for step in COURSE.steps:
        assert step.ask in plain_text
        assert (step.answer in plain_text) == (step.reply in plain_text) == with_answers
    for exercise in COURSE.exercises:
        assert exercise.task in plain_text and (exercise.solution[0] in plain_text) == with_answers
