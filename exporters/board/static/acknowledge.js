// Taking an incident on: an order through the API, with the door that it has.

const NAME = "guardia.name";
const TOKEN = "guardia.token";

/** Let forms appear, which do nothing without this script. */
export function showForms(root) {
  for (const form of root.querySelectorAll("form.acknowledge[hidden]")) {
    form.hidden = false;
    form.elements.by.value = localStorage.getItem(NAME) ?? "";
    if (sessionStorage.getItem(TOKEN)) askForToken(form);
  }
}

/** Send whatever form is submitted. */
export function takeOrders() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.acknowledge")) {
      event.preventDefault();
      acknowledge(event.target);
    }
  });
}

async function acknowledge(form) {
  const output = form.querySelector("output");
  const button = form.querySelector("button");
  const by = form.elements.by.value.trim();
  const token = form.elements.token.value.trim();
  localStorage.setItem(NAME, by);
  button.disabled = true;
  output.textContent = "…";
  try {
    const incident = encodeURIComponent(form.dataset.incident);
    const answer = await fetch(`${document.body.dataset.root}api/v1/incidents/${incident}/acknowledgement`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ by }),
    });
    button.disabled = false; // before anything is focused: Enter does nothing where it is not
    if (answer.ok) {
      if (token) sessionStorage.setItem(TOKEN, token);
      output.textContent = "✓";
      return;
    }
    if (answer.status === 401) {
      sessionStorage.removeItem(TOKEN);
      askForToken(form);
      form.elements.token.focus();
    }
    const { detail } = await answer.json();
    output.textContent = `${document.body.dataset.failed}: ${detail}`;
  } catch (error) {
    output.textContent = `${document.body.dataset.failed}: ${error.message}`;
  } finally {
    button.disabled = false;
  }
}

function askForToken(form) {
  form.querySelector(".token").hidden = false;
  form.elements.token.value = sessionStorage.getItem(TOKEN) ?? "";
}
