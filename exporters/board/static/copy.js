// Copies the text that a button names, for a message or a report to the provider.

export function copyOnRequest() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy).innerText;
    try {
      await navigator.clipboard.writeText(text);
      button.querySelector("output").textContent = ` · ${document.body.dataset.copied}`;
    } catch {
      select(document.getElementById(button.dataset.copy)); // no clipboard without https: Ctrl-C it
    }
  });
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}
