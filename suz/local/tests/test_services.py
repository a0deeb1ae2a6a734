"""Embedded servers come up whatever an earlier, broken start has left behind."""

import os
import signal
import socket
import time

import psutil
import psycopg2
import pytest

from suz.local.paths import SOCKET_DIR_LIMIT, socket_dir
from suz.local.postgres import Postgres
from suz.local.redis import Redis
from suz.local.services import Services, running


@pytest.fixture
def state(tmp_path, monkeypatch):
    """An empty state folder of its own, and no servers named by the environment."""
    monkeypatch.setenv("SUZ_STATE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return tmp_path / "test"


@pytest.fixture
def postgres(state):
    server = Postgres(state, durable=False)
    yield server
    server.stop(immediately=True)


@pytest.fixture
def redis(state):
    server = Redis(state)
    yield server
    server.stop(immediately=True)


def answer(server: Postgres) -> int:
    connection = psycopg2.connect(host=str(server.sockets), user="postgres", dbname="suz")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 6 * 7")
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_half_finished_initdb_is_made_again(postgres):
    (postgres.state / "postgres").mkdir(parents=True)
    (postgres.state / "postgres" / "postgresql.conf").write_text("nonsense")
    (postgres.state / "postgres.new" / "base").mkdir(parents=True)
    postgres.start()
    assert answer(postgres) == 42


def test_killed_postgres_starts_again_with_its_data(postgres):
    postgres.start()
    os.kill(postgres.pid(), signal.SIGKILL)
    while postgres.pid():
        time.sleep(0.05)
    assert (postgres.data / "postmaster.pid").exists()
    postgres.start()
    assert answer(postgres) == 42


def test_lock_file_naming_a_foreign_process_does_not_count(postgres):
    postgres.start()
    postgres.stop()
    lines = [str(os.getpid()), str(postgres.data), "1700000000", "5432", str(postgres.sockets)]
    (postgres.data / "postmaster.pid").write_text("\n".join([*lines, "", "1 1", "ready"]))
    assert postgres.pid() is None
    postgres.start()
    assert answer(postgres) == 42


def test_starting_twice_keeps_the_server(postgres):
    postgres.start()
    first = postgres.pid()
    postgres.start()
    assert postgres.pid() == first


def test_socket_folder_of_a_long_path_is_short_and_stable(tmp_path):
    deep = tmp_path / ("long" * 30)
    assert len(os.fsencode(socket_dir(deep))) <= SOCKET_DIR_LIMIT
    assert socket_dir(deep) == socket_dir(deep)
    assert socket_dir(deep) != socket_dir(tmp_path / ("lone" * 30))


def test_redis_comes_back_on_its_port(redis):
    redis.start()
    url, pid = redis.url, redis.pid()
    redis.stop()
    assert not psutil.pid_exists(pid)
    redis.start()
    assert redis.url == url


def test_redis_leaves_a_busy_port(redis):
    redis.start()
    url = redis.url
    redis.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(url.rsplit(":", 1)[1].split("/")[0])))
        other.listen()
        redis.start()
        assert redis.url != url


def test_last_user_stops_the_servers(state):
    with running("test") as addresses:
        assert addresses.keys() == {"DATABASE_URL", "REDIS_URL"}
        with running("test") as again:
            assert again == addresses
        services = Services("test")
        assert services.postgres.pid()
        assert services.redis.pid()
    assert services.postgres.pid() is None
    assert services.redis.pid() is None


def test_servers_named_by_the_environment_are_used(state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/suz")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    with running("test") as addresses:
        assert addresses == {}
    assert not (state / "postgres").exists()
