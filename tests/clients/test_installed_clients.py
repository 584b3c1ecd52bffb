"""Clients with old or many dependencies of their own, each in an environment of its own: grlc, and an MCP server.

Installed by pip when the tests run, hence nightly. grlc makes web interfaces of kept queries; the MCP server is how
language models ask a SPARQL endpoint.
"""

from __future__ import annotations

import csv
import json
import subprocess
import venv
from pathlib import Path

import httpx
import pytest

from tests.absence import absent
from tests.serve.serving import Server, free_port, wait_until

pytestmark = pytest.mark.nightly
LABELS = """PREFIX cev: <https://w3id.org/contested-events/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?who ?label WHERE { ?s cev:claimant ?who . ?who rdfs:label ?label } ORDER BY ?who ?label"""
# Asks the MCP server over its standard input and output, as a language model's host does.
MCP_HOST = """
import asyncio, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def main(server, endpoint, query):
    how = StdioServerParameters(command=server, args=["--endpoint", endpoint])
    async with stdio_client(how) as (incoming, outgoing):
        async with ClientSession(incoming, outgoing) as session:
            await session.initialize()
            (tool,) = (await session.list_tools()).tools
            answer = await session.call_tool(tool.name, {"query_string": query})
            print(answer.content[0].text)

asyncio.run(main(*sys.argv[1:]))
"""


def _installed(folder: Path, *packages: str) -> Path:
    """An environment with packages; returns its folder of programs."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        absent(f"{' '.join(packages)} cannot be installed: {done.stderr[-300:]}")
    return programs


def _expected(server: Server) -> list[list[str]]:
    text = server.client.get("/sparql", params={"query": LABELS, "format": "csv"}).text
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) > 20
    return rows


def test_grlc(server: Server, tmp_path: Path) -> None:
    """A query in a file becomes an address that gives its rows, page by page."""
    programs = _installed(tmp_path / "grlc", "grlc==1.3.11")
    (tmp_path / "queries").mkdir()
    told = ["summary: Who claims something", f"endpoint: {server.url}/sparql", "method: GET", "pagination: 10"]
    (tmp_path / "queries" / "claimants.rq").write_text("".join(f"#+ {line}\n" for line in told) + LABELS)
    (tmp_path / "config.ini").write_text("[local]\nlocal_sparql_dir = queries\n[defaults]\nserver_name =\n")
    port = free_port()
    # Its own program listens on every address of the machine.
    run = [str(programs / "python"), "-c", f"from grlc.server import app; app.run('127.0.0.1', {port})"]
    process = subprocess.Popen(run, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:

            def answers() -> bool:
                try:
                    return client.get("/").status_code < 500
                except httpx.TransportError:
                    return False

            wait_until(answers, 60)
            expected = _expected(server)
            for page in (1, 2):
                answer = client.get("/api-local/claimants", params={"page": page}, headers={"accept": "text/csv"})
                assert answer.status_code == 200, answer.text
                rows = list(csv.reader(answer.text.splitlines()))
                assert rows == [expected[0], *expected[10 * page - 9 : 10 * page + 1]]
    finally:
        process.terminate()
        process.wait(30)


def test_mcp(server: Server, tmp_path: Path) -> None:
    """An answer and an error, as a language model gets them. The server is of 2025 and needs the library of then."""
    programs = _installed(tmp_path / "mcp", "mcp-server-sparql==0.1.0", "mcp==1.30.0")
    host = tmp_path / "host.py"
    host.write_text(MCP_HOST)

    def ask(query: str) -> dict[str, object]:
        command = [
            str(programs / "python"),
            str(host),
            str(programs / "mcp-server-sparql"),
            f"{server.url}/sparql",
            query,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2_000:]
        return dict(json.loads(done.stdout))

    found = ask(LABELS)["results"]
    assert isinstance(found, dict)
    assert [[r["who"]["value"], r["label"]["value"]] for r in found["bindings"]] == _expected(server)[1:]
    assert "bad" in str(ask("SELECT nonsense")["error"]).lower()
