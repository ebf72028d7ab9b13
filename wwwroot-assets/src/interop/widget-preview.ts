// Hands the settings as they are in the form to the frame that shows the widget.

/** @param frame of another origin by its sandbox, so it says itself when it is ready. */
export function start(frame: HTMLIFrameElement): { show(json: string): void; dispose(): void } {
  let last: string | null = null;
  const post = (): void => {
    if (last !== null) frame.contentWindow?.postMessage(JSON.parse(last), "*");
  };
  const heard = (event: MessageEvent): void => {
    if (event.source === frame.contentWindow && event.data === "inbox-preview") post();
  };
  addEventListener("message", heard);
  return {
    show(json) {
      last = json;
      post();
    },
    dispose: () => removeEventListener("message", heard),
  };
}
