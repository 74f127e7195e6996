/** Signing in with a key. The key lives in this tab only. */

import { ApiError } from "../api/client";
import { type Context, ownParty } from "../context";
import { h } from "../dom";
import { t, word } from "../text";

export function signInControls(context: Context): HTMLElement[] {
  const { me } = context.known;
  if (me === null || me.role === "public") {
    return [h("button", { type: "button", class: "plain", "data-test": "sign-in", onclick: () => openDialog(context) }, t("sign_in"))];
  }
  const own = ownParty(me);
  const who = own === null || own === "department" ? word("role", me.role) : t("role_of", { role: word("role", me.role), who: context.partyName(own) });
  return [
    h("span", { class: "who", "data-test": "who", title: t("signed_in", { who }) }, who),
    h("button", { type: "button", class: "plain", "data-test": "sign-out", title: t("signed_in", { who }), onclick: () => void context.signIn(null) }, t("sign_out")),
  ];
}

function openDialog(context: Context): void {
  const input = h("input", { type: "password", id: "key", name: "key", "data-test": "key-input", required: true, autocomplete: "off", spellcheck: "false" });
  const wrong = h("p", { class: "problem", role: "alert", hidden: true });
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "sign-in-title" },
    h("form", { onsubmit: (event) => { event.preventDefault(); void submit(); } },
      h("h2", { id: "sign-in-title" }, t("sign_in_title")),
      h("p", { class: "quiet" }, t("sign_in_help")),
      h("label", { for: "key" }, t("sign_in_key")), input, wrong,
      h("div", { class: "buttons" },
        h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("cancel")),
        h("button", { type: "submit", class: "primary", "data-test": "sign-in-submit" }, t("sign_in")))));
  const submit = async () => {
    try {
      await context.signIn(input.value.trim());
      dialog.close();
    } catch (error) {
      wrong.textContent = error instanceof ApiError && error.status === 401 ? t("sign_in_wrong") : t("failed", { why: error instanceof Error ? error.message : "" });
      wrong.hidden = false;
      input.select();
    }
  };
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
