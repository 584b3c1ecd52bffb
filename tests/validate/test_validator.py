"""One document judged: its shapes, its quotes against the text, its terms, and the lines that results name."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from app.model import Span, TextRights
from app.validate.terms import text_of
from app.vocab import CEV, DCTERMS, RDF, RDFS
from tests.mapping.making import claim, document, mapped, records
from tests.validate.making import TEXT, change, check, quads, shapes_of, validator


def test_a_sound_document_conforms() -> None:
    report = check(quads())
    assert report.conforms, report.violations
    assert report.shapes_checked > 150


def test_a_quote_that_is_not_the_text_is_found_with_its_line() -> None:
    text = TEXT.replace(" at Aleppo", "\nat Aleppo")
    source = document(text)
    found = mapped(records(claim(evidence=Span(71, 92), account={"perpetrators": ()})), source).quads
    assert validator().check_document(found, document_id="news-1", path="x.md", text=text).conforms
    broken = change(list(found), "quote", lambda q: ox.Literal("x" * len(q.value)))
    report = validator().check_document(broken, document_id="news-1", path="x.md", text=text, body_line=7)
    quotes = [r for r in report.violations if r.shape.endswith("QuoteCheck")]
    assert {(r.file, r.document_id) for r in quotes} == {("x.md", "news-1")}
    assert {7, 8} == {r.line for r in quotes}
    assert all(r.advice for r in quotes)


def test_a_result_on_an_account_has_the_line_of_its_statement() -> None:
    report = check(change(quads(), "modality", lambda _: None), body_line=12)
    assert shapes_of(report) == {"AccountShape"}
    assert {r.line for r in report.violations} == {12}


@pytest.mark.parametrize("end", ["4", "99"])
def test_length_of_a_quote_is_checked_without_the_text(end: str) -> None:
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    report = check(change(quads(), "charEnd", lambda _: ox.Literal(end, datatype=integer)), text=None)
    assert "QuoteCheck" in shapes_of(report)


def test_redacted_quotes_are_compared_where_they_show() -> None:
    source = replace(document(), text_rights=TextRights.NONE)
    masked = list(mapped(records(claim()), source).quads)
    assert check(masked).conforms
    assert "QuoteCheck" in shapes_of(check(change(masked, "quote", lambda q: ox.Literal("x" + q.value[1:]))))
    assert "QuoteCheck" in shapes_of(check(change(masked, "redacted", lambda _: None)))


def test_another_text_is_found() -> None:
    assert "FrozenTextCheck" in shapes_of(check(quads(), text=TEXT + " "))


def test_a_graph_of_two_documents_or_of_none_is_found() -> None:
    found = quads()
    kind = ox.NamedNode(RDF + "type")
    twin = ox.Quad(
        ox.NamedNode("https://example.org/d2"), kind, ox.NamedNode(CEV + "SourceDocument"), found[0].graph_name
    )
    assert "OneDocumentCheck" in shapes_of(check([*found, twin]))
    assert "OneDocumentCheck" in shapes_of(check([q for q in found if text_of(q.object) != CEV + "SourceDocument"]))
    elsewhere = [ox.Quad(found[0].subject, found[0].predicate, found[0].object, ox.NamedNode("https://example.org/g"))]
    assert "OneDocumentCheck" in shapes_of(check([*found[1:], *elsewhere]))
    assert "OneDocumentCheck" in shapes_of(check([q for q in found if q.predicate.value != DCTERMS + "identifier"]))


def test_blank_nodes_are_found() -> None:
    found = quads()
    extra = ox.Quad(ox.BlankNode(), ox.NamedNode(RDFS + "label"), ox.Literal("x"), found[0].graph_name)
    assert "PlainTermsCheck" in shapes_of(check([*found, extra]))


def test_hubs_of_merged_events_are_taken_on_trust_but_not_actors() -> None:
    hub = ox.NamedNode("https://example.org/event/m-1")
    assert check(change(quads(), "accountOf", lambda _: hub)).conforms
    assert shapes_of(check(change(quads(), "claimant", lambda _: hub))) == {"StatementShape"}


def test_reference_data_count_by_their_classes() -> None:
    from app.validate import Validator
    from tests.shapes.corpus import ONTOLOGY, SHAPES

    russia = ox.NamedNode("https://w3id.org/contested-events/id/actor/russia")
    state = ox.Quad(russia, ox.NamedNode(RDF + "type"), ox.NamedNode(CEV + "State"))
    knowing = Validator(SHAPES, ONTOLOGY, [state])
    changed = change(quads(), "claimant", lambda _: russia)
    assert knowing.check_document(changed, document_id="news-1", path="a.md", text=TEXT).conforms
    assert not check(changed).conforms


def test_loaded_words_in_labels_are_found_and_titles_left_alone() -> None:
    found = quads()
    label = ox.NamedNode(RDFS + "label")

    def labelled(wanted: str) -> list[ox.Quad]:
        node = next(
            q.subject for q in found if q.predicate.value == RDF + "type" and text_of(q.object).endswith(wanted)
        )
        return [
            ox.Quad(q.subject, label, ox.Literal("Regime terrorists", language="en"), q.graph_name)
            if q.subject == node and q.predicate == label
            else q
            for q in found
        ]

    assert shapes_of(check(labelled("#Event"))) == {"NeutralLabelCheck"}
    assert check(labelled("#SourceDocument")).conforms


def test_the_order_of_quads_changes_no_report() -> None:
    broken = change(change(quads(), "modality", lambda _: None), "quote", lambda q: ox.Literal(q.value[:-1]))
    assert check(broken) == check(list(reversed(broken)))
    assert check(broken) == check(broken)
