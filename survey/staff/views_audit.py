"""The audit chain as a list, and whether it is intact."""

from math import ceil

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from survey.database import reading
from survey.staff import audit
from survey.staff.accounts import plain
from survey.staff.blueprint import bp
from survey.staff.guard import allowed, installation
from survey.staff.names import actor_names
from survey.staff.tables import AuditEvent

PAGE = 50
LAST_PAGE = 1_000_000


@bp.route("/audit", endpoint="audit")
@allowed("audit.see", scope=installation)
def log() -> ResponseReturnValue:
    """Newest first; `act` keeps events whose act begins so, `actor` those of one actor."""
    act, actor = plain(request.args.get("act", "")), plain(request.args.get("actor", ""))
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    store = reading()
    query = select(AuditEvent)
    if act:
        query = query.where(AuditEvent.act.startswith(act, autoescape=True))
    if actor:
        query = query.where(AuditEvent.actor == actor)
    count = store.scalar(select(func.count()).select_from(query.subquery())) or 0
    events = store.scalars(
        query.order_by(AuditEvent.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    checked = request.args.get("check") == "1"
    return render_template(
        "staff/audit.html",
        events=events,
        names=actor_names(store),
        acts=store.scalars(select(AuditEvent.act).distinct().order_by(AuditEvent.act)).all(),
        actors=store.scalars(select(AuditEvent.actor).distinct().order_by(AuditEvent.actor)).all(),
        act=act,
        actor=actor,
        page=page,
        pages=ceil(count / PAGE),
        total=store.scalar(select(func.count(AuditEvent.id))),
        checked=checked,
        broken=audit.verify(store) if checked else None,
        newest=audit.newest(store),
    )
