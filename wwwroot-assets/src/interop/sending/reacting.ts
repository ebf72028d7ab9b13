import { placed } from "../shell/placing.ts";
import { send } from "./api.ts";

/**
 * How we feel about a customer's message: chosen from a menu at its bubble, taken back at its chip.
 * @param refused is told why a reaction was not taken.
 */
export function reacting(pane: Element, refused: (why: string) => void, until: AbortSignal): void {
  const menu = pane.querySelector<HTMLElement>("[data-reaction-menu]");
  if (!menu) return;
  let button: HTMLElement | undefined;

  const tell = async (message: string, emoji: string | null): Promise<void> => {
    const path = `/api/v1/messages/${message}/reaction`;
    const answer = emoji === null ? await send("DELETE", path, undefined) : await send("PUT", path, { emoji });
    if (answer.status < 200 || answer.status >= 300) refused(answer.detail ?? pane.querySelector<HTMLElement>("[data-composer]")?.dataset["offlineHint"] ?? "");
  };

  pane.addEventListener("click", (event) => {
    const target = event.target as Element;
    const chip = target.closest<HTMLElement>("[data-unreact]");
    if (chip) void tell(chip.dataset["unreact"]!, null);

    const wants = target.closest<HTMLElement>("[data-react]");
    if (wants) {
      button = wants;
      menu.showPopover();
      const { left, top } = placed(button.getBoundingClientRect(), menu.getBoundingClientRect(), { width: innerWidth, height: innerHeight }, getComputedStyle(menu).direction === "rtl");
      menu.style.left = `${left}px`;
      menu.style.top = `${top}px`;
      menu.querySelector<HTMLElement>("[data-emoji]")?.focus({ preventScroll: true });
    }

    const emoji = target.closest<HTMLElement>("[data-emoji]");
    if (emoji && button) {
      void tell(button.dataset["react"]!, emoji.dataset["emoji"]!);
      button.focus({ preventScroll: true });
    }
  }, { signal: until });

  menu.addEventListener("toggle", (event) => button?.setAttribute("aria-expanded", String((event as ToggleEvent).newState === "open")), { signal: until });
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.querySelectorAll<HTMLElement>("[data-emoji]")];
    const forward = getComputedStyle(menu).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = event.key === forward ? 1 : event.key === "ArrowLeft" || event.key === "ArrowRight" ? -1 : 0;
    if (step === 0) return;
    all.at((all.indexOf(document.activeElement as HTMLElement) + step) % all.length)?.focus();
    event.preventDefault();
  }, { signal: until });
}
