// Which parts is a picture cut into? Their borders, drawn over it.

/** By the side in pixels: as the cells of shapes and the parts of sounds are coloured. */
const COLOURS = { 32: '#4f9be8', 16: '#3fbf7f', 8: '#ff9d3c', 4: '#ff5a4d' };

/** Draws squares (left edge, top and side of each, in the picture's pixels) at the size at which the picture is seen. */
export function mark(canvas, squares, { width, height, clientWidth }) {
  const scale = (clientWidth * (devicePixelRatio || 1)) / width;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  const paint = canvas.getContext('2d');
  const wide = Math.max(1, Math.round(scale / 4));
  paint.lineWidth = wide;
  for (let i = 0; i < squares.length; i += 3) {
    const [x, y, side] = squares.subarray(i, i + 3);
    const [left, top, right, bottom] = [x, y, x + side, y + side].map((at) => Math.round(at * scale));
    paint.strokeStyle = COLOURS[side];
    // Inside its borders, so that its neighbours' are seen, too.
    paint.strokeRect(left + wide / 2, top + wide / 2, right - left - wide, bottom - top - wide);
  }
}
