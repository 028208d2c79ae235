"""Shares trained in stretches by any executor: the same bits, whoever is lost on the way."""

import hashlib
import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import done, refused, same
from PIL import Image
from runs import Stopper, compared, request, resumed, sweep, whole

import paradigms
from paradigms.errors import Failed, Interrupted, UsageError
from paradigms.runs.difference import differences
from paradigms.runs.folder import RunFolder
from paradigms.studies import study
from paradigms.studies.asking.elsewhere import Elsewhere, elsewhere
from paradigms.studies.asking.estimate import estimate
from paradigms.studies.asking.prepared import prepare
from paradigms.studies.attendance import attendance
from paradigms.studies.sharing import archive, fingerprint, parcels, pool, stretch
from paradigms.studies.study import Control, run
from paradigms.studies.verify import verify

ASKED = replace(request(("kmeans", "dqn"), samples=320, eval_episodes=2), seeds=4)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return compared(whole(replace(ASKED, workers=1), tmp_path_factory.mktemp("whole") / "run"))


@pytest.fixture
def short(monkeypatch):
    """Stretches of so many steps, however fast this machine is."""
    monkeypatch.setattr(stretch._Time, "over", _counted)


def _counted(time: stretch._Time) -> bool:
    time.asked += 1
    return time.asked > 45


class Here(Executor):
    """Two workers, one after the other, in this thread; `counted` are the tasks, `lose` says which fail."""

    _max_workers = 2

    def __init__(self, lose=lambda task: None) -> None:
        self.counted, self.lose = 0, lose

    def submit(self, f, /, *given, **named):
        self.counted += 1
        future: Future = Future()
        lost = self.lose(self.counted)
        if isinstance(lost, Exception):
            future.set_exception(lost)
        else:
            future.set_result(lost or f(*given, **named))
        return future


def trained(asked, path: Path, executor, control: Control | None = None, mixed: bool = False) -> dict:
    control = control or Control()
    with elsewhere(executor, mixed) as there:
        control.elsewhere = there
        return compared(whole(asked, path, control))


EXECUTORS = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(1, multiprocessing.get_context("spawn")),
}


@pytest.mark.parametrize("kind", EXECUTORS)
def test_an_executor_of_python_s_own(kind, expected, tmp_path):
    with EXECUTORS[kind]() as executor:
        same(trained(ASKED, tmp_path / "run", executor), expected)
    assert not list((tmp_path / "run" / "checkpoint").glob("share-*"))


def test_stretches_of_a_few_steps_and_one_bar_for_all(expected, short, tmp_path):
    seen, executor = [], Here()
    same(trained(ASKED, tmp_path / "run", executor, Control(lambda *look: seen.append(look))), expected)
    assert executor.counted > 4
    assert seen[-1][0] == "DQN"
    shares = [done / total for title, done, total in seen if title == "DQN"]
    assert shares == sorted(shares)


def test_what_is_lost_is_dealt_again(expected, short, tmp_path):
    said: list[str] = []
    executor = Here(lambda task: RuntimeError("a node is gone.") if task % 3 == 0 else None)
    same(trained(ASKED, tmp_path / "run", executor, Control(say=said.append)), expected)
    assert "A stretch of seeds 0 to 1 was lost (a node is gone); it is dealt again." in said


@pytest.mark.slow
def test_a_share_that_is_lost_three_times_is_given_up_and_goes_on_here(expected, short, tmp_path):
    executor = Here(lambda task: RuntimeError("gone") if task > 5 else None)
    with pytest.raises(Failed, match=r"was lost \(gone\), as 2 were before.*--resume"):
        trained(ASKED, tmp_path / "run", executor)
    assert executor.counted <= 5 + 2 * pool.DEATHS
    assert list((tmp_path / "run" / "checkpoint").glob("share-*.tar"))
    same(compared(resumed(tmp_path / "run")), expected)


@pytest.mark.slow
def test_stopped_elsewhere_and_gone_on_there(expected, short, tmp_path):
    control = Stopper(3)
    with pytest.raises(Interrupted, match="every share is as its last stretch left it"):
        trained(ASKED, tmp_path / "run", Here(), control)
    with elsewhere(Here()) as there:
        again = Control()
        again.elsewhere = there
        same(compared(resumed(tmp_path / "run", again)), expected)


