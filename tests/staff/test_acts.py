"""Every act that the code writes into the audit chain has a name that people read."""

import re
from pathlib import Path

from survey.staff.acts import ACT_NAMES

SURVEY = Path(__file__).parent.parent.parent / "survey"
WRITTEN = re.compile(r"""(?:\bact=|\b(?:done|changed|field_saved)\()"([a-z][a-z.-]+)\"""")


def test_every_act_has_a_name():
    written = {
        act
        for path in SURVEY.rglob("*.py")
        for act in WRITTEN.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 15
    assert written <= set(ACT_NAMES)
