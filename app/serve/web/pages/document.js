// Words and statements of a document point at each other, by pointer and by keyboard.
const marks = [...document.querySelectorAll(".text .span")];
const cards = [...document.querySelectorAll(".margin > li")];
const numbersOf = (mark) => mark.dataset.statements.split(" ");

function light(numbers) {
  for (const mark of marks) mark.classList.toggle("lit", numbersOf(mark).some((n) => numbers.includes(n)));
  for (const card of cards) card.firstElementChild.classList.toggle("lit", numbers.includes(card.dataset.statement));
}
for (const [start, end] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
  for (const mark of marks) {
    mark.addEventListener(start, () => light(numbersOf(mark)));
    mark.addEventListener(end, () => light([]));
  }
  for (const card of cards) {
    card.addEventListener(start, () => light([card.dataset.statement]));
    card.addEventListener(end, () => light([]));
  }
}
