// Ids to names, for whatever is drawn for the person who looks.

import { go, now, store } from "./store.js";

const bare = (words) => words.replace(/^[#@]/, "");

export const names = {
  get me() { return store.me; },
  get zone() { return store.people.get(store.me)?.tz ?? "UTC"; },
  now,
  person: (id) => store.people.get(id)?.name,
  group: (id) => (store.groups.has(id) ? `@${store.groups.get(id).handle}` : ""),
  channel: (id) => store.channels.get(id),
  title: (channel) => (channel.im ? (store.people.get(store.workspace.bot)?.name ?? "App") : `#${bare(channel.name)}`),
  everybody: () => [...store.people.values()].filter((user) => !user.gone),
  conversations: (only) => [...store.channels.values()].filter((channel) => !channel.archived && (!only || only.includes(channel.im ? "im" : channel.private ? "private" : "public"))),
  go: (id) => go({ at: id }),
};

const HUES = [262, 205, 168, 24, 340, 45, 130, 290];

/** A square with initials, as those without a picture have. */
export function initials(user) {
  const words = (user?.name ?? "?").split(" ");
  const shown = user?.bot ? user.name : words.map((word) => word[0]).slice(0, 2).join("");
  const hue = user?.bot ? 158 : HUES[[...(user?.id ?? "")].reduce((sum, c) => sum + c.charCodeAt(0), 0) % HUES.length];
  return { shown, hue };
}