@pytest.mark.slow
def test_one_share_begun_elsewhere_goes_on_here(short, tmp_path, monkeypatch):
    asked = replace(
        ASKED, learners=("dqn",), workers=1, options={"samples": 320, "hidden": (8,), "limit": 20}
    )
    expected = whole(asked, tmp_path / "whole")
    with pytest.raises(Interrupted):
        trained(asked, tmp_path / "run", Here(), Stopper(2))
    monkeypatch.setattr(study._Here, "_together", None)  # in this process nothing is trained
    same(resumed(tmp_path / "run"), expected)


def test_begun_here_and_gone_on_elsewhere(expected, tmp_path):
    with pytest.raises(Interrupted):
        run(
            replace(ASKED, workers=1),
            RunFolder.choose(tmp_path / "run", "compare", False),
            Stopper(25),
            "a run",
        )
    control = Control()
    with elsewhere(Here()) as control.elsewhere:
        same(compared(resumed(tmp_path / "run", control)), expected)


def test_processes_here_that_are_broken_are_one_line(tmp_path):
    class Broken(Here):
        def submit(self, f, /, *given, **named):
            raise BrokenProcessPool("A child process terminated abruptly.")

    with pytest.raises(Failed, match=r"Broken takes no more work: A child .* abruptly\. .*--resume"):
        trained(ASKED, tmp_path / "run", Broken())


def test_a_sweep_and_its_fresh_seeds(tmp_path):
    asked = sweep(("regression",), {"lr": [0.02, 0.1], "batch_size": [16, 32]})
    whole(asked, tmp_path / "whole")
    trained(replace(asked, workers=None), tmp_path / "run", Here())
    found, count = differences(tmp_path / "whole", tmp_path / "run")
    assert count
    assert not found


def test_what_costs_most_is_dealt_first(tmp_path):
    asked = sweep(("classification",), {"hidden": [(4,), (8,), (256,), (16,), (128,)]}, seeds=2)
    with elsewhere(Here()) as there:
        prepared = prepare(replace(asked, workers=3), there)
    (plan,) = prepared.plans
    hands = prepared.hands({plan.id: plan.asked})
    loads = [sum(estimate(one).seconds for one in hand) for hand in hands]
    largest = max(estimate(one).seconds for hand in hands for one in hand)
    assert sorted(one for hand in hands for company in hand for one in company.replicas) == sorted(plan.asked)
    assert max(loads) - min(loads) <= largest


# ---- a person's own data travel, and are nowhere kept


def flowers(home: Path, iris) -> Path:
    """Irises as a table of a person's own."""
    path = home / "flowers.csv"
    rows = (f"{','.join(map(str, x))},k{y}\n" for x, y in zip(*iris, strict=True))
    path.write_text("a,b,c,d,kind\n" + "".join(rows))
    return path


def own_table(path: Path):
    asked = replace(request(("classification",), samples=3200), dataset=None, data=path)
    return replace(asked, target="kind", seeds=4).checked()


