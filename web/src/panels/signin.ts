/** Signing in with a key. The key lives in this tab only. */

import { ApiError } from "../api/client";
import { type Context, ownParty } from "../context";
import { h, svg } from "../dom";
import { t, word } from "../text";

export function signInControls(context: Context): HTMLElement[] {
  const { me } = context.known;
  if (me === null || me.role === "public") {
    return [h("button", { type: "button", class: "plain", "data-test": "sign-in", onclick: () => openDialog(context) }, t("sign_in"))];
  }
  const own = ownParty(me);
  const who = own === null || own === "department" ? word("role", me.role) : t("role_of", { role: word("role", me.role), who: context.partyName(own) });
  const open = () => void import("./account").then(({ openAccount }) => openAccount(context), (error: unknown) => context.toast(t("failed", { why: error instanceof Error ? error.message : "" })));
  return [h("button", { type: "button", class: "plain who", "data-test": "who", "aria-haspopup": "dialog", "aria-label": t("signed_in", { who }), title: t("signed_in", { who }), onclick: open }, personSign(), h("span", { class: "who-name" }, who))];
}

function personSign(): SVGSVGElement {
  return svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: "M10 3.2a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8zM3.4 17c.7-3.3 3.3-5 6.6-5s5.9 1.7 6.6 5", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round" }));
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
