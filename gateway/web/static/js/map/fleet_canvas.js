/** A canvas over the map that keeps to its edges: it is drawn anew at most once a frame, and only when asked. */

/** @typedef {{x: (x: number) => number, y: (y: number) => number, width: number, height: number, zoom: number}} Frame
 *  `x` and `y` turn a point of the world's unit square into pixels of the canvas. */

const TILE = 256; // pixels of the whole world at zoom 0

/** A place on the globe in the unit square of Web Mercator. @returns {[number, number]} */
export function toUnit(lat, lon) {
  const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** The other way round. @returns {[number, number]} latitude, longitude */
export function toDegrees(x, y) {
  return [(360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90, x * 360 - 180];
}

export class MapCanvas {
  #map;
  #draw;
  #asked = 0;
  #corner = null; // of the canvas on the globe, when it was last drawn

  /**
   * @param {any} map  a Leaflet map
   * @param {(context: CanvasRenderingContext2D, frame: Frame, now: number) => void} draw
   */
  constructor(map, draw) {
    this.#map = map;
    this.#draw = draw;
    this.element = document.createElement("canvas");
    this.element.className = "fleet leaflet-zoom-animated";
    this.element.setAttribute("aria-hidden", "true"); // the list tells the same
    const pane = map.createPane("fleet");
    pane.style.zIndex = "590"; // under the markers of clusters, over lanes and places
    pane.style.pointerEvents = "none";
    pane.append(this.element);
    map.on("move resize zoomend viewreset", () => this.ask());
    map.on("zoomanim", (event) => this.#zoomTo(event));
  }

  /** Draw with the next frame. */
  ask() {
    this.#asked ||= requestAnimationFrame((now) => {
      this.#asked = 0;
      this.#redraw(now);
    });
  }

  /** How the world lies on the canvas now. @returns {Frame} */
  frame() {
    const { x: width, y: height } = this.#map.getSize();
    const zoom = this.#map.getZoom();
    const scale = TILE * 2 ** zoom;
    const { min } = this.#map.getPixelBounds();
    return { x: (x) => x * scale - min.x, y: (y) => y * scale - min.y, width, height, zoom };
  }

  #redraw(now) {
    const frame = this.frame();
    const ratio = Math.min(2, devicePixelRatio || 1);
    const { element } = this;
    if (element.width !== frame.width * ratio || element.height !== frame.height * ratio) {
      element.width = frame.width * ratio;
      element.height = frame.height * ratio;
      element.style.width = `${frame.width}px`;
      element.style.height = `${frame.height}px`;
    }
    L.DomUtil.setPosition(element, this.#map.containerPointToLayerPoint([0, 0]));
    this.#corner = this.#map.containerPointToLatLng([0, 0]);
    const context = /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, frame.width, frame.height);
    this.#draw(context, frame, now);
  }

  /** Grow or shrink with the land while Leaflet zooms; it is drawn sharp when that ends. */
  #zoomTo({ zoom, center }) {
    if (this.#corner) {
      const corner = this.#map._latLngToNewLayerPoint(this.#corner, zoom, center); // as Leaflet's own layers do
      L.DomUtil.setTransform(this.element, corner, this.#map.getZoomScale(zoom));
    }
  }
}
