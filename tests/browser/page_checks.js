// What a machine can tell of a page's accessibility, as sentences; none where all is well.
// `what`: "structure" (once), "contrast" (in each colour scheme), "phone" (at 390 px).
async (what) => {
  await Promise.all(document.getAnimations().map((one) => one.finished)); // colours are settled
  const found = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const told = (element) => {
    const text = (element.getAttribute("name") || element.id || element.textContent || "").trim();
    return `<${element.localName}> ${text.replace(/\s+/g, " ").slice(0, 60)}`;
  };
  const shown = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1; // what is for screen readers alone is one pixel
  };
  const words = (ids) =>
    ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join(" ").trim();

  function nameOf(element) {
    const by = element.getAttribute("aria-labelledby");
    if (by) return words(by);
    const label = element.getAttribute("aria-label");
    if (label) return label.trim();
    if (element.labels?.length) return [...element.labels].map((one) => one.textContent).join(" ").trim();
    if (["input", "select", "textarea"].includes(element.localName)) return "";
    const pictures = all("img[alt], svg[aria-label]", element);
    return [
      element.textContent,
      ...pictures.map((one) => one.getAttribute("alt") || one.getAttribute("aria-label")),
    ].join(" ").trim();
  }

  function structure() {
    if (!document.documentElement.lang) found.push("the page does not say its language");
    if (!/\S.* · lotwarden$/.test(document.title)) found.push(`the title is ${document.title}`);
    for (const [selector, least, most] of [["h1", 1, 1], ["main", 1, 1], ["body > header", 1, 1]]) {
      const n = all(selector).length;
      if (n < least || n > most) found.push(`${n} × ${selector}`);
    }
    let level = 0;
    for (const heading of all("h1, h2, h3, h4, h5, h6")) {
      const now = Number(heading.localName[1]);
      if (level && now > level + 1) found.push(`after h${level} comes ${told(heading)}`);
      if (!heading.textContent.trim()) found.push(`an empty ${heading.localName}`);
      level = now;
    }
    const ids = all("[id]").map((one) => one.id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
      found.push(`the id ${id} is there twice`);
    for (const element of all("nav, aside, section[aria-labelledby], [role=region], [role=search]"))
      if (!nameOf({ ...element, getAttribute: element.getAttribute.bind(element), localName: "input" }))
        found.push(`a landmark without a name: ${told(element)}`);
    for (const element of all("input:not([type=hidden]), select, textarea"))
      if (!nameOf(element)) found.push(`a field without a label: ${told(element)}`);
    for (const element of all("a[href], button, summary, [role=button]"))
      if (!nameOf(element)) found.push(`nothing to read on ${told(element)}`);
    for (const element of all("img:not([alt])")) found.push(`no alt: ${element.src}`);
    for (const element of all("svg"))
      if (element.getAttribute("aria-hidden") !== "true" && !(
        /^(img|group|graphics-document)$/.test(element.getAttribute("role")) && nameOf(element)
      )) found.push(`a picture without a name: ${told(element)}`);
    for (const element of all("[aria-hidden=true] a[href], [aria-hidden=true] button"))
      found.push(`hidden from readers and yet in reach: ${told(element)}`);
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
      for (const element of all(`[${attribute}]`))
        for (const id of element.getAttribute(attribute).split(/\s+/))
          if (!document.getElementById(id)) found.push(`${attribute}="${id}" leads nowhere`);
    for (const element of all('a[href^="#"]'))
      if (!document.getElementById(element.getAttribute("href").slice(1)))
        found.push(`${element.getAttribute("href")} leads nowhere`);
    for (const element of all("[tabindex]"))
      if (element.tabIndex > 0) found.push(`its own tab order: ${told(element)}`);
    for (const element of all("th:not([scope])")) found.push(`a heading of what? ${told(element)}`);
    for (const table of all("table"))
      if (!table.caption && !nameOf({ ...table, getAttribute: table.getAttribute.bind(table), localName: "input" }) &&
        !table.closest("[role=region][aria-label]")) found.push("a table without a name");
    for (const element of all("fieldset"))
      if (element.querySelector(":scope > legend") === null &&
        all("input[type=radio]", element).some((one) => one.closest("fieldset") === element)) found.push(`a choice without a question: ${told(element)}`);
    for (const element of all("[style], [onclick], style")) found.push(`inline: ${told(element)}`);
    for (const list of all("ul, ol"))
      for (const child of list.children)
        if (!["li", "template", "script"].includes(child.localName)) found.push(`in a list: ${told(child)}`);
    for (const field of all("[aria-invalid=true]")) {
      const by = field.getAttribute("aria-describedby") || "";
      if (!words(by)) found.push(`wrong, and nothing says why: ${told(field)}`);
    }
  }

  // Contrast, WCAG 2.2 success criterion 1.4.3.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  function rgba(color) {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(color, [r, g, b, a / 255]);
    }
    return known.get(color);
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  function behind(element) {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none" && !style.backgroundImage.startsWith("linear-gradient")) return null;
      const layer = rgba(style.backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    const canvasColor = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, layer) => over(layer, below), canvasColor);
  }
  const light = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((one) => {
      const c = one / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  function contrast() {
    const seen = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || seen.has(element)) continue;
      seen.add(element);
      if (element.closest("svg, option, template, script, [aria-hidden=true]") || !shown(element)) continue;
      if (element.matches(":disabled, :disabled *")) continue;
      const ground = behind(element);
      if (!ground) continue;
      const style = getComputedStyle(element);
      const text = over(rgba(style.color), ground);
      const [high, low] = [light(text), light(ground)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5) - 0.01)
        found.push(`contrast ${ratio.toFixed(2)}: ${told(element)} ${style.color} on ${ground.map(Math.round)}`);
    }
  }

  // A thumb: WCAG 2.2 success criterion 2.5.8 asks 24 px, or so much room around; what is
  // pressed to act is 44 px.  Links within a sentence are excepted there.
  function phone() {
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) {
      const over = all("body *").filter((one) => shown(one) && one.getBoundingClientRect().right > innerWidth + 1);
      found.push(`${wide} px wide on a screen of ${innerWidth}: ${over.slice(-3).map(told).join("; ")}`);
    }
    const targets = all("a[href], button, summary, select, textarea, input:not([type=hidden])").filter(shown);
    const boxes = targets.map((one) => {
      const label = ["checkbox", "radio"].includes(one.type) ? one.closest("label") || one.labels[0] : null;
      return (label || one).getBoundingClientRect();
    });
    targets.forEach((element, index) => {
      const { width, height } = boxes[index];
      const acts = element.matches("button, .btn, select, input, textarea");
      const inSentence = element.localName === "a" && getComputedStyle(element).display === "inline";
      if (element.closest(".skip") || element.matches(".skip")) return;
      if (acts && height < 43.5) found.push(`${Math.round(height)} px for a thumb: ${told(element)}`);
      else if (!acts && !inSentence && (height < 24 || width < 24)) {
        const cx = boxes[index].x + width / 2, cy = boxes[index].y + height / 2;
        const near = boxes.some((box, other) => other !== index &&
          Math.hypot(Math.max(box.left - cx, 0, cx - box.right), Math.max(box.top - cy, 0, cy - box.bottom)) < 12);
        if (near) found.push(`${Math.round(width)} × ${Math.round(height)} px for a thumb: ${told(element)}`);
      }
    });
  }

  ({ structure, contrast, phone })[what]();
  return found;
}
