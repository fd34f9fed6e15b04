// What the other parts use to make elements. Text only ever becomes text: no caption is read as HTML.

const byID = (id) => document.getElementById(id);

/** An element with attributes and children, texts among them; what is null or false is left out. */
function make(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

const span = (style, ...children) => make("span", { class: style }, ...children);

function makeSVG(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value !== null && value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
}

const count = new Intl.NumberFormat("en");
const plural = (number, one, many) => `${count.format(number)} ${number === 1 ? one : many ?? one + "s"}`;
const percent = (part, whole) => {
    const value = (100 * part) / Math.max(1, whole);
    return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`;
};

/** Seconds as people say them. */
function duration(seconds) {
    if (seconds < 100) return `${Math.round(seconds)} s`;
    if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
    return `${(seconds / 3600).toFixed(1)} h`;
}

/** A rate with two digits that matter. */
const rate = (value) => (value < 10 ? value.toFixed(value < 1 ? 2 : 1) : Math.round(value).toString());

/** A caption without invisible white space. */
const tidy = (text) => text.trim().replace(/\s+/g, " ");
const wordCount = (text) => (text === "" ? 0 : text.split(" ").length);
