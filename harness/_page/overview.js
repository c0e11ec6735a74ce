// The whole run in a narrow strip beside the timeline: where things are, and where one is.

class Overview {
  constructor(element, scroller) {
    this.canvas = element.querySelector("canvas");
    this.window = element.querySelector(".window");
    this.element = element;
    this.scroller = scroller;
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      this.#jump(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (event.buttons) this.#jump(event);
    });
  }

  /** Draw all rows, troubles and matches above the others. */
  draw(layout, hits) {
    const { clientWidth: width, clientHeight: height } = this.element;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const colours = model.categories.map((name) => style.getPropertyValue(`--${name}`));
    const bad = style.getPropertyValue("--bad");
    const mark = style.getPropertyValue("--accent");
    const ratio = height / Math.max(layout.total, 1);
    const thick = Math.max(1, layout.height * ratio);
    const paint = (place, colour, left, right) => {
      context.fillStyle = colour;
      context.fillRect(left, layout.middle(place) * ratio - thick / 2, right - left, thick);
    };
    context.globalAlpha = 0.7;
    layout.shown.forEach((number, place) => paint(place, colours[rows[number].about], 4, width - 5));
    context.globalAlpha = 1;
    layout.shown.forEach((number, place) => {
      if (isTrouble(rows[number])) paint(place, bad, 2, width - 5);
      if (hits.has(number)) paint(place, mark, width - 5, width);
    });
  }

  /** Show which part can be seen. */
  follow() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const ratio = this.element.clientHeight / scrollHeight;
    this.window.style.top = `${scrollTop * ratio}px`;
    this.window.style.height = `${clientHeight * ratio}px`;
  }

  #jump(event) {
    const { top, height } = this.element.getBoundingClientRect();
    const share = (event.clientY - top) / height;
    this.scroller.scrollTop = share * this.scroller.scrollHeight - this.scroller.clientHeight / 2;
  }
}
