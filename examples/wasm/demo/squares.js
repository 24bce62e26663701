// Which parts is a picture cut into? Their borders, drawn over it.

/** By the side in pixels: as the cells of shapes and the parts of sounds are coloured. */
const COLOURS = { 32: '#4f9be8', 16: '#3fbf7f', 8: '#ff9d3c', 4: '#ff5a4d' };

/** Draws squares (left edge, top and side of each, in the picture's pixels) at the size at which the picture is seen. */
export function mark(canvas, squares, { width, height, clientWidth }) {
  const scale = (clientWidth * (devicePixelRatio || 1)) / width;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  const paint = canvas.getContext('2d');
  paint.lineWidth = Math.max(1, scale / 4);
  for (let i = 0; i < squares.length; i += 3) {
    const [left, top, side] = squares.subarray(i, i + 3);
    paint.strokeStyle = COLOURS[side];
    paint.strokeRect(left * scale + 0.5, top * scale + 0.5, side * scale - 1, side * scale - 1);
  }
}
