// Shows moments in the zone of whoever is looking, as Slack does.

const made = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }));
  return made.get(key);
}

const PIECES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** "2:05 PM" */
export const clock = (seconds, zone) => piece("time", seconds, zone);

/** The whole moment, zone included, for titles. */
export function moment(seconds, zone) {
  const options = { dateStyle: "full", timeStyle: "long" };
  return format(zone, options).format(seconds * 1000);
}

/** A key that is equal for moments of the same day. */
export const dayKey = (seconds, zone) => format(zone, PIECES.date_num).format(seconds * 1000);

/** "Today", "Yesterday" or the day itself; `short` leaves the year away. */
export function dayName(seconds, zone, now, fallback = "date_long") {
  const day = dayKey(seconds, zone);
  if (day === dayKey(now, zone)) return "Today";
  if (day === dayKey(now - 86400, zone)) return "Yesterday";
  if (day === dayKey(now + 86400, zone)) return "Tomorrow";
  return piece(fallback, seconds, zone);
}

function piece(name, seconds, zone) {
  const shown = format(zone, PIECES[name]).format(seconds * 1000);
  if (name !== "date_num") return shown;
  const [month, day, year] = shown.split("/");
  return `${year}-${month}-${day}`;
}

function ago(seconds, now) {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const passed = seconds - now;
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(passed) >= size) return words.format(Math.trunc(passed / size), unit);
  }
  return words.format(Math.trunc(passed), "second");
}

/** A `<!date^…>` pattern with its pieces put in. */
export function pattern(text, seconds, zone, now) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return ago(seconds, now);
    if (name in PIECES) return piece(name, seconds, zone);
    const plain = name.replace("_pretty", "");
    if (name.endsWith("_pretty") && plain in PIECES) {
      const shown = dayName(seconds, zone, now, plain);
      return ["Today", "Yesterday", "Tomorrow"].includes(shown) ? shown.toLowerCase() : shown;
    }
    return whole;
  });
}

/** Epoch seconds of a wall-clock time such as `2026-11-23T14:05` in a zone. */
export function fromWall(text, zone) {
  const guess = Date.parse(`${text}:00Z`) / 1000;
  const first = guess - offset(guess, zone);
  return guess - offset(first, zone);
}

/** The wall-clock time of a moment, as `<input type=datetime-local>` takes it. */
export function toWall(seconds, zone) {
  return new Date((seconds + offset(seconds, zone)) * 1000).toISOString().slice(0, 16);
}

function offset(seconds, zone) {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(format(zone, options).formatToParts(seconds * 1000).map((p) => [p.type, p.value]));
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall / 1000 - Math.floor(seconds);
}
