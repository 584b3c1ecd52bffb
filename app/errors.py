"""All errors of the house, in one tree.

    RashomonError                 code            status  exit
    ├── DataError                 data            422     1    something read does not conform
    │   ├── DocumentError         document        422     1    a file of documents cannot be taken
    │   ├── ReviewError           review          422     1    a review does not fit its document
    │   ├── ReferenceDataError    reference       422     1    reference data, naming list or withdrawals are wrong
    │   ├── OntologyError         ontology        422     1    the ontology cannot be read
    │   └── ShapesError           shapes          422     1    the shapes are wrong or vacuous
    ├── UsageError                usage           400     2    the call is wrong
    │   ├── SettingsError         settings        400     2    a setting is wrong
    │   ├── QueryError            query           400     2    a query cannot be parsed
    │   ├── NotAcceptableError    not-acceptable  406     2    no such format
    │   ├── UnauthorizedError     unauthorized    401     2    no token that this server knows
    │   ├── ForbiddenError        forbidden       403     2    not by this way
    │   ├── MethodNotAllowedError method-not-allowed 405  2    the resource has no such method
    │   ├── ConflictError         conflict        409     2    it does not fit what stands there
    │   ├── MediaTypeError        unsupported-media-type 415 2 this kind of content is not taken
    │   └── NotFoundError         not-found       404     2    no such thing
    │       └── WithdrawnError    withdrawn       410     2    it was taken out of the graph, for a reason that is given
    ├── StoreError                store           500     3    the disk, a snapshot or the engine failed
    │   ├── RemoteError           remote          502     3    a server that we asked failed, or lied
    │   ├── SnapshotError         snapshot        503     3    no usable snapshot
    │   └── EngineCrashError      engine-crash    500     3    a worker died on a request
    └── LimitError                limit           413     4    a limit was reached
        ├── SlowRequestError      slow-request    408     4    a request came too slowly
        ├── QueryTimeoutError     timeout         504     4    a query took too long
        ├── OverloadedError       overloaded      503     4    too many requests wait
        └── BudgetError           budget          429     4    one client has used its share of time

Every instance says what, where, why and what next. `status` is the HTTP status, `exit_code` that of the command line.
"""

from __future__ import annotations


class RashomonError(Exception):
    """Root of all errors that a user can cause or should read; anything else that escapes is a bug (exit code 70)."""

    code = "error"
    status = 500
    exit_code = 3

    def __init__(self, what: str, *, where: str = "", why: str = "", advice: str = "") -> None:
        """`what` went wrong, `where` (`file:line`, a field), `why`, and `advice` on what to do next."""
        super().__init__(what)
        self.what, self.where, self.why, self.advice = what, where, why, advice

    def __str__(self) -> str:
        text = f"{self.where} — {self.what}" if self.where else self.what
        if self.why:
            text += f": {self.why}"
        return f"{text.rstrip('.')}. {self.advice}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        return (_restore, (type(self), self.what, self.where, self.why, self.advice))


def _restore(kind: type[RashomonError], what: str, where: str, why: str, advice: str) -> RashomonError:
    return kind(what, where=where, why=why, advice=advice)


class DataError(RashomonError):
    """Something read does not conform."""

    code, status, exit_code = "data", 422, 1


class DocumentError(DataError):
    """A file of documents cannot be taken."""

    code = "document"


class ReviewError(DataError):
    """A review does not fit its document."""

    code = "review"


class ReferenceDataError(DataError):
    """Reference data, the naming list or the withdrawals are wrong."""

    code = "reference"


class OntologyError(DataError):
    """The ontology cannot be read."""

    code = "ontology"


class ShapesError(DataError):
    """The shapes are wrong or vacuous."""

    code = "shapes"


class UsageError(RashomonError):
    """The call is wrong."""

    code, status, exit_code = "usage", 400, 2


class SettingsError(UsageError):
    """A setting is wrong."""

    code = "settings"


class QueryError(UsageError):
    """A query cannot be parsed; `where` holds `line:column` where the engine names one."""

    code = "query"


class NotAcceptableError(UsageError):
    """No representation in a format that was asked for."""

    code, status = "not-acceptable", 406


class UnauthorizedError(UsageError):
    """The request shows no token that this server knows."""

    code, status = "unauthorized", 401


class ForbiddenError(UsageError):
    """Not by this way."""

    code, status = "forbidden", 403


class MethodNotAllowedError(UsageError):
    """The resource has no such method; `allowed` are those it has."""

    code, status = "method-not-allowed", 405

    def __init__(self, what: str, *, where: str = "", why: str = "", advice: str = "", allowed: str = "") -> None:
        """As all errors, with the methods that are served."""
        super().__init__(what, where=where, why=why, advice=advice or f"There are {allowed}.")
        self.allowed = allowed


class ConflictError(UsageError):
    """It does not fit what stands in a review or the graph."""

    code, status = "conflict", 409


class MediaTypeError(UsageError):
    """This kind of content is not taken."""

    code, status = "unsupported-media-type", 415


class NotFoundError(UsageError):
    """No such thing."""

    code, status = "not-found", 404


class WithdrawnError(NotFoundError):
    """It was taken out of the graph, for a reason that is given."""

    code, status = "withdrawn", 410


class StoreError(RashomonError):
    """The disk, a snapshot or the engine failed."""

    code, status, exit_code = "store", 500, 3


class RemoteError(StoreError):
    """A server that we asked failed, or answered what it should not."""

    code, status = "remote", 502


class SnapshotError(StoreError):
    """No usable snapshot."""

    code, status = "snapshot", 503


class EngineCrashError(StoreError):
    """A worker died on a request."""

    code = "engine-crash"


class LimitError(RashomonError):
    """A limit was reached."""

    code, status, exit_code = "limit", 413, 4


class SlowRequestError(LimitError):
    """A request came too slowly."""

    code, status = "slow-request", 408


class QueryTimeoutError(LimitError):
    """A query took longer than it may."""

    code, status = "timeout", 504


class OverloadedError(LimitError):
    """Too many requests wait."""

    code, status = "overloaded", 503


class BudgetError(LimitError):
    """One client has used its share of worker time; `retry_s` is when there is some again."""

    code, status = "budget", 429

    def __init__(self, what: str, *, where: str = "", why: str = "", advice: str = "", retry_s: int = 60) -> None:
        """As all errors, with the seconds to wait."""
        super().__init__(what, where=where, why=why, advice=advice or f"Try again in {retry_s} s, or load the dump.")
        self.retry_s = retry_s
