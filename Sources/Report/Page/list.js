// The rows that are in sight, and some above and below. All others are only so much height.

class RowList {
    constructor(element, tools, makeCard) {
        this.element = element;
        this.tools = tools;
        this.makeCard = makeCard;
        this.drawn = new Map();
        this.rows = [];
        this.estimate = 128;
        this.current = -1;
        addEventListener("scroll", () => this.plan(), { passive: true });
        addEventListener("resize", () => this.measureAgain());
        element.addEventListener("focusin", (event) => {
            const article = event.target.closest("article");
            if (article) this.current = Number(article.getAttribute("aria-posinset")) - 1;
        });
    }

    /** Shows other rows, from the first, or from where the window stands. */
    show(rows, staysInPlace) {
        this.rows = rows;
        this.current = -1;
        this.heights = new Float64Array(rows.length);
        this.clear();
        const top = this.element.getBoundingClientRect().top + scrollY - this.tools.offsetHeight;
        this.layOut();
        if (!staysInPlace && scrollY > top) scrollTo(0, top);
        this.draw();
    }

    clear() {
        for (const article of this.drawn.values()) article.remove();
        this.drawn.clear();
    }

    layOut() {
        const offsets = new Float64Array(this.rows.length + 1);
        for (let place = 0; place < this.rows.length; place += 1) {
            offsets[place + 1] = offsets[place] + (this.heights[place] || this.estimate);
        }
        this.offsets = offsets;
        this.element.style.height = `${offsets[this.rows.length]}px`;
        for (const [place, article] of this.drawn) article.style.transform = `translateY(${offsets[place]}px)`;
    }

    /** The row at a height below the top of the list. */
    find(height) {
        let [low, high] = [0, this.rows.length - 1];
        while (low < high) {
            const place = (low + high + 1) >> 1;
            if (this.offsets[place] <= height) low = place;
            else high = place - 1;
        }
        return low;
    }

    plan() {
        if (this.planned) return;
        this.planned = requestAnimationFrame(() => {
            this.planned = 0;
            this.draw();
        });
    }

    draw() {
        if (this.rows.length === 0) return;
        // What is drawn may be higher than was thought, so that fewer rows or others are in sight.
        for (let round = 0; round < 4; round += 1) {
            const top = this.tools.offsetHeight - this.element.getBoundingClientRect().top;
            const [first, last] = [this.find(top - 600), this.find(top + innerHeight + 600)];
            const anchor = top > 0 ? this.find(top) : 0;
            const before = this.offsets[anchor];
            this.update(first, last);
            if (!this.measure()) break;
            this.layOut();
            const shift = this.offsets[anchor] - before;
            if (top > 0 && shift !== 0) scrollBy(0, shift);
        }
    }

    update(first, last) {
        const focused = document.activeElement?.closest?.("article");
        for (const [place, article] of this.drawn) {
            if ((place < first || place > last) && article !== focused) {
                article.remove();
                this.drawn.delete(place);
            }
        }
        const places = [...this.drawn.keys()].sort((a, b) => a - b);
        for (let place = first; place <= last; place += 1) {
            if (this.drawn.has(place)) continue;
            const article = this.makeCard(this.rows[place], place, this.rows.length);
            article.style.transform = `translateY(${this.offsets[place]}px)`;
            this.element.insertBefore(article, this.drawn.get(places.find((other) => other > place)) ?? null);
            this.drawn.set(place, article);
        }
    }

    /** Takes the heights of what is drawn; true if they were thought to be others. */
    measure() {
        let [isNew, sum, number] = [false, 0, 0];
        for (const [place, article] of this.drawn) {
            const height = article.offsetHeight;
            if (Math.abs((this.heights[place] || this.estimate) - height) > 0.5) isNew = true;
            this.heights[place] = height;
            sum += height;
            number += 1;
        }
        if (isNew && this.drawn.size > 3 && !this.isEstimated) {
            this.estimate = sum / number;
            this.isEstimated = true;
        }
        return isNew;
    }

    /** The card of a row, if it is drawn. */
    article(row) {
        return this.drawn.get(this.rows.indexOf(row));
    }

    /** Makes the card of a row anew. */
    remake(row) {
        const place = this.rows.indexOf(row);
        const old = this.drawn.get(place);
        if (!old) return;
        const active = document.activeElement;
        const hadFocus = old.contains(active);
        // What had the focus has it again, and a field its selection: keys mean something else on the card.
        const same = (article) => [...article.querySelectorAll(`${active.tagName}`)];
        const index = hadFocus && active !== old ? same(old).indexOf(active) : -1;
        const selection = [active?.selectionStart, active?.selectionEnd];
        const article = this.makeCard(row, place, this.rows.length);
        article.style.transform = old.style.transform;
        old.replaceWith(article);
        this.drawn.set(place, article);
        if (hadFocus) {
            const next = index < 0 ? article : same(article)[index] ?? article;
            next.focus({ preventScroll: true });
            if (next.matches("textarea")) next.setSelectionRange(...selection);
        }
        this.draw();
    }

    measureAgain() {
        this.heights = new Float64Array(this.rows.length);
        this.isEstimated = false;
        this.layOut();
        this.draw();
    }

    /** Brings a row to the top of what is in sight. */
    scrollTo(place) {
        const top = this.element.getBoundingClientRect().top + scrollY - this.tools.offsetHeight;
        // Each time more heights around are known.
        for (let round = 0; round < 3; round += 1) {
            scrollTo(0, top + this.offsets[place] - 8);
            this.draw();
        }
    }

    /** Focuses the next row or an earlier one. */
    step(by) {
        if (this.rows.length === 0) return;
        const top = this.tools.offsetHeight - this.element.getBoundingClientRect().top;
        // Where nothing was focused yet, the first row that is not cut off comes first.
        const from = this.current < 0 ? this.find(Math.max(0, top + 40)) - (by > 0 ? 1 : 0) : this.current;
        this.go(Math.min(this.rows.length - 1, Math.max(0, from + by)));
    }

    /** Focuses a row. */
    go(place) {
        const top = this.tools.offsetHeight - this.element.getBoundingClientRect().top;
        const [start, end] = [this.offsets[place], this.offsets[place] + (this.heights[place] || this.estimate)];
        if (start < top || end > top + innerHeight - this.tools.offsetHeight) this.scrollTo(place);
        this.drawn.get(place)?.focus({ preventScroll: true });
        this.current = place;
    }

    /** Focuses a row if it is among those shown. */
    reveal(row) {
        const place = this.rows.indexOf(row);
        if (place >= 0) this.go(place);
    }
}
