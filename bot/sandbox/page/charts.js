// Charts as drawings, each with its numbers as a table for those who cannot see it.

import { h, svg } from "./dom.js";

const WIDTH = 480, HEIGHT = 220, LEFT = 48, RIGHT = 12, TOP = 12, BOTTOM = 30;
const colour = (index) => `series-${index % 6}`;
const amount = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

export const CHARTS = { pie, bar, line, area: line };

export function chart(block) {
  const given = block.chart;
  const drawing = CHARTS[given.type](given);
  const names = given.type === "pie" ? given.segments.map((s) => `${s.label}: ${amount.format(s.value)}`) : given.series.map((s) => s.name);
  const legend = h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("span", { class: `dot ${colour(index)}` }), name)));
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawing, legend, numbers(given));
}

function numbers(given) {
  const [head, rows] = given.type === "pie"
    ? [["", "Value"], given.segments.map((s) => [s.label, s.value])]
    : [["", ...given.series.map((s) => s.name)], given.axis_config.categories.map((name, i) => [name, ...given.series.map((s) => s.data[i].value)])];
  const line = (cells) => h("tr", {}, cells.map((cell, index) => h(index ? "td" : "th", {}, String(cell))));
  return h("div", { class: "unseen" }, h("table", {}, h("tbody", {}, line(head), rows.map(line))));
}

function frame(...children) {
  return svg("svg", { class: "drawing", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "presentation", "aria-hidden": "true" }, children);
}

function titled(node, words) {
  node.append(svg("title", {}, words));
  return node;
}

function pie(given) {
  const total = given.segments.reduce((sum, s) => sum + Math.max(0, s.value), 0) || 1;
  let turned = -Math.PI / 2;
  const slices = given.segments.map((segment, index) => {
    const share = Math.max(0, segment.value) / total;
    const end = turned + share * 2 * Math.PI;
    const point = (angle) => `${WIDTH / 2 + 95 * Math.cos(angle)} ${HEIGHT / 2 + 95 * Math.sin(angle)}`;
    const arc = `M${WIDTH / 2} ${HEIGHT / 2} L${point(turned)} A95 95 0 ${share > 0.5 ? 1 : 0} 1 ${point(end)} Z`;
    const shape = share > 0.9999
      ? svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2, r: 95, class: colour(index) })
      : svg("path", { d: arc, class: `slice ${colour(index)}` });
    turned = end;
    return titled(shape, `${segment.label}: ${amount.format(segment.value)}`);
  });
  return frame(slices);
}

function axes(given) {
  const values = given.series.flatMap((s) => s.data.map((point) => point.value));
  const top = nice(Math.max(1, ...values)), bottom = Math.min(0, ...values);
  const y = (value) => TOP + ((top - value) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const categories = given.axis_config.categories;
  const step = (WIDTH - LEFT - RIGHT) / categories.length;
  const every = Math.ceil(categories.length / 7);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => bottom + part * (top - bottom));
  const lines = marks.map((value) => [
    svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: "grid" }),
    svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, amount.format(value)),
  ]);
  const words = categories.map((name, index) => (index % every ? null : svg("text", { x: LEFT + step * (index + 0.5), y: HEIGHT - 10, "text-anchor": "middle" }, name)));
  return { y, step, nodes: [lines, words] };
}

function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((n) => n * size).find((n) => n >= value);
}

function bar(given) {
  const { y, step, nodes } = axes(given);
  const width = (step * 0.75) / given.series.length;
  const bars = given.series.flatMap((series, which) => series.data.map((point, index) => {
    const x = LEFT + step * index + step * 0.125 + which * width;
    const [from, to] = [y(Math.max(0, point.value)), y(Math.min(0, point.value))];
    const shape = svg("rect", { x, y: from, width: Math.max(1, width - 1), height: Math.max(0, to - from), class: colour(which) });
    return titled(shape, `${series.name}, ${point.label}: ${amount.format(point.value)}`);
  }));
  return frame(nodes, bars);
}

function line(given) {
  const { y, step, nodes } = axes(given);
  const shapes = given.series.flatMap((series, which) => {
    const points = series.data.map((point, index) => `${LEFT + step * (index + 0.5)},${y(point.value)}`);
    const stroke = svg("polyline", { points: points.join(" "), class: `stroke ${colour(which)}` });
    if (given.type !== "area") return [titled(stroke, series.name)];
    const ends = [`${LEFT + step * (series.data.length - 0.5)},${y(0)}`, `${LEFT + step * 0.5},${y(0)}`];
    return [titled(svg("polygon", { points: [...points, ...ends].join(" "), class: `fill ${colour(which)}` }), series.name), stroke];
  });
  return frame(nodes, shapes);
}