def test_a_person_s_own_table_travels_once_to_each_worker(short, iris, rooms, tmp_path):
    path = flowers(tmp_path, iris)
    asked = own_table(path)
    expected = compared(whole(replace(asked, workers=1), tmp_path / "whole"))
    folders, sent, content = [], [], path.read_bytes()

    class Far(Here):
        """Does not have the file."""

        def submit(self, f, /, *given, **named):
            path.unlink(missing_ok=True)
            if given:
                _, _, folder, files = given
                (parcel,) = files.values()
                sent.append(parcel.content)
                assert parcel.sha256 == hashlib.sha256(content).hexdigest()
            future = super().submit(f, *given, **named)
            if given:
                assert len(list(rooms.glob("paradigms-data-*"))) == 1, "kept for the next stretch"
                folders.extend([folder, future.result()[1]])
            path.write_bytes(content)
            return future

    same(trained(asked, tmp_path / "run", Far()), expected)
    assert len(folders) > 8
    assert sent == [content, content] + [None] * (len(sent) - 2), "to as many as there are workers"
    line = content.splitlines()[7]
    assert not any(line in folder or b"flowers.csv" in archive.opened(folder) for folder in folders if folder)
    assert not list(rooms.iterdir())


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Where this worker's temporary space is."""
    place = tmp_path / "rooms"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_whoever_lacks_a_file_is_sent_it(short, iris, rooms, tmp_path):
    path = flowers(tmp_path, iris)
    asked = own_table(path)
    expected = compared(whole(replace(asked, workers=1), tmp_path / "whole"))
    sent: list[bool] = []

    class Forgetful(Here):
        """Every third stretch meets a worker that has begun anew."""

        def submit(self, f, /, *given, **named):
            if given:
                sent.append(next(iter(given[3].values())).content is not None)
                if self.counted % 3 == 2:
                    parcels.forget()
            return super().submit(f, *given, **named)

    same(trained(asked, tmp_path / "run", Forgetful()), expected)
    assert sum(sent) > 2
    assert not all(sent)


def test_a_folder_of_images_travels(short, rng, rooms, tmp_path):
    for number in range(24):
        low = 0 if number < 12 else 150
        image = Image.fromarray(rng.integers(low, low + 80, size=(4, 6)).astype(np.uint8))
        place = tmp_path / "photos" / ("dark" if number < 12 else "light")
        place.mkdir(parents=True, exist_ok=True)
        image.save(place / f"{number:02}.png")
    asked = replace(
        request(("classification",), samples=320), dataset=None, data=tmp_path / "photos", seeds=4
    ).checked()
    expected = compared(whole(replace(asked, workers=1), tmp_path / "whole"))

    class Far(Here):
        """Does not have the folder."""

        def submit(self, f, /, *given, **named):
            (tmp_path / "photos").rename(tmp_path / "elsewhere")
            try:
                return super().submit(f, *given, **named)
            finally:
                (tmp_path / "elsewhere").rename(tmp_path / "photos")

    same(trained(asked, tmp_path / "run", Far()), expected)
    assert not list(rooms.iterdir())


