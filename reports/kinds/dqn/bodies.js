// States of well-known environments drawn as what they are.

// `state(variable, step)` is what the agent observed; `box` is the place for the drawing.
function scaled(box, x0, x1, y0, y1) {
  const unit = Math.min(box.w / (x1 - x0), box.h / (y1 - y0));
  const left = box.x + (box.w - unit * (x1 - x0)) / 2;
  const base = box.y + (box.h + unit * (y1 - y0)) / 2;
  return { unit, x: (value) => left + unit * (value - x0), y: (value) => base - unit * (value - y0) };
}

function line(pen, points, width, colour) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.stroke();
}

const TRACK = 2.4; // metres from the middle at which CartPole's track ends

export function cartPole(pen, box, state, step, ink) {
  const [x, angle] = [state(0, step), state(2, step)];
  const far = Math.max(TRACK, Math.abs(x)) + 0.5; // the rail carries the cart to its last place
  const at = scaled(box, -far, far, -0.7, 2.2);
  line(
    pen,
    [
      [at.x(-far), at.y(0)],
      [at.x(far), at.y(0)],
    ],
    2,
    ink.muted,
  );
  for (const end of [-TRACK, TRACK])
    line(
      pen,
      [
        [at.x(end), at.y(-0.12)],
        [at.x(end), at.y(0.12)],
      ],
      2,
      ink.muted,
    );
  pen.fillStyle = ink.muted;
  pen.fillRect(at.x(x - 0.4), at.y(0.22), 0.8 * at.unit, 0.44 * at.unit);
  const top = [at.x(x + 1.7 * Math.sin(angle)), at.y(0.1 + 1.7 * Math.cos(angle))];
  line(pen, [[at.x(x), at.y(0.1)], top], Math.max(5, 0.1 * at.unit), ink.colour);
  pen.fillStyle = ink.ink;
  pen.beginPath();
  pen.arc(at.x(x), at.y(0.1), 4, 0, 7);
  pen.fill();
}

export function acrobot(pen, box, state, step, ink) {
  const at = scaled(box, -2.3, 2.3, -2.2, 2.2);
  const first = Math.atan2(state(1, step), state(0, step));
  const second = first + Math.atan2(state(3, step), state(2, step));
  const elbow = [Math.sin(first), -Math.cos(first)];
  const tip = [elbow[0] + Math.sin(second), elbow[1] - Math.cos(second)];
  pen.setLineDash([6, 4]);
  line(
    pen,
    [
      [at.x(-2.2), at.y(1)],
      [at.x(2.2), at.y(1)],
    ],
    1.5,
    ink.muted,
  );
  pen.setLineDash([]);
  const links = [[0, 0], elbow, tip].map(([x, y]) => [at.x(x), at.y(y)]);
  line(pen, links, Math.max(5, 0.12 * at.unit), ink.colour);
  pen.fillStyle = ink.ink;
  for (const [x, y] of links.slice(0, 2)) {
    pen.beginPath();
    pen.arc(x, y, 5, 0, 7);
    pen.fill();
  }
}

export function hill(pen, box, state, step, ink) {
  const at = scaled(box, -1.25, 0.65, -1.2, 1.6);
  const height = (x) => Math.sin(3 * x);
  const ground = Array.from({ length: 90 }, (_, i) => -1.2 + (1.8 * i) / 89);
  line(
    pen,
    ground.map((x) => [at.x(x), at.y(height(x))]),
    2.5,
    ink.muted,
  );
  const flag = at.y(height(0.5));
  line(
    pen,
    [
      [at.x(0.5), flag],
      [at.x(0.5), flag - 0.4 * at.unit],
    ],
    2.5,
    ink.ink,
  );
  pen.fillStyle = ink.ink;
  pen.fillRect(at.x(0.5), flag - 0.4 * at.unit, 0.12 * at.unit, 0.1 * at.unit);
  for (let s = Math.max(0, step - 60); s <= step; s++) {
    pen.globalAlpha = s === step ? 1 : 0.25 * (1 - (step - s) / 61);
    pen.fillStyle = ink.colour;
    pen.beginPath();
    pen.arc(at.x(state(0, s)), at.y(height(state(0, s))) - 7, s === step ? 9 : 6, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

// `ground` has one sign for each square: # and x where nobody can stay, * the goal.
export function way(pen, box, state, step, ink, { grid: [rows, columns], ground = "" }) {
  const cell = Math.min(box.w / columns, box.h / rows);
  const [left, top] = [box.x + (box.w - cell * columns) / 2, box.y + (box.h - cell * rows) / 2];
  for (let square = 0; square < rows * columns; square++) {
    const corner = [left + (square % columns) * cell, top + Math.floor(square / columns) * cell];
    const sign = ground[square];
    pen.fillStyle = ink.line;
    if (sign === "#" || sign === "x") pen.fillRect(...corner, cell, cell);
    pen.strokeStyle = sign === "*" ? ink.ink : ink.line;
    pen.lineWidth = sign === "*" ? 2.5 : 1;
    pen.strokeRect(corner[0] + 0.5, corner[1] + 0.5, cell, cell);
  }
  const spot = (s) => {
    const shake = 0.14 * Math.sin(12.9 * s);
    const number = Math.round(state(0, s));
    return [
      left + ((number % columns) + 0.5 + shake) * cell,
      top + (Math.floor(number / columns) + 0.5 - shake) * cell,
    ];
  };
  const gone = [];
  for (let s = 0; s <= step; s++) gone.push(spot(s));
  line(pen, gone, 2.5, ink.colour);
  pen.fillStyle = ink.ink;
  pen.beginPath();
  pen.arc(...gone.at(-1), Math.max(5, 0.16 * cell), 0, 7);
  pen.fill();
}

export const BODIES = { cart_pole: cartPole, acrobot, hill, grid: way };
