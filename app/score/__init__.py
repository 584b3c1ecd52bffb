"""How right the reading is: a graph against gold statements, as figures and as errors by cause."""

from app.score.counting import Score, score_documents
from app.score.errors import ErrorClass, ReadingError
from app.score.gold import GoldDocument, gold_of_records, load_gold
from app.score.graph import FoundStatement, read_statements
from app.score.page import compare_figures, render_page, render_words

__all__ = [
    "ErrorClass",
    "FoundStatement",
    "GoldDocument",
    "ReadingError",
    "Score",
    "compare_figures",
    "gold_of_records",
    "load_gold",
    "read_statements",
    "render_page",
    "render_words",
    "score_documents",
]
