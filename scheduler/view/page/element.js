// Element: nodes of the page. Texts of a trace go into it as text only, never as HTML.

/** An element with attributes, or listeners as functions, and children: nodes or texts. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  const shown = children.filter((child) => child !== null && child !== undefined && child !== "");
  node.append(...shown.map((child) => (typeof child === "string" ? in_order(child) : child)));
  return node;
}

/** Puts a text on the clipboard; where the browser forbids that, shows it to be copied by hand. */
async function copy(text) {
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied: " + text;
  } catch {
    window.prompt("To copy:", text);
  }
}
