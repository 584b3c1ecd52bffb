// Review controls: the token stays in this page's memory, goes out in a header only, and is gone when the page is left.
const section = document.querySelector("section[data-document]");
const form = section.querySelector("form.token");
let token = "";

async function send(path, options = {}) {
  const answer = await fetch(path, { ...options, credentials: "omit", headers: { ...options.headers, Authorization: `Bearer ${token}` } });
  const told = await answer.json();
  if (!answer.ok) throw new Error([told.detail, told.advice].filter(Boolean).join(". "));
  return told;
}

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  token = form.elements.token.value;
  const output = form.querySelector("output");
  try {
    output.textContent = `Reviewing as ${(await send("/reviews")).reviewer}`;
    form.elements.token.value = "";
    for (const controls of document.querySelectorAll("[data-review]")) controls.hidden = false;
  } catch (error) {
    output.textContent = error.message;
  }
});

for (const controls of document.querySelectorAll("[data-review]")) {
  const output = controls.querySelector("output");
  const correction = controls.querySelector("form");
  const decide = async (action, set) => {
    try {
      const body = JSON.stringify({ statement: controls.dataset.review, action, ...(set && { set }) });
      const told = await send(`/reviews/${encodeURIComponent(section.dataset.document)}`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      output.textContent = `Written to ${told.written}; it shows ${told.shows}.`;
      for (const button of controls.querySelectorAll("button")) button.disabled = true;
    } catch (error) {
      output.textContent = error.message;
    }
  };
  for (const button of controls.querySelectorAll("button[data-action]")) {
    button.addEventListener("click", () => {
      if (button.dataset.action === "change") {
        correction.hidden = !correction.hidden;
        if (!correction.hidden) correction.querySelector("select").focus();
      } else decide(button.dataset.action);
    });
  }
  correction.addEventListener("submit", (event) => {
    event.preventDefault();
    decide("change", Object.fromEntries([...new FormData(correction)].filter(([, value]) => value)));
  });
}
