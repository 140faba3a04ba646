"""What a device keeps to open a form without a network: every file is there, and none is a page of
a round."""

import json
import re

import pytest

from survey.assets import app_file, app_version
from survey.respond.offline import files


@pytest.fixture
def worker(client):
    return client.get("/sw.js")


def fetched(client, address: str) -> tuple[int, bytes]:
    """Status and body; a file that is sent is closed again."""
    with client.get(address) as answer:
        return answer.status_code, answer.get_data()


def told(text: str, name: str):
    found = re.search(rf"^const {name} = (.*);$", text, re.M)
    assert found, name
    return json.loads(found[1])


def test_the_worker_may_look_after_the_whole_site_and_is_never_old(worker):
    assert worker.status_code == 200
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.headers["Cache-Control"] == "no-cache"


def test_every_file_that_is_kept_is_there(client, worker):
    kept = told(worker.text, "FILES") + told(worker.text, "KIOSK")
    assert len(kept) == len(set(kept)) > 20
    for address in kept:
        assert fetched(client, address)[0] == 200, address
        assert not re.match(r"/(desk|api|r|c|i)/", address)


def test_the_app_keeps_every_module_that_its_modules_name(app, client):
    with app.test_request_context():
        phone, _kiosk = files()
    modules = [address for address in phone if address.endswith(".js")]
    for address in modules:
        folder = address.rpartition("/")[0].split("/")
        for name in re.findall(rb'from "(\.[^"]+)"', fetched(client, address)[1]):
            parts = [*folder]
            for part in name.decode().split("/"):
                parts = parts[:-1] if part == ".." else parts if part == "." else [*parts, part]
            assert "/".join(parts) in modules, (address, name)


def test_a_module_has_the_version_of_all_of_them_in_its_address(app, client):
    with app.test_request_context():
        address, version = app_file("form/asking.js"), app_version(app)
    assert address == f"/static/app-{version}/form/asking.js"
    assert client.get(address.replace(version, "0" * 12)).status_code == 404
    assert client.get(f"/static/app-{version}/../css/citizen.css").status_code == 404


def test_the_page_that_stands_in_for_a_round_is_the_same_for_all(app, client, poster):
    page = client.get("/offline").text
    assert "form-id" not in page and "form-opened" not in page
    without = [re.sub(r'nonce="[^"]+"', "", client.get("/offline").text) for _ in range(2)]
    assert without[0] == without[1]
    key = re.search(r'name="sipas-key" content="([^"]+)"', page)
    assert key and key[1] in client.get(poster).text


def test_the_surveys_can_be_put_on_the_first_screen(client):
    told_ = client.get("/manifest.webmanifest")
    assert told_.mimetype == "application/manifest+json"
    assert told_.json["display"] == "standalone" and told_.json["start_url"] == "/"
    sizes = {icon["sizes"] for icon in told_.json["icons"]}
    assert sizes == {"192x192", "512x512"}
    assert all(fetched(client, icon["src"])[0] == 200 for icon in told_.json["icons"])
