/** Who one is: role, account, until when the key is good, what may be seen and done. */

import { key } from "../api/client";
import { type Context, ownParty } from "../context";
import { h } from "../dom";
import { instant, t, word } from "../text";
import { a, mayText } from "../text/account";
import { scopeText } from "./scope";

export function openAccount(context: Context): void {
  const { me } = context.known;
  if (me === null) return;
  const own = ownParty(me);
  const facts: [string, string][] = [
    [a("role"), word("role", me.role)],
    ...(own === null ? [] : [[a("of"), context.partyName(own)] as [string, string]]),
    [a("person"), me.person ? me.person.name ?? `${me.person.account} (${a("erased")})` : a("unnamed")],
    ...(me.key?.label ? [[a("label"), me.key.label] as [string, string]] : []),
    [a("until"), me.key?.expires ? instant(me.key.expires) : a("for_ever")],
    [a("sees"), scopeText(context)],
    [a("may"), me.may.length === 0 ? a("nothing") : me.may.map(mayText).join(", ")],
  ];
  const dialog = h("dialog", { class: "dialog account", "aria-labelledby": "account-title", "data-test": "account" },
    h("h2", { id: "account-title" }, a("title")),
    h("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    h("p", { class: "quiet small" }, a(key.isSession() ? "session" : "tab")),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "plain", "data-test": "sign-out", onclick: () => { dialog.close(); void context.signIn(null); } }, t("sign_out")),
      h("button", { type: "button", class: "primary", autofocus: true, onclick: () => dialog.close() }, a("close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
