"""Search in all cases one may see: by words, with accents or without, or by the number of one."""

from collections.abc import Sequence

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.calendar import clock, local_day
from survey.database import reading
from survey.feedback.access import CROWD, Reach, reach, within_reach
from survey.feedback.desk import bp, listing
from survey.feedback.desk.forms import filter_form
from survey.feedback.desk.offered import offered
from survey.feedback.desk.snippet import LookedFor, Piece, snippet
from survey.feedback.desk.views_inbox import below, words_of_rows
from survey.feedback.desk.wanted import narrowing, wanted
from survey.feedback.looking import Looked, looked_for
from survey.feedback.search import SEARCHED, Found, find
from survey.feedback.tables import Case, CaseText
from survey.i18n import language
from survey.staff.guard import allowed, anywhere

LONGEST = 200
HITS = 25  # of a page, each with the words around what was found


@bp.route("/search")
@allowed("feedback.see", scope=anywhere)
def search() -> ResponseReturnValue:
    """`?q=` what is looked for, the filters of the inbox, `?at=` the last case of a page."""
    session, now = reading(), clock()
    typed = request.args.get("q", "")[:LONGEST]
    asked, looked = wanted(request.args), looked_for(typed)
    within = reach(session, g.staff)
    where = [within_reach(within, now=now), *narrowing(asked, below(asked))]
    named = _named(session, looked, where)
    if looked and named and looked.by_number:
        return redirect(url_for(".case", case_id=named), 303)
    found, more = _found(session, looked, within, where) if looked else ([], False)
    ids = ([named] if named and "at" not in request.args else []) + [
        one.case_id for one in found if one.case_id != named
    ]
    choices = offered(session, within, day=local_day(now), language=language())
    return render_template(
        "feedback/desk/search.html",
        asked=asked,
        form=filter_form(asked, choices),
        looked=looked,
        next=f"{found[-1].tier}-{found[-1].case_id}" if more else None,
        q=typed,
        rows=listing.rows_of(session, ids),
        snippets=_snippets(session, ids, looked) if looked else {},
        **words_of_rows(dict(choices.fields), now),
    )


def _named(
    session: Session, looked: Looked | None, where: Sequence[listing.Condition]
) -> int | None:
    """The id of the case whose number was typed, if it may be seen."""
    if looked is None or looked.number is None:
        return None
    return session.scalar(select(Case.id).where(Case.id == looked.number, *where))


def _found(
    session: Session, looked: Looked, within: Reach, where: Sequence[listing.Condition]
) -> tuple[list[Found], bool]:
    """A page of what is found after the place in the address, and whether there is more."""
    units = None if within.everywhere or len(within.ids) > CROWD else sorted(within.ids)
    tier, _sign, case_id = request.args.get("at", "").partition("-")
    known = tier.isdecimal() and case_id.isdecimal()
    after = Found(int(tier), int(case_id[:9])) if known else None
    found = find(session, looked, where, limit=HITS + 1, units=units, after=after)
    return found[:HITS], len(found) > HITS


def _snippets(session: Session, ids: Sequence[int], looked: Looked) -> dict[int, list[Piece]]:
    """Of each case the words around what was found."""
    texts: dict[int, list[str]] = {}
    query = select(CaseText.case_id, CaseText.shown).where(
        CaseText.case_id.in_(ids), CaseText.role.in_(SEARCHED)
    )
    ordered = query.order_by(CaseText.role != "original", CaseText.at, CaseText.id)
    for case_id, shown in session.execute(ordered):
        texts.setdefault(case_id, []).append(shown)
    wanted = LookedFor(looked)
    return {case_id: snippet(some, wanted) for case_id, some in texts.items()}
