// What a page needs besides htmx: marks of wrong fields for screen readers, and a word while a file is at work.
"use strict";

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const message = event.detail.target;
  const input = message.id && document.querySelector(`[aria-describedby~="${CSS.escape(message.id)}"]`);
  if (!input) return;
  const text = document.getElementById(message.id).textContent.trim();
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
});

// A form of a file takes seconds: its button says so, and is not pressed twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.classList.contains("narrow")) return;
  const button = form.querySelector("button.main");
  form.setAttribute("aria-busy", "true");
  setTimeout(() => { button.disabled = true; }, 0);
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    form.querySelector("button.main").disabled = false;
  }
});
