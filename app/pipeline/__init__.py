"""The order of the rooms: documents to a checked, published snapshot. The only place that knows all of them."""

from app import store as snapshots
from app.pipeline.asking import check, current_snapshot, doctor, query, review_difference, review_template
from app.pipeline.building import Build, build_graph
from app.pipeline.reading import ReadDocument, Reader, read_all
from app.pipeline.scoring import Scored, describe_score, score_reader
from app.pipeline.writing import build

__all__ = [
    "Build",
    "ReadDocument",
    "Reader",
    "Scored",
    "build",
    "build_graph",
    "check",
    "current_snapshot",
    "describe_score",
    "doctor",
    "query",
    "read_all",
    "review_difference",
    "review_template",
    "score_reader",
    "snapshots",
]
