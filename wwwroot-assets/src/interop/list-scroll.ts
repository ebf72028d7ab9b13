interface DotNet { invokeMethodAsync(method: string, ...args: unknown[]): Promise<unknown> }

const ahead = 600; // px before the end

/** Asks for the next page before the end is reached, and tells when the pointer rests on the list: rows must not move under it. */
export function watch(list: HTMLElement, dotnet: DotNet): { dispose(): void } {
  const off = new AbortController();
  const on = { signal: off.signal, passive: true };
  let loading = false;
  let held = false;
  let timer = 0;

  const more = (): void => {
    if (loading || list.dataset["more"] !== "true" || list.scrollHeight - list.scrollTop - list.clientHeight > ahead) return;
    loading = true;
    dotnet.invokeMethodAsync("LoadMoreAsync").catch(() => {}).finally(() => { loading = false; requestAnimationFrame(more); });
  };
  const hold = (now: boolean): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (held === now) return;
      held = now;
      dotnet.invokeMethodAsync("HoldAsync", now).catch(() => {});
    }, now ? 150 : 400);
  };

  list.addEventListener("scroll", more, on);
  list.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") hold(true); }, on);
  list.addEventListener("pointerleave", () => hold(false), on);
  const size = new ResizeObserver(more);
  size.observe(list);
  list.querySelector(".line[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  more();
  return { dispose: () => { off.abort(); size.disconnect(); clearTimeout(timer); } };
}
