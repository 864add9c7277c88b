"""The container image, as far as one sees it without docker: its steps, what goes in, who runs it, its health."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.health import wrong
from bot.pulse import Pulse

ROOT = Path(__file__).resolve().parent.parent
TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
STEPS = [(word, rest) for line in TEXT.splitlines() if line[:1].isupper() for word, _, rest in [line.partition(" ")]]
"""Each instruction of the Dockerfile, and what it is given."""
MAKES = [rest for word, rest in STEPS if word == "RUN" and rest.startswith("make ")]


def commands(folder: Path, line: str) -> list[str]:
    """What make would run there."""
    said = subprocess.run(["make", "-n", *shlex.split(line)], cwd=folder, capture_output=True, text=True, check=True)
    return said.stdout.splitlines()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """What the image's first stage has, and a Python where its own would be."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    return tmp_path


def test_its_steps_are_the_makefiles_own(scratch: Path):
    """Whatever is installed in the image is installed by the targets that `make run` stands on, with hashes and wheels
    only; the one difference is that the desk is copied in and not linked to."""
    assert len(MAKES) == 2
    image = [line for step in MAKES for line in commands(scratch, step.removeprefix("make ").replace("/venv", "venv"))]
    own = commands(scratch, "VENV=venv venv/.run")
    link, copy = (next(line for line in lines if "--no-deps" in line) for lines in (own, image))
    assert copy == link.replace(" -e .", " .")
    assert set(own) - {link} == set(image) - {copy}
    assert any("--require-hashes --only-binary :all: -r requirements.txt" in line for line in image)
    others = [rest for word, rest in STEPS if word == "RUN" and rest not in MAKES]
    assert not [step for step in others if "pip" in step], "pip is the Makefile's"


def test_what_goes_in_is_there_and_named():
    """Each thing that is copied is in the repository, and let into the build by .dockerignore."""
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for word, rest in STEPS:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(fnmatch(source, each) for each in let_in), source
    for package in ("bot", "adapters", "storage"):
        assert ("COPY", f"{package} {package}") in STEPS


def test_it_is_run_by_nobody_in_particular():
    """The last stage has no make and no sources, and what runs in it is not root."""
    last = max(at for at, (word, _) in enumerate(STEPS) if word == "FROM")
    stage = STEPS[last:]
    assert [rest for word, rest in stage if word == "USER"] == ["steward"]
    assert [rest for word, rest in stage if word == "COPY"] == ["--from=build /venv /venv"]
    assert "make" not in " ".join(rest for word, rest in stage if word == "RUN").split()
    first, second = (rest.split()[0] for word, rest in STEPS if word == "FROM")
    assert first == second, "an environment runs on the Python that it was made with"
    assert json.loads(next(rest for word, rest in stage if word == "CMD"))[:2] == ["steward", "run"]
    health = next(rest for word, rest in stage if word == "HEALTHCHECK")
    assert 'CMD ["python", "-m", "bot.health"]' in health
    assert find_spec("bot.health") is not None


def test_health_of_a_process_that_serves_nobody(tmp_path: Path):
    """A worker gives signs of life and has no port: it is well as long as they come, and not where they stop, where it
    has not begun, or where it has ended."""
    assert "No desk is at work here" in wrong(tmp_path)
    pulse = Pulse(tmp_path)
    pulse.beat()
    assert "No desk is at work here" in wrong(tmp_path), "before it begins there is no sign"
    pulse.begin()
    assert wrong(tmp_path) == ""
    (file,) = tmp_path.iterdir()
    os.utime(file, (SystemClock().machine().timestamp() - 200,) * 2)
    assert re.search(r"has said nothing for (199|20\d) s", wrong(tmp_path))
    pulse.beat()
    assert wrong(tmp_path) == ""
    pulse.end()
    assert "No desk is at work here" in wrong(tmp_path)


def test_health_of_a_process_that_serves_people(tmp_path: Path):
    """It is asked; where it does not answer it is not well, whatever it says."""
    Pulse(tmp_path).begin("http://127.0.0.1:9")
    assert "does not serve people at http://127.0.0.1:9" in wrong(tmp_path)


def test_a_folder_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """The desk says so once, and runs."""
    (tmp_path / "file").touch()
    pulse = Pulse(tmp_path / "file" / "var")
    pulse.begin()
    pulse.beat()
    pulse.end()
    assert caplog.text.count("no check of health will find it") == 1
