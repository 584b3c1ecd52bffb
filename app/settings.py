"""Settings: one frozen model, built at the edge and passed.

Read from the environment (prefix `RASHOMON_`) and, where `RASHOMON_CONFIG` names one, from a TOML file; the
environment wins.
The table in `app/settings.md` is generated from the fields below.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError

PREFIX = "RASHOMON_"


def project_folder() -> Path:
    """Return the folder that holds the ontology: the working folder, the checkout, or what the wheel brought along."""
    here = Path(__file__).parent
    return next((f for f in (Path("."), here.parent, here / "project") if (f / "ontology").is_dir()), Path("."))


class Settings(BaseSettings):
    """Every setting of the house, with its unit and bounds."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    base: str = Field(
        "https://w3id.org/contested-events/", pattern=r"^https?://\S+/$", description="Base IRI of the data; ends in /"
    )
    var: Path = Field(Path("var"), description="Folder of snapshots and caches")
    root: Path = Field(
        Path("."),
        description="Project folder with data/, ontology/, shapes/, queries/; the one that came with the program where "
        "the working folder is none",
    )
    processes: int = Field(0, ge=0, le=256, description="Processes for reading documents; 0 = one per core")

    scheduler: str = Field(
        "", description="Address of a Dask scheduler on whose workers documents are read; none = here"
    )

    max_file_bytes: int = Field(20_000_000, ge=1_000, description="Largest file of documents that is read, bytes")
    max_table_bytes: int = Field(
        200_000_000, ge=1_000, description="Largest file of an event data set that is read, bytes"
    )
    max_text_chars: int = Field(500_000, ge=1_000, description="Longest text of one document, code points")

    extractor: Literal["rules", "llm", "agreement", "union"] = Field(
        "rules", description="Reader: rules; llm, a language model; agreement or union of both"
    )
    llm_url: str = Field(
        "", pattern=r"^(?:https?://\S+)?$", description="OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1"
    )
    llm_model: str = Field("", description="Name of the model")
    llm_key_file: Path | None = Field(None, description="File that holds the key; none is sent when absent")
    llm_timeout_s: float = Field(60.0, gt=0, le=3600, description="Wall time of one request to the model, seconds")
    llm_max_tokens: int = Field(4_000, ge=100, le=200_000, description="Most tokens of the model's answer")
    llm_retries: int = Field(2, ge=0, le=10, description="Further attempts after 429, 5xx or no answer")
    llm_price_in: float = Field(0.0, ge=0, description="Price of a million tokens sent, for the summary")
    llm_price_out: float = Field(0.0, ge=0, description="Price of a million tokens received, for the summary")

    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 = any free one")
    workers: int = Field(4, ge=1, le=64, description="Query workers")
    queue: int = Field(16, ge=0, le=10_000, description="Requests that may wait for a worker")
    query_timeout_s: float = Field(10.0, gt=0, le=3600, description="Wall time of a query, seconds")
    query_max_bytes: int = Field(65_536, ge=100, description="Longest query text, bytes")
    query_max_nesting: int = Field(100, ge=5, le=1000, description="Deepest nesting of brackets in a query")
    query_max_tokens: int = Field(20_000, ge=100, description="Most tokens in a query")
    result_max_rows: int = Field(
        1_000_000,
        ge=1,
        description="Most rows of an answer through HTTP, or triples; with more it fails: 413 "
        "before the first byte, else a connection that is cut",
    )
    result_max_bytes: int = Field(256_000_000, ge=1_000, description="Largest answer through HTTP, bytes")
    worker_memory_mb: int = Field(1024, ge=64, description="Memory cap of a worker beyond its snapshot, MB")
    memory_budget_mb: int = Field(512, ge=0, description="Snapshots whose store is below this are held in memory, MB")
    rewrites_queries: bool = Field(
        True, description="Put queries differently before the engine sees them, where the answer is provably equal"
    )
    result_cache_mb: int = Field(64, ge=0, description="Memory for kept answers, MB; 0 = none are kept")
    result_cache_entry_kb: int = Field(4_000, ge=0, description="Largest answer that is kept, kB")
    store: Literal["snapshot", "sparql"] = Field(
        "snapshot", description="What answers queries: the snapshot, or the SPARQL server at `remote_url`"
    )
    remote_url: str = Field(
        "", description="Query endpoint of a remote SPARQL 1.1 server whose default graph is the union"
    )
    remote_auth: Literal["basic", "digest", "bearer"] = Field(
        "basic",
        description="How the key is shown to the remote server: name:password by Basic or Digest, a token by Bearer",
    )
    remote_key_file: Path | None = Field(
        None, description="File that holds name:password or the token for the remote server; none is sent when absent"
    )
    remote_fresh_s: float = Field(60.0, ge=1, description="How old an answer of a remote store may be, seconds")
    user_agent: str = Field("Rashomon/0.1", min_length=1, description="How the server names itself to others")
    federation: str = Field(
        "", description="SPARQL endpoints that SERVICE may name, separated by spaces; none when empty"
    )
    federation_private: str = Field("", description="host:port of those that may have private addresses, by spaces")
    federation_timeout_s: float = Field(5.0, gt=0, le=600, description="Time of one request to another server, seconds")
    federation_max_bytes: int = Field(10_000_000, ge=1_000, description="Largest answer of another server, bytes")
    federation_max_calls: int = Field(
        10, ge=1, le=1_000, description="Requests to other servers that one query may make"
    )
    max_citations: int = Field(10_000, ge=0, description="Most cited queries that are kept")
    watch_s: float = Field(1.0, gt=0, le=3600, description="Time between looks for a newly published snapshot, seconds")
    log_level: Literal["info", "warning", "error"] = Field("info", description="Least level of what is logged")
    log_requests: bool = Field(False, description="Whether each request gets a line in the log")
    slow_query_s: float = Field(2.0, ge=0, description="Queries that take longer are logged by their hash, seconds")
    scratch_memory_mb: int = Field(2048, ge=64, description="Memory cap of the store of `serve --scratch`, MB")
    scratch_max_body_bytes: int = Field(
        64_000_000, ge=1_000, description="Largest update or graph that `serve --scratch` takes, bytes"
    )
    client_worker_s: float = Field(
        60.0, ge=0, description="Worker time that one client may use in a minute, seconds; 0 = no bound"
    )
    header_timeout_s: float = Field(10.0, gt=0, description="Time a client has to send its headers, seconds")
    write_timeout_s: float = Field(
        30.0, gt=0, description="Time without progress on a write before a client is dropped, seconds"
    )
    max_connections: int = Field(1_000, ge=10, description="Most open connections")
    report_to: str = Field(
        "",
        pattern=r"^(|mailto:\S+@\S+|https?://\S+)$",
        description="Where reports of errors go: a mailto: or https: address",
    )
    review_tokens: str = Field(
        "", pattern=r"^(|[\w .-]+=[0-9a-f]{64}(,[\w .-]+=[0-9a-f]{64})*)$",
        description="Who may review on pages: name=SHA-256 of the token, by commas; empty = nobody",
    )  # fmt: skip
    keep_snapshots: int = Field(3, ge=1, le=100, description="Snapshots kept beside releases")

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Build the settings from defaults, TOML file, environment and `overrides` (which win; None is ignored).

        Raises SettingsError naming the setting, its value and the bound.
        """
        values: dict[str, Any] = {}
        if path := environ.get(PREFIX + "CONFIG"):
            try:
                values |= tomllib.loads(Path(path).read_text("utf-8"))
            except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError("the configuration file cannot be read", where=path, why=str(error)) from error
        for key, value in environ.items():
            name = key.removeprefix(PREFIX).lower()
            if key.startswith(PREFIX) and name in cls.model_fields:
                values[name] = value
        values |= {k: v for k, v in overrides.items() if v is not None}
        values.setdefault("root", project_folder())
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(p) for p in first["loc"])
            raise SettingsError(
                f"setting {name!r} holds {first.get('input')!r}",
                where=PREFIX + name.upper(),
                why=first["msg"],
                advice="See app/settings.md for every setting with its bounds.",
            ) from error

    @classmethod
    def table(cls) -> str:
        """Return every setting as a Markdown table: variable, default, bounds, meaning."""
        lines = ["| variable | default | bounds | meaning |", "|---|---|---|---|"]
        for name, field in cls.model_fields.items():
            marks = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
            bounds = [
                f"{sign} {getattr(m, key)}" for m in field.metadata for key, sign in marks.items() if hasattr(m, key)
            ]
            lines.append(
                f"| `{PREFIX}{name.upper()}` | `{field.default}` | {', '.join(bounds)} | {field.description} |"
            )
        return "\n".join(lines) + "\n"
