"""Pages that show rounds: the list, everything about one, its progress, its posters."""

from io import BytesIO

from flask import Flask, Response, g, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from questionnaires.methods import method
from survey.addresses import leaf
from survey.calendar import clock, local_day
from survey.database import reading
from survey.errors import NotFound
from survey.fieldwork import catalogue, changes, media, poster, progress, rounds, words
from survey.fieldwork.door import bp, counter_lines, covered, papers, seen_round
from survey.fieldwork.editor.words import language_name
from survey.fieldwork.forms import DayFilter, RoundFilter
from survey.fieldwork.places import in_sight, places_of
from survey.fieldwork.tables import PublishedForm, Round
from survey.site import site_values
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere, visible_areas
from survey.staff.names import actor_names

PAGE = 60  # counters on a page of a round
NAMES = {
    "sample_names": words.SAMPLE_NAMES,
    "mode_names": words.MODE_NAMES,
    "state_names": words.STATE_NAMES,
    "state_kinds": words.STATE_KINDS,
    "language_name": language_name,
}


@bp.route("/desk/rounds", endpoint="rounds")
@allowed("round.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """The rounds that concern one's areas, narrowed by state, kind of sample and year."""
    session = reading()
    wanted = RoundFilter(request.args)
    wanted.validate()
    visible = visible_areas(session, g.staff, "round.see")
    lines = []
    for round_ in rounds.list_rounds(session, state=wanted.chosen("state")):
        places = places_of(session, round_.code)
        if _wanted(round_, wanted) and in_sight(session, places, visible):
            lines.append((round_, places))
    return render_template("fieldwork/list.html", lines=lines, form=wanted, **NAMES)


def _wanted(round_: Round, wanted: RoundFilter) -> bool:
    sample, year = wanted.chosen("sample"), wanted.chosen("year")
    return sample in (None, round_.sample) and year in (None, round_.year)


@bp.route("/desk/rounds/<code>")
@allowed("round.see", scope=anywhere)
def show(code: str) -> ResponseReturnValue:
    """Everything about one round, and what can be done with it."""
    session = reading()
    round_, places = seen_round(session, code)
    lines = leaf(counter_lines(session, round_, local_day(clock())), PAGE)
    form = catalogue.form(session, round_.questionnaire)
    published = session.get(PublishedForm, round_.questionnaire)
    return render_template(
        "fieldwork/show.html",
        round=round_,
        places=places,
        questionnaire=form,
        published=published,
        lost=media.lost(session, form) if published else [],
        names=actor_names(session),
        method=method(round_.method),
        lines=lines.rows,
        page=lines.page,
        pages=lines.pages,
        counts=progress.round_counts(session, code),
        editable=g.staff.holds("round.edit") and covered(session, places),
        address=f"{request.host_url}r/{code}",
        simulated=round_.simulated,
        papers=papers(session, round_),
        **NAMES,
    )


@bp.route("/desk/rounds/<code>/progress")
@allowed("round.see", scope=anywhere)
def today(code: str) -> ResponseReturnValue:
    """The counts of a day at each counter, by default today's, and how many answers came and were
    released."""
    session = reading()
    round_, _places = seen_round(session, code)
    form = DayFilter(request.args)
    form.validate()
    day = form.day.data or local_day(clock())
    counters = [line.counter for line in counter_lines(session, round_, day)]
    rows = progress.counter_day(session, code, counters, day)
    told = [row for row in rows if row.response_rate is not None]
    return render_template(
        "fieldwork/progress.html",
        round=round_,
        day=day,
        form=DayFilter(formdata=None, data={"day": day}),
        rows=rows,
        response_rate=progress.total(told).response_rate,
        break_off_rate=progress.total(rows).break_off_rate,
        counts=progress.round_counts(session, code),
        simulated=round_.simulated,
    )


@bp.route("/desk/rounds/<code>/posters.pdf")
@allowed("round.see", scope=anywhere)
def posters(code: str) -> ResponseReturnValue:
    """One A4 page for every counter of the round that has a code."""
    return _posters(code, None)


@bp.route("/desk/rounds/<code>/posters/<counter>.pdf")
@allowed("round.see", scope=anywhere)
def one_poster(code: str, counter: str) -> ResponseReturnValue:
    """The A4 poster of one counter."""
    return _posters(code, counter)


def _posters(code: str, counter: str | None) -> Response:
    """The posters of a round, or of one counter of it. Raises NotFound when there are none."""
    session = reading()
    round_, _places = seen_round(session, code)
    lines = counter_lines(session, round_, local_day(clock()))
    chosen = [
        line.poster
        for line in lines
        if line.poster is not None and counter in (None, line.counter.code)
    ]
    if not chosen:
        raise NotFound
    values = site_values(session)
    file = poster.pdf(
        chosen,
        organiser=values["organiser"],
        simulated=round_.simulated or values["simulated"] == "yes",
        now=clock(),
    )
    name = f"sipas-{code}-{counter or 'posters'}.pdf"
    return send_file(BytesIO(file), mimetype="application/pdf", download_name=name)


def install(app: Flask) -> None:
    """Rounds at the desk."""
    app.register_blueprint(changes.bp)
    add_nav(
        app,
        _l("Rounds"),
        "fieldwork.rounds",
        "round.see",
        group="survey",
        order=20,
        about=_l("Set up, open and close rounds; posters and today's counts."),
    )
