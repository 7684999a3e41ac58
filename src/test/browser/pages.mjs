// What every page must be like, whoever looks at it and with whatever.
import assert from 'node:assert/strict';

const READABLE = 4.5; // WCAG 2.2, 1.4.3

/** Nothing to scroll to the right, a title and a heading, names for all fields, and contrast, in the scheme that the person prefers. */
export async function inspect(page, { width, scheme }) {
  const seen = await page.evaluate(look);
  assert.equal(seen.innerWidth, width, 'it is laid out for another width than that of the screen');
  assert.ok(seen.scrollWidth <= width, `it is ${seen.scrollWidth} px wide, rather than ${width}`);
  assert.ok(seen.lang && seen.title && seen.headings === 1, JSON.stringify(seen));
  assert.deepEqual(seen.nameless, [], 'fields without a label');
  assert.equal(luminance(seen.canvas) < 0.2, scheme === 'dark', `the canvas is ${seen.canvas} in the scheme ${scheme}`);
  assert.ok(seen.texts.length > 1);
  for (const { text, colour, behind } of seen.texts) {
    const is = contrast(colour, behind);
    assert.ok(is >= READABLE, `${text}: contrast ${is.toFixed(2)} of ${colour} on ${behind}`);
  }
  return `${seen.texts.length} texts, contrast from ${Math.min(...seen.texts.map((text) => contrast(text.colour, text.behind))).toFixed(1)}`;
}

/** In the page: what is drawn on what. Computed styles have no colour of the canvas itself, so that an element is asked that has it. */
function look() {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.backgroundColor = 'Canvas';
  const canvas = getComputedStyle(probe).backgroundColor;
  probe.remove();
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/^rgba\(.*, 0\)$|^transparent$/.test(colour)) return colour;
    }
    return canvas;
  };
  const texts = [...document.querySelectorAll('body *')]
    .filter((element) => element.matches('input:not([type=hidden])') || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => ({ text: element.textContent.trim().slice(0, 30) || element.name, colour: getComputedStyle(element).color, behind: behind(element) }));
  return {
    canvas,
    texts,
    innerWidth,
    scrollWidth: document.documentElement.scrollWidth,
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    nameless: [...document.querySelectorAll('input:not([type=hidden])')].filter((input) => !input.labels.length).map((input) => input.name),
  };
}

const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);

/** As WCAG defines it. */
function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => value / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Goes to an element as who has no mouse does, and it can be seen that it is there. */
export async function tabTo(page, selector) {
  for (let steps = 0; steps < 12; steps++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate((wanted) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return document.activeElement.matches(wanted) && `${outlineStyle} ${outlineWidth}`;
    }, selector);
    if (!there) continue;
    assert.doesNotMatch(there, /none|^\S+ 0px/, 'it cannot be seen where the keyboard is');
    return;
  }
  assert.fail(`the keyboard does not come to ${selector}`);
}
