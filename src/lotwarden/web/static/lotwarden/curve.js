/* The curves of a plan: read a point by pointer, touch or keys.

   A [data-curve] holds the pictures, whose [data-x] and [data-y] say where each point stands;
   [data-values] has the numbers of each point and [data-say] the sentence around them.
   The range field is the keyboard's way and the screen reader's.  Without this script the
   points are in the table beside. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const numbers = (text) => text.split(" ").map(Number);
  const shown = new Map(); // which curve of each class a reader looks at

  function say(figure, index) {
    const range = figure.querySelector("input[type=range]");
    const values = figure.dataset.values.split(";")[index].split("|");
    const sentence = figure.dataset.say.replace(/\{(\d)\}/g, (_, place) => values[place]);
    range.value = index;
    range.setAttribute("aria-valuetext", sentence);
    figure.querySelector(".said").textContent = sentence;
    for (const svg of all("svg", figure)) {
      const here = svg.querySelector(".here"), x = numbers(svg.dataset.x)[index];
      here.setAttribute("visibility", "visible");
      here.querySelector("path").setAttribute("transform", `translate(${x} 0)`);
      here.querySelector("circle").setAttribute("transform", `translate(${x} ${numbers(svg.dataset.y)[index]})`);
    }
  }

  function nearest(svg, clientX) {
    const box = svg.getBoundingClientRect(), places = numbers(svg.dataset.x);
    const x = ((clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    return places.reduce((best, one, index) => (Math.abs(one - x) < Math.abs(places[best] - x) ? index : best), 0);
  }

  function start(root) {
    for (const figure of all("[data-curve]", root)) {
      if ("ready" in figure.dataset) continue;
      figure.dataset.ready = "";
      for (const one of all(".reading, .said", figure)) one.hidden = false;
      const chosen = figure.querySelector(`input[type=radio][value="${shown.get(figure.dataset.curve)}"]`);
      if (chosen) chosen.checked = true;
      const points = figure.dataset.values.split(";").length;
      say(figure, Math.round(points / 4));
    }
    for (const wrong of all("[id^=wrong-]")) {
      const field = document.querySelector(`[aria-describedby="${wrong.id}"]`);
      if (wrong.querySelector("li")) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
    }
  }

  document.addEventListener("input", (event) => {
    const figure = event.target.closest("[data-curve]");
    if (!figure) return;
    if (event.target.type === "range") say(figure, Number(event.target.value));
    else shown.set(figure.dataset.curve, event.target.value);
  });
  for (const kind of ["pointermove", "pointerdown"])
    document.addEventListener(kind, (event) => {
      const svg = event.target.closest?.("[data-curve] svg");
      if (svg) say(svg.closest("[data-curve]"), nearest(svg, event.clientX));
    });
  document.addEventListener("htmx:afterSettle", () => start(document));
  start(document);
})();
