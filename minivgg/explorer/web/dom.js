// Small helpers for the page: elements, texts in the chosen language, and numbers as text.

/** @type {Record<string, string>} */
let texts = {};
let locale = "en";
// slow to make, quick to use
let formats = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/**
 * @param {Record<string, Record<string, string>>} strings all languages
 * @param {string} language
 */
export function useLanguage(strings, language) {
  texts = strings[language] ?? strings.en;
  locale = language;
  formats = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
}

/** @returns {string} "en" or "ko" */
export function language() {
  return locale;
}

/**
 * A text of strings.json with its {values}; a key without a text is a mistake, and shows as itself.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values] numbers are formatted
 * @returns {string}
 */
export function t(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? count(value) : value;
  });
}

/** @param {string} key @returns {boolean} */
export function hasText(key) {
  return Object.hasOwn(texts, key);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] attributes; onclick and the like are listeners
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style")
      element.style.cssText = value; // the attribute is what policies forbid
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const SVG = "http:" + "//www.w3.org/2000/svg"; // a name, not an address that is asked

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {number | null} value @returns {string} 138,357,544; – where there is none */
export function count(value) {
  return value === null ? "–" : formats.format(value);
}

/**
 * @param {number | null} value
 * @returns {string} three digits and K, M or G: 138 M
 */
export function short(value) {
  if (value === null) return "–";
  for (const [unit, size] of [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["K", 1e3],
  ]) {
    if (value >= /** @type {number} */ (size) * 0.9995)
      return `${digits3(value / /** @type {number} */ (size))} ${unit}`;
  }
  return digits3(value);
}

/** @param {number | null} value @returns {string} 552 MB, of 1000² bytes */
export function bytes(value) {
  if (value === null) return "–";
  const text = short(value);
  return /[KMGT]$/.test(text) ? `${text.replace("K", "k")}B` : `${text} B`;
}

function digits3(value) {
  const places = value >= 99.95 || Number.isInteger(value) ? 0 : value >= 9.995 ? 1 : 2;
  return value.toLocaleString(locale, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/** @param {number} value @returns {string} an activation or a weight: −0.42, 12.3, 1.2e−5 */
export function real(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text = "";
  if (size >= 9999.5 || size < 0.001) text = value.toExponential(1);
  else text = value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.0995 ? 2 : 3);
  return text.replaceAll("-", "−");
}

/** @param {number} share from 0 to 1 @returns {string} */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1%";
  if (share < 1 && share >= 0.9995) return "> 99.9%";
  const places = (share > 0 && share < 0.1) || (share > 0.99 && share < 1) ? 1 : 0;
  return share.toLocaleString(locale, {
    style: "percent",
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/** @param {number} value @returns {string} four digits, for the value of one unit */
export function exact(value) {
  return count(Number(value.toPrecision(4))).replace("-", "−");
}
