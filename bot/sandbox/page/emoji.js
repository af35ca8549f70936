// The emoji people write by name; a name that is not here stays as it was written.

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", rotating_light: "🚨", bell: "🔔", no_bell: "🔕",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", clock3: "🕒", calendar: "📆", date: "📅",
  arrows_counterclockwise: "🔄", repeat: "🔁", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️",
  information_source: "ℹ️", question: "❓", exclamation: "❗", bulb: "💡", mag: "🔍", link: "🔗", paperclip: "📎",
  page_facing_up: "📄", memo: "📝", clipboard: "📋", bar_chart: "📊", chart_with_upwards_trend: "📈",
  moneybag: "💰", dollar: "💵", credit_card: "💳", receipt: "🧾", bank: "🏦", shopping_trolley: "🛒", package: "📦",
  label: "🏷️", gift: "🎁", bike: "🚲", department_store: "🏬", convenience_store: "🏪", hammer_and_wrench: "🛠️",
  gear: "⚙️", key: "🔑", lock: "🔒", unlock: "🔓", electric_plug: "🔌", books: "📚", book: "📖", ledger: "📒",
  tada: "🎉", rocket: "🚀", sparkles: "✨", eyes: "👀", wave: "👋", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎",
  red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", large_yellow_circle: "🟡", white_circle: "⚪", black_circle: "⚫",
  slightly_smiling_face: "🙂", smile: "😄", heart: "❤️", fire: "🔥", zap: "⚡", pause_button: "⏸️", arrow_forward: "▶️", double_vertical_bar: "⏸️",
};

/** A line with its emoji put in. */
export function emoji(text) {
  if (!text) return [];
  return [text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole)];
}

/** One emoji by its name. */
export const named = (name) => EMOJI[name] ?? `:${name}:`;
