"""Two instances behind nginx are one API."""

import time
from collections import Counter

from test.util import LOGIN, LOGOUT, REGISTER, USER, WIDGETS
from test_faults.conftest import Topology
from test_faults.load import THREADS, Load
from test_faults.processes import ANSWER_SECONDS, PUBLIC_HOST

ATTEMPTS = 10  # RATELIMIT_LOGIN
LEFT_ALONE_SECONDS = 3  # a little more than fail_timeout


def test_logout_on_one_instance_holds_on_the_other(topology: Topology, new_account: dict[str, str]):
    one, other = topology.instances
    token = one.post(REGISTER, new_account).body["access_token"]
    assert other.get(USER, token).status == 200

    assert one.post(LOGOUT, None, token).status == 200

    assert [other.get(USER, token).status for _ in range(6)] == [401] * 6


def test_login_limit_is_shared_by_the_instances(topology: Topology, new_account: dict[str, str]):
    one, other = topology.instances
    one.post(REGISTER, new_account)
    wrong = new_account | {"password": "wrong-staple"}
    guesser, owner = {"X_Forwarded_For": "203.0.113.7"}, {"X_Forwarded_For": "198.51.100.1"}

    guesses = [site.post(LOGIN, wrong, **guesser).status for site in topology.instances * (ATTEMPTS // 2)]
    refused = [site.post(LOGIN, new_account, **guesser) for site in topology.instances]

    assert guesses == [401] * ATTEMPTS
    assert [reply.status for reply in refused] == [429, 429]
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in refused)
    assert [site.post(LOGIN, new_account, **owner).status for site in (one, other)] == [200, 200]


def test_address_that_a_client_makes_up_is_not_believed(topology: Topology, new_account: dict[str, str]):
    topology.nginx.post(REGISTER, new_account)
    wrong = new_account | {"password": "wrong-staple"}

    statuses = [
        topology.nginx.post(LOGIN, wrong, X_Forwarded_For=f"203.0.113.{number}").status
        for number in range(ATTEMPTS + 2)
    ]

    assert statuses == [401] * ATTEMPTS + [429] * 2


def test_links_name_the_host_that_nginx_was_asked_for(topology: Topology, new_widget: dict[str, str]):
    foreign = {
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "https",
        "Forwarded": "host=evil.example",
    }
    for host in (PUBLIC_HOST, f"127.0.0.1:{topology.nginx.port}"):
        fields = new_widget | {"name": f"{new_widget['name']}-{host[:3]}"}

        created = topology.nginx.post(WIDGETS, fields, topology.token, Host=host, **foreign)
        page = topology.nginx.get(f"{WIDGETS}?per_page=5", topology.token, Host=host, **foreign)

        base = f"http://{host}/api/v1/widgets"
        assert created.headers["Location"] == f"{base}/{fields['name']}"
        assert all(link.startswith(base) for link in page.body["links"].values())
        assert page.headers["Link"].startswith(f"<{base}?")
        assert all(item["link"] == f"{base}/{item['name']}" for item in page.body["items"])


def test_foreign_host_is_refused(topology: Topology):
    reply = topology.nginx.get(USER, Host="evil.example")

    assert reply.status == 400
    assert reply.is_told_as_failure


def test_killed_instance_costs_no_acknowledged_write(topology: Topology):
    one, other = topology.instances
    killed = [one, other, one]
    with Load(topology.nginx, topology.token, "killed") as load:
        for instance in killed:
            load.wait_for_more(200)
            instance.process.kill()
            load.wait_for_more(200)
            instance.start()
            instance.wait_until_ready()
            time.sleep(LEFT_ALONE_SECONDS)
        load.stop()

    print(f"{len(load.replies)} requests, 3 instances killed: {load.statuses}")
    assert len(load.failures) <= THREADS * len(killed)  # at most what was in flight
    assert set(load.statuses) <= {200, 201, 503}  # no 409: nginx has not repeated a write
    assert all(reply.is_told_as_failure for reply in load.failures)
    assert load.lost() == set()


def test_with_no_instance_left_the_answer_is_json(topology: Topology):
    for instance in topology.instances:
        instance.process.kill()
    replies = [topology.nginx.request(method, WIDGETS) for method in ("GET", "PUT", "DELETE", "GET")]
    for instance in topology.instances:
        instance.start()
    topology.wait_until_ready()

    assert Counter(reply.status for reply in replies) == {503: 4}
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in replies)
    assert max(reply.seconds for reply in replies) < ANSWER_SECONDS
