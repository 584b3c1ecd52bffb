"""Reviews from a page: a token decides, the file is what the build reads, and the next build shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app import pipeline
from app.settings import Settings
from tests.serve.serving import ROOT, serving

TOKEN = "open sesame"
TOKENS = f"Ada Reviewer={hashlib.sha256(TOKEN.encode()).hexdigest()}"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TEXT = """---
title: Two ministries on Idlib
published: 2019-03-05
publisher: Reuters
language: en
---
Russia accused the Government of Syria of shelling Idlib on 4 March 2019.

Turkey said that Russia bombed Aleppo on 4 March 2019.

Gunmen shelled Homs on 3 March 2019, Turkey said.
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with one document that no person has reviewed."""
    root = tmp_path_factory.mktemp("reviews") / "project"
    (root / "data" / "documents").mkdir(parents=True)
    for name in ("ontology", "shapes", "queries"):
        (root / name).symlink_to(ROOT / name)
    for name in ("reference", "naming.yaml"):
        (root / "data" / name).symlink_to(ROOT / "data" / name)
    (root / "data" / "documents" / "idlib.md").write_text(TEXT, "utf-8")
    return root


@pytest.fixture(scope="module")
def client(project: Path) -> Iterator[httpx.Client]:
    """A client of a server that knows one reviewer's token."""
    with served(project, build(project), review_tokens=TOKENS) as client:
        yield client


def build(project: Path) -> Path:
    """Build the project's snapshot."""
    settings = Settings.load({}, root=project, var=project / "var", processes=1)
    return Path(pipeline.build(settings, [], [], out=None, progress=lambda *_: None)["snapshot"])


@contextmanager
def served(project: Path, snapshot: Path, **settings: str) -> Iterator[httpx.Client]:
    """A client of a real server over the project."""
    with serving(project.parent, "--snapshot", str(snapshot), root=project, workers=1, **settings) as started:
        yield started.client


def statements(client: httpx.Client) -> dict[str, str]:
    """Unreviewed statements by the words behind them."""
    query = """PREFIX cev: <https://w3id.org/contested-events/ns#>
        SELECT ?s ?q ?r WHERE { ?m cev:expresses ?s ; cev:quote ?q ; cev:reviewStatus ?r }"""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return {row["q"]["value"]: row["s"]["value"] + " " + row["r"]["value"].rsplit("#", 1)[1] for row in rows}


def decide(client: httpx.Client, statement: str, **more: Any) -> httpx.Response:
    """Send a decision with the token."""
    return client.post("/reviews/idlib", json={"statement": statement, **more}, headers=BEARER)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Cookie": f"token={TOKEN}"}],
)
def test_nothing_but_a_known_bearer_token_decides(client: httpx.Client, project: Path, headers: dict[str, str]) -> None:
    iri = next(iter(statements(client).values())).split()[0]
    answer = client.post("/reviews/idlib", json={"statement": iri, "action": "accept"}, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "access-control-allow-origin" not in answer.headers
    assert not (project / "data" / "reviews").exists()


def test_malformed_decisions_are_refused_and_nothing_is_written(client: httpx.Client, project: Path) -> None:
    iri = next(iter(statements(client).values())).split()[0]
    bad: list[tuple[Any, int]] = [
        ({"statement": iri, "action": "delete"}, 400),
        ({"statement": "urn:x", "action": "accept"}, 404),
        ({"statement": iri, "action": "change"}, 400),
        ({"statement": iri, "action": "change", "set": {"quote": "x"}}, 400),
        ({"statement": iri, "action": "change", "set": {"certainty": ["certain"]}}, 400),
        ({"statement": iri, "action": "change", "set": {"polarity": "denied"}}, 400),
        (["accept"], 400),
    ]
    for body, status in bad:
        assert client.post("/reviews/idlib", json=body, headers=BEARER).status_code == status, body
    form = client.post("/reviews/idlib", data={"statement": iri, "action": "accept"}, headers=BEARER)
    assert form.status_code == 400
    assert client.post("/reviews/none", json=bad[0][0], headers=BEARER).status_code == 404
    large = client.post("/reviews/idlib", content=b"x" * 20_000, headers=BEARER)
    assert large.status_code == 413
    assert not (project / "data" / "reviews").exists()


def test_a_decision_is_written_as_a_review_and_shows_with_the_next_build(client: httpx.Client, project: Path) -> None:
    found = statements(client)
    russian = next(v for k, v in found.items() if "Idlib" in k).split()
    turkish = next(v for k, v in found.items() if "bombed" in k).split()
    doubtful = next(v for k, v in found.items() if "Gunmen" in k).split()
    assert russian[1] == turkish[1] == "Unreviewed"
    page = client.get("/id/document/idlib", headers={"Accept": "text/html"}).text
    assert "not checked by a person" in page
    assert page.count("machine-read, doubtful") == 1, "blame that rests on a common noun alone is marked"
    assert f'data-review="{russian[0]}"' in page
    assert client.get("/reviews", headers=BEARER).json() == {"reviewer": "Ada Reviewer"}
    answer = decide(client, russian[0], action="change", set={"certainty": "possible"})
    assert answer.status_code == 202, answer.text
    assert answer.json()["shows"] == "with the next build"
    assert decide(client, turkish[0], action="reject").status_code == 202
    assert decide(client, doubtful[0], action="accept").status_code == 202
    again = decide(client, turkish[0], action="accept")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert statements(client) == found, "the published graph does not change by HTTP"
    review = yaml.safe_load((project / "data" / "reviews" / "idlib.yaml").read_text("utf-8"))
    assert [s["action"] for s in review["statements"]] == ["change", "reject", "accept"]
    assert review["reviewer"] == "Ada Reviewer"
    with served(project, build(project)) as later:
        after = statements(later)
        assert next(v for k, v in after.items() if "Idlib" in k).endswith("Reviewed")
        assert not any("bombed" in k for k in after)
        page = later.get("/id/document/idlib", headers={"Accept": "text/html"}).text
        assert "all checked by a person" in page
        assert "machine-read, doubtful" not in page
        assert "possible" in page
        assert "data-review=" not in page, "without tokens no controls"
