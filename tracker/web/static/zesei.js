// Comfort only: every page works without this file.
"use strict";

// A second click on a form is swallowed: until the next page is there, or for the time that a file takes to be saved.
const SWALLOWED_FOR = 20000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.ariaBusy === "true") return event.preventDefault();
  form.ariaBusy = "true";
  setTimeout(() => form.removeAttribute("aria-busy"), SWALLOWED_FOR);
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) form.removeAttribute("aria-busy");
});

// What is not the page that was asked for (signed out meanwhile, broken, no connection) is opened as a page of its own.
const opens = (ctx) => location.assign(ctx.request.action);

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (!ctx.response.raw.redirected && ctx.response.status < 500) return;
  event.preventDefault();
  opens(ctx);
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) opens(event.detail.ctx);
});

// Whoever turns the page goes on reading at the top of the list; a focus that went with its link returns to the page.
document.addEventListener("htmx:after:swap", (event) => {
  const turned = event.detail.ctx.sourceElement?.closest(".pages") || document.activeElement === document.body;
  const list = turned && (document.querySelector("main .pages")?.previousElementSibling || document.getElementById("content"));
  if (!list) return;
  list.scrollIntoView({ block: "start" });
  list.focus({ preventScroll: true });
});
