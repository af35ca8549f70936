// Where each element keeps what it holds, as Slack names it.

const SINGLE = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  radio_buttons: ["selected_option", "initial_option"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
};
const MANY = {
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  file_input: ["files", ""],
};

export const holdsMany = (element) => element.type in MANY;

/** What the element holds now: what was chosen, or what it started with. */
export function held(block, element, state) {
  const [key, first] = (holdsMany(element) ? MANY : SINGLE)[element.type];
  const kept = state?.[block.block_id]?.[element.action_id];
  const value = kept ? kept[key] : element[first];
  return value ?? (holdsMany(element) ? [] : null);
}

/** Whether a change of it is told to the bot at once. */
export const acts = (block) => block.type !== "input" || Boolean(block.dispatch_action);

/** Puts a value and, where the element acts by itself, tells the bot. */
export async function change(block, element, ctx, value) {
  ctx.put(block, element, value);
  if (acts(block)) await ctx.choose(block, element, value);
}
