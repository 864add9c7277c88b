"""Every worked case of service time and clocks in a directory of such files comes out as it says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sla_cases import failures

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ.get("SLA_VECTORS", ROOT.parent / "shared" / "sla-vectors"))


def _marks(case: dict[str, Any]) -> tuple[pytest.MarkDecorator, ...]:
    """A case whose file says that its source answers by another convention on purpose is none to pass by."""
    if case.get("vs_ref") != "divergent":
        return ()
    return (pytest.mark.skip(reason=f"another convention, by its own note: {case.get('note', '')}"),)


def cases() -> list[Any]:
    found: list[Any] = []
    for path in sorted(FOLDER.glob("*.json")):
        told = json.loads(path.read_text())
        found += [pytest.param(case, told["calendars"], id=case["id"], marks=_marks(case)) for case in told["vectors"]]
    if not found:
        reason = f"{FOLDER} holds no worked cases; name their directory in SLA_VECTORS"
        return [pytest.param({}, {}, id="none", marks=pytest.mark.skip(reason=reason))]
    return found


@pytest.mark.parametrize(("case", "calendars"), cases())
def test_a_worked_case_comes_out_as_it_says(case: dict[str, Any], calendars: dict[str, Any]):
    """Each expectation of the case, by the engine's own answer."""
    assert list(failures(case, calendars)) == []
