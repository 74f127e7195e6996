/** Whose view this is: the same words for everyone of a scope, whatever has been filed. They tell nothing. */

import { type Context, ownParty } from "../context";
import { t } from "../text";

export function scopeText({ known: { me }, partyName }: Context): string {
  const own = ownParty(me);
  if (me === null || me.role === "public" || me.role === "planner" || me.role === "admin") return t("scope_public");
  return own === null || own === "department" ? t("scope_department") : t("scope_own", { who: partyName(own) });
}