def test_a_parcel_that_is_not_what_was_sent_or_leads_elsewhere_is_refused(rooms, tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (parcel,) = parcels.carried([tmp_path / "a.csv"]).values()
    with pytest.raises(ValueError, match=r"a\.csv is not what was sent"):
        parcels.received({"a.csv": parcel._replace(content=b"other")})
    content = parcel_of(member("../b.png"))[32:]
    wrong = parcels.Parcel("photos", hashlib.sha256(content).hexdigest(), True, content)
    with pytest.raises(ValueError, match="is no file of a folder"):
        parcels.received({"photos": wrong})
    assert parcels.received({"a.csv": parcel.known}) is None
    parcels.forget()
    assert not list(tmp_path.rglob("b.png"))


def test_what_nobody_asks_for_goes_by_itself(rooms, tmp_path, monkeypatch):
    monkeypatch.setattr(parcels, "KEPT", 0.05)
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    files = parcels.carried([tmp_path / "a.csv"])
    held = parcels.received(files)
    assert [one.path.read_text() for one in held.values()] == ["x,y\n1,2\n"]
    while parcels._kept:
        time.sleep(0.01)
    assert next(iter(held.values())).path.exists(), "somebody reads it"
    held.clear()
    deadline = time.monotonic() + 30
    while list(rooms.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_pipe_does_not_travel(tmp_path):
    asked = replace(request(("regression",)), data=Path("/dev/stdin"), target="x")
    with pytest.raises(UsageError, match="is no file that can travel to workers elsewhere"):
        trained(asked, tmp_path / "run", Here())


# ---- whoever rounds otherwise is refused, or recorded


ASK = """
import json
from paradigms.studies.sharing.fingerprint import fingerprint
print(json.dumps(fingerprint()))
"""


def test_another_branch_of_the_processor_is_told():
    branch = {"ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **branch},
        capture_output=True,
        check=True,
    )
    here, other = fingerprint.fingerprint(), json.loads(asked.stdout)
    assert fingerprint.differing(here, here) == ""
    assert "rounding" in fingerprint.differing(here, other)


def test_a_worker_that_rounds_otherwise_is_refused_or_recorded(tmp_path, monkeypatch):
    plain = stretch.fingerprint
    monkeypatch.setattr(stretch, "fingerprint", lambda device: plain(device) | {"processor": "DEFAULT"})
    asked = replace(request(("kmeans",)), seeds=4)
    with pytest.raises(UsageError, match=r"not come to the same bits: processor DEFAULT \(here .*--mixed"):
        trained(asked, tmp_path / "run", Here())
    trained(asked, tmp_path / "mixed", Here(), mixed=True)
    mixed = json.loads((tmp_path / "mixed" / "config.json").read_text())["mixed"]
    assert {one["fingerprint"]["processor"] for one in mixed} == {"DEFAULT"}
    seeds = [seed for one in mixed for _, seed in one["learners"]["kmeans-iris"]]
    assert sorted(seeds) == [0, 1, 2, 3]


# ---- what comes back is looked at before it is written


def parcel_of(*members: tuple[tarfile.TarInfo, bytes], sums: bool = True) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for about, content in members:
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    content = held.getvalue()
    return (hashlib.sha256(content).digest() if sums else bytes(32)) + content


def member(name: str, kind: bytes = tarfile.REGTYPE, content: bytes = b"{}") -> tuple[tarfile.TarInfo, bytes]:
    about = tarfile.TarInfo(name)
    about.type = kind
    if kind != tarfile.REGTYPE:
        about.linkname, content = "/etc/passwd", b""
    return about, content


REFUSED = {
    "no run leaves a file '../config.json'": parcel_of(member("../config.json")),
    "no run leaves a file '/config.json'": parcel_of(member("/config.json")),
    "no run leaves a file 'model/../../x'": parcel_of(member("model/../../x")),
    "no run leaves a file 'model/.lock'": parcel_of(member("model/.lock")),
    "no run leaves a file 'run.py'": parcel_of(member("run.py")),
    "'config.json' is no plain file": parcel_of(member("config.json", tarfile.SYMTYPE)),
    "'model/a.json' is no plain file": parcel_of(member("model/a.json", tarfile.LNKTYPE)),
    "no run leaves a file 'config.json'": parcel_of(member("config.json"), member("config.json")),
    "checksum does not fit": parcel_of(member("config.json"), sums=False),
    "cannot be read": hashlib.sha256(b"nothing").digest() + b"nothing",
}


@pytest.mark.parametrize("why", REFUSED)
def test_an_archive_that_no_run_leaves_is_refused(why, tmp_path):
    with pytest.raises(archive.Refused, match=why):
        archive.unpack(REFUSED[why], tmp_path / "share")
    assert not list(tmp_path.iterdir())


def test_an_archive_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 100)
    with pytest.raises(archive.Refused, match="are too many"):
        archive.opened(parcel_of(member("config.json")))


def test_a_worker_that_answers_nonsense_is_given_up(tmp_path):
    told = json.dumps(
        {"worker": "w", "said": [], "fingerprint": fingerprint.fingerprint("cpu"), "finished": []}
    )
    executor = Here(lambda task: (told.encode(), parcel_of(member("../x"))))
    with pytest.raises(Failed, match=r"no run leaves a file '../x'\), as 2 were before"):
        trained(ASKED, tmp_path / "run", executor)
    assert not list(tmp_path.rglob("x"))


def test_a_folder_is_the_same_after_a_journey_but_for_what_is_old(tmp_path):
    whole(replace(request(("pca",)), seeds=2), tmp_path / "run")
    for place in (tmp_path / "run", tmp_path / "run" / "checkpoint" / "share-0"):
        (place / "checkpoint").mkdir(parents=True, exist_ok=True)
        for number in (3, 12):
            (place / "checkpoint" / f"pca-iris.{number}.json").write_text(str(number))
        (place / ".lock").touch()
    archive.unpack(archive.packed(tmp_path / "run"), tmp_path / "other")
    found, left = (
        {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}
        for home in (tmp_path / "other", tmp_path / "run")
    )
    assert left.keys() - found.keys() >= {
        ".lock",
        "checkpoint/pca-iris.3.json",
        "checkpoint/share-0/checkpoint/pca-iris.3.json",
    }
    assert {"checkpoint/pca-iris.12.json", "model/pca-iris.json", "metrics.jsonl"} <= found.keys()
    assert all(left[name] == content for name, content in found.items())


# ---- what people type

OWN = """
from concurrent.futures import ThreadPoolExecutor
def two():
    return ThreadPoolExecutor(2)
def none():
    raise RuntimeError("no cluster today")
def word():
    return "word"
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "cluster_of_mine.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return "cluster_of_mine:two"


def test_typed_verified_and_never_kept_in_the_folder(own, undrawn):
    words = ("--only", "pca,kmeans", "--seeds", "4", "--samples", "400", "--quiet")
    done("compare", *words, "--on", own, "--out", "run")
    assert "identical" in done("verify", "run", "--quiet").out
    assert "identical" in done("verify", "run", "--quiet", "--on", own).out
    config = json.loads(Path("run/config.json").read_text())
    assert "on" not in config["options"]
    assert config["study"]["workers"] == 2


@pytest.mark.slow
def test_from_python(tmp_path):
    asked = {"only": ["kmeans"], "seeds": 4, "samples": 400}
    with ThreadPoolExecutor(2) as executor:
        far = paradigms.compare(**asked, on=executor, out=tmp_path / "far")
        swept = paradigms.sweep("kmeans", batch_size=[8, 16], seeds=4, samples=400, on=executor)
    assert verify(far.folder, Control()).identical
    for one in (far, swept):
        assert json.loads((one.folder / "config.json").read_text())["study"]["workers"] == 2


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("nowhere", "names no place"),
        ("no_such_module:two", "ModuleNotFoundError"),
        ("cluster_of_mine:none", "no cluster today"),
        ("cluster_of_mine:word", r"no concurrent\.futures\.Executor"),
    ],
)
def test_a_place_that_is_none_is_one_line(on, why, own, undrawn):
    assert re.search(why, refused("compare", "--only", "pca", "--quick", "--on", on))


def test_doctor_says_what_is_missing_and_who_rounds_otherwise():
    here = fingerprint.presence()
    other = here | {"fingerprint": here["fingerprint"] | {"torch": "0.1"}}
    told = {
        "a": here,
        "b": other,
        "c": ModuleNotFoundError("No module named 'paradigms'"),
        "d": OSError("lost"),
    }
    lines, well = attendance(Elsewhere(Here(), "mine", 1, lambda ask: told))
    assert not well
    assert [line.partition(":")[0] for line in lines] == ["mine", "a", "b", "c", "d"]
    for line, said in zip(
        lines,
        ("1 task at once", "rounds as this", "without --mixed: torch 0.1", "pip install paradigms==", "lost"),
        strict=True,
    ):
        assert said in line


def test_doctor_of_an_executor_of_your_own(own):
    lines = done("doctor", "--on", own).out.splitlines()
    assert lines[0] == f"{own}: 2 tasks at once"
    assert sum("rounds as this machine" in line for line in lines) == 2


def test_mixed_is_said_of_workers_elsewhere(own):
    assert "--mixed" in refused("compare", "--only", "pca", "--quick", "--mixed")


def test_dask_that_is_not_installed_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'paradigms[dask]'" in refused(
        "compare", "--only", "pca", "--on", "dask:tcp://127.0.0.1:1"
    )


def test_memory_that_runs_out_elsewhere_is_met_there(short, tmp_path, monkeypatch):
    asked = replace(request(("kmeans",)), seeds=6)
    expected = compared(whole(replace(asked, workers=1), tmp_path / "whole"))
    together = study._Here._together
    monkeypatch.setattr(
        study._Here, "_together", lambda here, one: len(one.replicas) <= 2 and together(here, one)
    )
    same(trained(asked, tmp_path / "run", Here()), expected)
