interface DotNet { invokeMethodAsync(method: string, ...args: unknown[]): Promise<unknown> }

const every = 45_000;
const idleAfter = 10 * 60_000;
const touches = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** Says that the page is open and whether somebody touches it; at once when somebody comes back to it. */
export function watch(dotnet: DotNet): { dispose(): void } {
  const off = new AbortController();
  let touched = Date.now();
  let idle = false;

  const say = (): void => {
    idle = Date.now() - touched >= idleAfter;
    dotnet.invokeMethodAsync("SeenAsync", idle).catch(() => {});
  };
  const touch = (): void => {
    touched = Date.now();
    if (idle) say();
  };

  for (const name of touches) addEventListener(name, touch, { signal: off.signal, passive: true });
  const timer = setInterval(say, every);
  say();
  return { dispose: () => { off.abort(); clearInterval(timer); } };
}
