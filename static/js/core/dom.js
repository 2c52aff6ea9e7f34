/** Small helpers for building pages: elements are made here, and data only ever becomes text. */

/**
 * Makes an element. A prop that is a function is an event listener (its name without "on"), `true` is an empty
 * attribute, `false`, null and undefined are left out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [props]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/**
 * A table in its own scrolling container, so that the page never scrolls sideways.
 *
 * @param {string} caption what the table is, for screen readers
 * @param {{ text: string, title?: string, number?: boolean, control?: HTMLElement }[]} columns `control` stands for the text
 * @param {HTMLTableRowElement[]} rows
 */
export function table(caption, columns, rows) {
  const head = columns.map((c) =>
    h('th', { scope: 'col', title: c.title, class: c.number ? 'number' : null }, c.control ?? c.text),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)),
  );
}

/** Each cell knows the name of its column: on a phone a row of a wide table is a list of them.
 * @param {HTMLTableRowElement} row @param {{ text: string }[]} columns */
export function nameCells(row, columns) {
  [...row.cells].forEach((cell, i) => cell.setAttribute('data-name', columns[i]?.text ?? ''));
  return row;
}

/** A table of many columns, whose rows are lists on a phone. @param {string} caption
 * @param {Parameters<typeof table>[1]} columns @param {HTMLTableRowElement[]} rows */
export function wideTable(caption, columns, rows) {
  const all = table(caption, columns, rows.map((row) => nameCells(row, columns)));
  all.classList.add('wide');
  return all;
}

/** Puts rows into a table's body, and leaves those that are the same, so that what is clicked or read stays in its place.
 * @param {Element} body @param {HTMLTableRowElement[]} rows */
export function renewRows(body, rows) {
  rows.forEach((row, i) => {
    const old = body.children[i];
    if (!old) body.append(row);
    else if (!old.isEqualNode(row)) old.replaceWith(row);
  });
  while (body.children.length > rows.length) body.lastElementChild?.remove();
}

/**
 * A name with its value, for a list of facts.
 *
 * @param {string} name
 * @param {Node | string} value
 * @param {string} [title] what the number means
 */
export function fact(name, value, title) {
  return h('div', { class: 'fact', title }, h('dt', {}, name), h('dd', {}, value));
}

/** Sets an element's text only when it differs, so that nothing is laid out again for nothing.
 * @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const REDRAW_MS = 200;

/** What is to be drawn in the next frame, all of it together, so that the page is laid out and painted once.
 * @type {Set<() => void>} */
const asked = new Set();
let lastFrame = -REDRAW_MS;

function drawAll() {
  lastFrame = performance.now();
  const draws = [...asked];
  asked.clear();
  draws.forEach((draw) => draw());
}

/**
 * Returns a function that asks for `draw`: it is called in an animation frame, at most five times a second, and never
 * while the tab is hidden (animation frames rest then).
 *
 * @param {() => void} draw
 */
export function throttled(draw) {
  return () => {
    if (asked.size === 0) {
      const wait = lastFrame + REDRAW_MS - performance.now();
      if (wait <= 0) requestAnimationFrame(drawAll);
      else setTimeout(() => requestAnimationFrame(drawAll), wait);
    }
    asked.add(draw);
  };
}
