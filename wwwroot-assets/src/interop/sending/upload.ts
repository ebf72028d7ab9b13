/** What became of an upload: the file's id, or why there is none. */
export interface Uploaded { id?: number; detail?: string }

const again = 2000; // ms before a file goes again that the server had no room for

/** Hands a file to the server. Never throws. @param progress is told which share has gone. */
export function upload(bytes: Blob, name: string, kind: string, progress: (share: number) => void, until: AbortSignal): Promise<Uploaded> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();   // fetch tells nothing of an upload's progress
    const form = new FormData();
    form.append("file", bytes, name);
    request.open("POST", `/api/v1/media/upload?kind=${kind}`);
    request.setRequestHeader("X-CSRF-TOKEN", document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.addEventListener("loadend", () => {
      if (request.status === 429 && !until.aborted) {
        setTimeout(() => until.aborted ? done({}) : void upload(bytes, name, kind, progress, until).then(done), again);
        return;
      }
      const { id, detail } = parsed(request.responseText);
      done(request.status === 201 && typeof id === "number" ? { id } : detail ? { detail } : {});
    });
    until.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function parsed(text: string): Uploaded {
  try {
    return JSON.parse(text) as Uploaded;
  } catch {
    return {};
  }
}
