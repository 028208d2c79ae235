"""Shares on a Dask scheduler with two workers, all on loopback: identical, whoever is killed."""

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import done, paradigms, refused, same
from runs import compared, resumed, whole

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'paradigms[dask]'")

import losses
import psutil
from cluster import Cluster, cluster
from losses import ASKED

from paradigms.errors import Failed
from paradigms.studies.asking.elsewhere import elsewhere
from paradigms.studies.sharing import pool, stretch
from paradigms.studies.study import Control

WORDS = ("--only", "kmeans,dqn", "--seeds", "4", "--samples", "400", "--limit", "20", "--quiet")


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A scheduler and two workers of one machine."""
    with cluster(tmp_path_factory.mktemp("dask"), 1, each=2) as found:
        yield found


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return compared(whole(replace(ASKED, workers=1), tmp_path_factory.mktemp("whole") / "run"))


def trained(there: Cluster, path: Path, monkeypatch, look, workers: int = 2) -> dict:
    """In short stretches."""
    monkeypatch.setattr(pool, "SECONDS", 0.2)
    monkeypatch.setattr(stretch, "READY", 0)
    with elsewhere(there.on) as far:
        return compared(whole(replace(ASKED, workers=workers), path, Control(look, elsewhere=far)))


def test_typed_and_verified(there, tmp_path, monkeypatch, undrawn):
    monkeypatch.chdir(tmp_path)
    done("compare", *WORDS, "--on", there.on, "--out", "far")
    assert json.loads(Path("far/config.json").read_text())["study"]["workers"] == 2
    assert "identical" in done("verify", "far", "--quiet").out


def test_nothing_listens_beyond_loopback(there):
    with elsewhere(there.on):  # whoever asks listens nowhere else either
        listening = [
            one.laddr.ip
            for process in (*there.processes, psutil.Process())
            for one in process.net_connections()
            if one.status == psutil.CONN_LISTEN
        ]
    assert listening
    assert all(ipaddress.ip_address(ip).is_loopback for ip in listening)


def test_doctor_says_who_is_there(there):
    lines = done("doctor", "--on", there.on).out.splitlines()
    assert lines[0] == f"{there.on}: 2 tasks at once"
    assert len(lines) == 3
    assert all("rounds as this machine" in line for line in lines[1:])


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("paradigms.studies.asking.elsewhere.PATIENCE", 1)
    said = refused("compare", "--only", "pca", "--quick", "--on", "dask:tcp://127.0.0.1:9")
    assert "dask:tcp://127.0.0.1:9 does not answer" in said


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_a_stretch(there, expected, tmp_path, monkeypatch):
    killed: list[int] = []

    def look(title: str, done: int, total: int) -> None:
        if title == "DQN" and not killed:
            killed.append(there.training[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    same(trained(there, tmp_path / "run", monkeypatch, look), expected)
    assert killed


@pytest.mark.slow
def test_whoever_asked_is_killed_and_it_goes_on_here(there, expected, tmp_path):
    parent = losses.coordinator(there, tmp_path)
    while not list(tmp_path.glob("run/checkpoint/share-*.tar")):
        assert parent.poll() is None
        time.sleep(0.05)
    own = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    assert not own, "nobody was started here"
    same(compared(resumed(tmp_path / "run")), expected)


@pytest.mark.slow
def test_a_scheduler_that_is_killed_and_it_goes_on_here(expected, tmp_path, monkeypatch, tmp_path_factory):
    gone = r"is gone\. What came back is kept: go on with --resume"
    with cluster(tmp_path_factory.mktemp("dask"), 1) as lost, pytest.raises(Failed, match=gone):
        trained(lost, tmp_path / "run", monkeypatch, lambda *look: lost.scheduler.kill(), workers=1)
    same(compared(resumed(tmp_path / "run")), expected)


@pytest.mark.slow
@pytest.mark.parametrize("kind", losses.KINDS)
def test_killed_at_twenty_random_moments(kind):
    assert losses.main(kind, 20, seed=1) == 0


# ---- TLS

OPENSSL = shutil.which("openssl")


@pytest.mark.slow
@pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make certificates")
def test_without_the_certificate_nobody_gets_in(tmp_path, monkeypatch, undrawn):
    monkeypatch.chdir(tmp_path)
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    names = ("-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run([OPENSSL, *made.split(), *names], check=True, capture_output=True)
    key, cert = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    options = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
    (tmp_path / "dask").mkdir()
    with cluster(tmp_path / "dask", 1, *options, protocol="tls") as there:
        assert there.on.startswith("dask:tls://127.0.0.1:")
        without = paradigms("compare", *WORDS, "--on", there.on, "--out", "no")
        assert without.code == 2, without
        assert without.err.count("\n") == 1
        assert "does not answer" in without.err
        import dask

        tls = {"ca-file": cert, "client.cert": cert, "client.key": key}
        with dask.config.set({f"distributed.comm.tls.{name}": value for name, value in tls.items()}):
            done("compare", *WORDS, "--on", there.on, "--out", "far")
    assert "identical" in done("verify", "far", "--quiet").out
