"""The course as one HTML file to read or print, for students or with answers for their teacher, and as a page of a site."""

from html import escape
from pathlib import Path

from app.course import exercise_check, plan
from app.course.contents import Course, Exercise
from app.course.plan import PlannedStep
from app.figures import html_tables, number_text
from app.handout import document
from app.lessons import markup, pictures, reader
from app.server.content_policy import hash_source
from app.translation.languages import current_language
from app.translation.texts import mark, translate

STYLE_FILE = Path(__file__).with_name("document.css")
ANSWER_LINES = '<div class="lines" aria-hidden="true"><i></i><i></i></div>'  # room to write on paper
STUDENT_NOTE = mark("Write down what you expect before you open a lesson. The exercises are done in the app.")
TEACHER_NOTE = mark("For the teacher: with the answers to expect, and what came out of the exercises.")


def course_document(course: Course, with_answers: bool) -> bytes:
    """The file, which loads nothing from outside: the same bytes for the same course and lessons."""
    style = f"{document.theme_css()}\n{style_sheet()}"
    policy = f"default-src 'none'; style-src {hash_source(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    head = document.HEAD_TEMPLATE.format(language=current_language(), policy=policy, title=escape(course.title))
    body = course_html(course, reader.load_lessons(), with_answers)
    return f"{head}<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n".encode()


def style_sheet() -> str:
    """The style sheet of the course, for the file and for the page of a site."""
    return STYLE_FILE.read_text(encoding="utf-8")


def course_html(
    course: Course,
    lessons: reader.LessonCollection,
    with_answers: bool,
    lesson_links: dict[str, str] | None = None,
) -> str:
    """The course as HTML. lesson_links: the links of lessons by slug, on a site that has them."""
    planned_steps = plan.plan_course(course)
    note = TEACHER_NOTE if with_answers else STUDENT_NOTE
    parts = [
        f'<div class="course"><h1>{escape(course.title)}</h1>',
        f'<p class="lead">{escape(course.lead)}</p><p>{escape(translate(note))}</p>',
    ]
    if with_answers:
        parts.append(_heading_html(translate("Before the course")) + _list_html("ul", course.prepare))
        parts.append(_heading_html(translate("Plan")) + _plan_html(planned_steps))
    parts += [
        _step_html(entry, n, lessons, with_answers, lesson_links or {}) for n, entry in enumerate(planned_steps, 1)
    ]
    parts.append(_heading_html(translate("Exercises")))
    parts += [_exercise_html(exercise, n, with_answers) for n, exercise in enumerate(course.exercises, 1)]
    parts += [_homework_html(course, lessons, lesson_links or {}), _glossary_html(course, lessons), "</div>"]
    return "\n".join(parts)


def _plan_html(planned_steps):
    rows = [(entry.step.title, entry.time_text, entry.step.skipping) for entry in planned_steps]
    heads = (translate("Step"), translate("Time"), translate("If you skip it"))
    return f'<div class="wide">{html_tables.table_html("", heads, rows)}</div>'


def _step_html(entry: PlannedStep, number, lessons, with_answers, lesson_links):
    step = entry.step
    picture = f'<div class="picture">{pictures.picture_svg(step.lesson)}</div>' if step.lesson else ""
    answer = _notes_html(step) if with_answers else ANSWER_LINES
    question = _bold_html(translate("Question"))
    lesson = _lesson_html(step, lessons, lesson_links)
    return (
        f'<section class="step"><h2>{number}. {escape(step.title)} <small>{entry.time_text}</small></h2>{picture}'
        f"<div><p>{question} {escape(step.ask)}</p>{answer}{lesson}</div></section>"
    )


def _lesson_html(step, lessons, lesson_links):
    numbers = {slug: n for n, slug in enumerate(lessons.lessons, 1)}
    if step.lesson not in numbers:
        return ""
    lesson = lessons.lessons[step.lesson]
    title = escape(translate("Lesson {number}: {title}", number=numbers[step.lesson], title=lesson.title))
    if step.lesson in lesson_links:
        title = f'<a href="{escape(lesson_links[step.lesson])}">{title}</a>'
    return f'<p class="lesson">{title}</p>'


def _notes_html(step):
    answer_label, wrong_answer_label = _bold_html(translate("Expect")), _bold_html(translate("The common wrong answer"))
    reply_label, points_label = _bold_html(translate("Reply")), _bold_html(translate("Point at"))
    return (
        f"<p>{answer_label} {escape(step.answer)}</p>"
        f"<p>{wrong_answer_label} “{escape(step.wrong)}” {reply_label} {escape(step.reply)}</p>"
        f"<p>{points_label}</p>{_list_html('ul', step.point)}"
    )


def _exercise_html(exercise: Exercise, number, with_answers):
    rows = [
        (
            exercise_check.check_title(check),
            exercise_check.condition_text(check),
            "" if with_answers else "\N{NO-BREAK SPACE}",
        )
        for check in exercise.checks
    ]
    heads = (translate("What"), translate("Asked"), translate("Your training"))
    if with_answers:
        rows, heads = [row[:2] for row in rows], heads[:2]
    solution = _solution_html(exercise) if with_answers else ANSWER_LINES
    title = escape(translate("Exercise {number}: {title}", number=number, title=exercise.title))
    hints = _bold_html(translate("Hints"))
    return (
        f'<section class="exercise"><h3>{title}</h3><p>{escape(exercise.task)}</p>'
        f'<div class="wide">{html_tables.table_html("", heads, rows)}</div>'
        f"<p>{hints}</p>{_list_html('ol', exercise.hints)}{solution}</section>"
    )


def _solution_html(exercise):
    seed_heads = (translate("Seed {seed}", seed=seed) for seed in range(3))
    heads = (translate("Changed"), *seed_heads, translate("Fulfilled"))
    figure = exercise_check.check_title(exercise.tried_check)
    caption = escape(translate("{figure}, with three seeds:", figure=figure))
    rows = [
        (
            attempt.change,
            *map(number_text.metric_text, attempt.values),
            translate("{count} of {total}", count=attempt.fulfilled, total=len(attempt.values)),
        )
        for attempt in exercise.tried
    ]
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in exercise.solution)
    table = html_tables.table_html("", heads, rows)
    title = _bold_html(translate("Solution"))
    return f'<p>{title}</p>{paragraphs}<p>{caption}</p><div class="wide">{table}</div>'


def _homework_html(course, lessons, lesson_links):
    titles = []
    for slug in course.homework:
        if slug not in lessons.lessons:
            continue
        title = escape(lessons.lessons[slug].title)
        titles.append(f'<a href="{escape(lesson_links[slug])}">{title}</a>' if slug in lesson_links else title)
    items = "".join(f"<li>{title}</li>" for title in titles)
    sentence = escape(translate("The exercises of the other groups, and the lessons"))
    heading = _heading_html(translate("Homework"))
    return f"{heading}<p>{sentence}</p><ul>{items}</ul>"


def _glossary_html(course, lessons):
    """The terms of the glossary that occur in the lessons of the course."""
    used_lessons = [lessons.lessons[step.lesson] for step in course.steps if step.lesson in lessons.lessons]
    terms = {term for lesson in used_lessons for page in lesson.pages for term in page.terms}
    meanings = {term: lessons.glossary[term] for term in terms if term in lessons.glossary}
    return _heading_html(translate("Words of the course")) + markup.glossary_html(meanings)


def _heading_html(title):
    return f"<h2>{escape(title)}</h2>"


def _bold_html(text):
    return f"<b>{escape(text)}</b>"


def _list_html(tag, texts):
    return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{tag}>"
